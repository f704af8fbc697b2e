"""The grid's own work: visits, care for special groups, early warning of hidden problems."""

"""Tests of the grid's own work: visits, care, early warning."""

"""Tests of binding: places, codes, grid members, persons, households, special groups, merging."""

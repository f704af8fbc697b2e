"""Tests of the rules, one folder a subject."""

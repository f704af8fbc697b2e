"""Tests, laid out like the packages that they test; `tests/style` tests how the project is written."""

"""Kernel: the one way of a command. Knows nothing of the town."""

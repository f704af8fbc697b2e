"""Logs that no engine of ours wrote."""

"""Read-only answers over a district."""

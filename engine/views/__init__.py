"""Read-only answers over a district: no view writes, and none is needed by a rule."""

"""Known-bad engines: each breaks one rule, and one invariant must find it."""

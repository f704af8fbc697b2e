"""What `mashang load ...` and `mashang serve` do: one module a command, loaded when it is called."""

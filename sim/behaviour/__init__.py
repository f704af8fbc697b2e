"""Who wants to do what, how often: formulas with their sources and parameters. Pure: no clock, no luck, no engine."""

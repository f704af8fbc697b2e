"""Mutation testing of engine/: mutmut makes the wrong functions, a runner of ours tries each in a forked child."""

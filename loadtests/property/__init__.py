"""Property tests on a deployed API: random scripts of commands, each answer compared with the engine's.

`mashang load property` and the pytest plug-in run them. This package's own module imports nothing, so that pytest can
look at the plug-in without loading what only a property test needs.
"""

"""SimPy's own tests and documented examples, run unchanged with StreamEnvironment in the place of simpy.Environment."""

"""Hypothesis profiles: the same examples in every run, more of them at night.

MASHANG_HYPOTHESIS chooses `dev` (the default), `ci` or `nightly`. Only `nightly` draws new examples; what it finds, it
prints as a `@reproduce_failure` line to keep as an example.
"""

import os

from hypothesis import HealthCheck, Phase, settings

ALWAYS = settings(
    deadline=None,  # no verdict by the wall clock
    database=None,  # a failure is kept as an example in the test, not in a folder
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", ALWAYS, derandomize=True, max_examples=50)
settings.register_profile("ci", ALWAYS, derandomize=True, max_examples=100)
settings.register_profile("nightly", ALWAYS, derandomize=False, max_examples=2000, phases=tuple(Phase))
settings.load_profile(os.environ.get("MASHANG_HYPOTHESIS", "ci" if os.environ.get("CI") else "dev"))

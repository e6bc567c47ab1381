"""Settings shared by all tests."""

from hypothesis import settings

# A busy machine is no reason to fail: hypothesis checks values here, never speed.  The examples are the same in every
# run, so that a failure is everybody's; `python -m benchmarks.stress` draws new ones.
settings.register_profile("lincs", deadline=None, derandomize=True)
settings.load_profile("lincs")

"""Settings shared by all tests."""

from hypothesis import settings

# A busy machine is no reason to fail: hypothesis checks values here, never speed.
settings.register_profile("lincs", deadline=None)
settings.load_profile("lincs")

"""Settings shared by all tests."""

import signal

from hypothesis import settings

# A busy machine is no reason to fail: hypothesis checks values here, never speed.  The examples are the same in every
# run, so that a failure is everybody's; `python -m benchmarks.stress` draws new ones.
settings.register_profile("lincs", deadline=None, derandomize=True)
settings.load_profile("lincs")

# A shell without job control starts what it puts in the background deaf to Ctrl-C, and children inherit that: the tests
# that interrupt a command need one that listens.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

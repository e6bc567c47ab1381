"""Standing proof: ``python -m benchmarks.stress`` attacks the claims of lincs from outside, for as long as asked.

A group is a module of this package with a ``NAME`` and ``cases(seed)``, an endless iterator of trials.  A trial is
called once; it returns None, or one line that says what was wrong; an exception is a failure too.  What checks an
answer is exact rational arithmetic, enumeration, or the answer's own file, never the code that gave it.
"""

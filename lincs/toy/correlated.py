"""``correlated``: 2 and 3 sets of 2 in m = 2, 2 sets of 10 in m = 10; all features of a set are on together."""

from functools import partial

from lincs.toy import sets

__all__ = ["run"]

run = partial(sets.run, kind="correlated")

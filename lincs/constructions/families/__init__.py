"""One family of frames a file: the closed form, the columns, the exact verification and small examples.

numpy and the rest of :mod:`lincs.constructions.algebra` that needs them are imported where columns are asked
for, so that ``lincs bound``, which asks for none, starts without them.
"""

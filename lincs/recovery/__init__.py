"""Decoding with a given A: basis pursuit, and its comparison with linear read-out."""

# The decoders whose least d is searched (minimal.py); here, so that the command line knows them without numpy.
DECODERS = ("matched-filter", "optimal-probes", "l1")

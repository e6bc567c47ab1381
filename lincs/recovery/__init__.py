"""Decoding with a given A: basis pursuit, and its comparison with linear read-out."""

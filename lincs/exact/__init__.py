"""The ground that proofs stand on: exact searches, roots, enclosures, positivity, rounding, inner products.

Everything here is true whatever floating point does; nothing here knows what a feature, a frame or a bound is.
"""

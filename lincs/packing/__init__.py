"""Numerical packing of lines."""

"""Numerical packing of lines: batched restarts, polishing, exact witnesses, and pairs optimised freely."""

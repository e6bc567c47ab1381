"""Timings and experiments: each file prints one table, beside its peers, in one run."""

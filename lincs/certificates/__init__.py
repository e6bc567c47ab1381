"""Pairs that are built and verified, their certificates, and the check that trusts neither."""

"""Frames: one family a file, each saying for which (m, mu) it serves, at which d, and how it is built."""

"""Figures: every function takes ``ax=None`` and returns the Axes; none shows or saves anything."""

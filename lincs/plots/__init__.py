"""Figures: every function takes ``ax=None``, returns the Axes and never calls ``show()``."""

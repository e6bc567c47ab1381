"""Figures: every function takes ``ax=None``, returns the Axes and never calls ``show()``.

``__init__.pyi`` lists them; each is imported, and matplotlib with it, when it is asked for.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

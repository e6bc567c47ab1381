"""lincs: bounds and exact verification for linear compressed sensing.

A layer of ``d`` neurons stores ``m`` features by ``x = A z`` with ``z`` k-sparse in ``[-1, 1]^m`` and reads them
out linearly by ``B^T x``.  lincs answers how small ``d`` can be (:func:`bound`), and how bad a real pair
``(A, B)`` is in the worst case (:func:`verify`).

Everything public is imported on first use, so that ``import lincs`` costs nothing; ``__init__.pyi`` lists it, once.
"""

import lazy_loader

from lincs.version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ = ["__version__", *__all__]

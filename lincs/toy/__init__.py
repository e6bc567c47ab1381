"""Toy models of superposition (Elhage et al. 2022): n sparse features through m < n hidden dimensions and back.

``x' = W^T W x + b`` or ``x' = relu(W^T W x + b)`` with ``W`` of shape (m, n) is trained to give ``x`` back.  In the
words of the rest of lincs, W is a matrix A of n features (its columns) in m dimensions, read out by B = W.

* :class:`Setting`: features, importance, sparsity, output; :class:`Model`: a setting with its W and b.
* :func:`train`: AdamW on samples, many instances at once; :func:`minimise`: BFGS on the exact expected loss (n <= 3).
* :func:`expected_loss`: that loss; :mod:`lincs.toy.theory`: closed forms for n = 2, m = 1 and their boundaries.
"""

from lincs.toy import perceptron, theory
from lincs.toy.exact import expected_loss, minimise
from lincs.toy.model import Model
from lincs.toy.setting import Setting
from lincs.toy.train import Trained, train

__all__ = ["Model", "Setting", "Trained", "expected_loss", "minimise", "perceptron", "theory", "train"]

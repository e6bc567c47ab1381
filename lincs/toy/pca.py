"""``pca``: three correlated pairs in two dimensions, from PCA-like to superposition as features grow sparse."""

from lincs.toy.sets import run_pca as run

__all__ = ["run"]

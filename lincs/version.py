"""The version of lincs, by itself: whoever writes it into a result need not import the package."""

__all__ = ["__version__"]

__version__ = "0.1.0"

"""Where frames become numbers: everything here imports numpy, and nothing here is imported by ``lincs bound``."""

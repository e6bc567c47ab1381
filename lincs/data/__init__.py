"""The packaged example table."""

"""What a given pair (A, B) does: the exact worst case, with its witness and a rigorous rounding interval."""

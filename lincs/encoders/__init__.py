"""Encoders as they are deployed: what a file or its library says of biases, thresholds and activation, and the one
normal form that all of them have: ``out_i = p_i if p_i > t_i else 0`` with ``p = B^T A z + beta``."""

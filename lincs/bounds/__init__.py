"""What is known of d(m, k, eps) without any matrix in hand."""

"""The atlas: everything known of ``R(m, t) = d(m, k, eps)``, ``t = eps/k``, on a grid, as a static site."""

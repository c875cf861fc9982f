"""E-values and intervals."""

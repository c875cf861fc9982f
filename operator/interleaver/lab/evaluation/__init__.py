"""Puts a suite and the answers of models together into one evaluation: figures, slices, flips, warnings."""

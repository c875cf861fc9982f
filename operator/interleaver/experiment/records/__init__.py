"""The record of a run: what the status keeps for it, and the same verdict come to again from it."""

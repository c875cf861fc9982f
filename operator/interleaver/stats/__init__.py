"""The statistics: what counts say, at any look, as plain functions. Numbers only."""

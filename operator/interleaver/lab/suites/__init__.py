"""Evaluation sets: a folder with a description and its tables, read and checked once."""

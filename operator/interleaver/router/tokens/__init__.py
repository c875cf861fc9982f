"""Impression tokens: the keys, what they sign, and what a token says. Pure but for the folder of keys."""

"""Seeded simulations through the production code."""

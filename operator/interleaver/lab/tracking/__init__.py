"""Evaluations in MLflow, and models compared in it."""

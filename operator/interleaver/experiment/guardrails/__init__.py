"""Guardrails, each by its kind of measure: routers' counters, PromQL queries, overall conversion."""

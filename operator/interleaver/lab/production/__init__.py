"""Suites from what routers wrote of live traffic: queries, and judgments weighted by known propensities."""

"""Simulated runs: the production decision code over made-up votes, weeks in milliseconds."""

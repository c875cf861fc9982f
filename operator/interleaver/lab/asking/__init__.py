"""Asks running model servers what a suite asks, and keeps the answers in a file that can be gone on with."""

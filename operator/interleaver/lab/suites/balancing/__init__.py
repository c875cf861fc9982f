"""Balances a suite to a stated mix of its attributes, by weights or by leaving cases out."""

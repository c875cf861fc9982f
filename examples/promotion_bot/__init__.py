"""A bot that records promotions in Git: an example to copy (docs/how-to/record-promotions.md).

It takes the events of verdicts, and for each promotion pushes a branch on which the experiment's champion is what
serves. It needs git, PyYAML and Python's standard library; nothing of it knows a cluster.
"""

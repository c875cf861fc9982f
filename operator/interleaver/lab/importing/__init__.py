"""Suites from public formats: ratings, LETOR files, TREC runs and qrels, labelled pictures."""

"""What the process has in common: its log, its counters, and how many files it may open."""

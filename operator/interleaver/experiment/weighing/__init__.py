"""What the counts say: the evidence of the tally, whether it can be trusted, and how long a run will take."""

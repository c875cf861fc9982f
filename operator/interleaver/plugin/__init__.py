"""kubectl interleaver: a person's words to experiments of a cluster, and what they tell, in words."""

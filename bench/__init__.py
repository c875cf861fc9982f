"""What the router costs: its instructions against those of the commit before, and its speed against other programs."""

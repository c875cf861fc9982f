"""`interleaver lab …`: one file a command. What prints, draws progress or sets the exit code stands here."""

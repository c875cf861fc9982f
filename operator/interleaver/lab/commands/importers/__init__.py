"""What each kind of benchmark data is told on the command line: one file a kind, with `add_options` and `make`."""

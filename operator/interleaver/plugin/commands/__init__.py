"""One module for each command. Only they print."""

"""What is told of a run that gets no votes, cause by cause: a table for tests and for people."""

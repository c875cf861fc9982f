"""The crash matrix: whole experiments on a real API server, broken off at every write that the operator makes."""

"""The interleaving router, the program in front of every model: it is on the way of each request."""

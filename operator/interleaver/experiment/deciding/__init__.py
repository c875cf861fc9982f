"""The verdict and the ramp: the facts of a look, the rules over them, and the words of both."""

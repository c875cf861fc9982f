"""The router's speed beside that of other programs, in the same minute on the same machine."""

"""A package by name, for another distribution in the environment may install a `tests` of its own."""

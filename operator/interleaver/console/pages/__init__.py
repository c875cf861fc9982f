"""The pages. Each has a function `show` that draws it from what the command line names."""

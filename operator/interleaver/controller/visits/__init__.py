"""A visit of one experiment: observe, advance, write the status, act; and when to come back."""

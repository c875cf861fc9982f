"""A whole experiment with real data: two real recommenders over MovieLens ratings, and shoppers who vote with them."""

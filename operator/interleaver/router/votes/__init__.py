"""The memory of a run: what a store must do, and the one in the router's own memory."""

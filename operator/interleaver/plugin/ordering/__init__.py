"""Commands to experiments: whether one makes sense now, what is written for it, and how one sees that it was taken."""

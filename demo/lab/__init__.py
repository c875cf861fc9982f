"""The lab on real data: MovieLens for rankings, handwritten digits for scores, and the servers that answer."""

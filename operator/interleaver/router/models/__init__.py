"""The models' side: calls, the connections that carry them, and their pools."""

"""Where a request goes, and what becomes of one that both models are asked for."""

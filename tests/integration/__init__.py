"""Integration with the real API server."""

"""The same odd bytes to the router and to uvicorn with both of its parsers."""

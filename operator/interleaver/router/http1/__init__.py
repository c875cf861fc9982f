"""HTTP/1.1 as bytes: heads read and written, and what frames a body. No I/O, and nothing of what the router is for."""

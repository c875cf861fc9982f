"""The process: both ports, start and stop, and what is read off a router while it runs."""

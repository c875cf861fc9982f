"""Asking over real sockets."""

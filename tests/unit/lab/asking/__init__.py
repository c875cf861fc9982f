"""Asking models, without a socket."""

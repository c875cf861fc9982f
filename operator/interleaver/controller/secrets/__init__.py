"""Secrets: each read for the one use that its label allows, and copied into the one that routers mount."""

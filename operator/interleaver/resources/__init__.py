"""The objects that must exist: plain manifests from the status and what is observed. Pure."""

"""Ranked lists in answers: found byte by byte, merged, and put back. Pure."""

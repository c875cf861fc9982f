"""The decision core, pure: what was seen and counted comes in, the next status goes out (run.advance)."""

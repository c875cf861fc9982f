"""What was read, as lines and tables for a terminal."""

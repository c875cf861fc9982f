"""The console without a browser: what it reads, and what it says when there is nothing."""

"""What is doubtful about a suite that is sound: copies, leaks between sources, labels, age, and how it differs."""

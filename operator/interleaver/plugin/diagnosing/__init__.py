"""What a person would ask about an experiment in trouble, each answer as a line with what to do."""

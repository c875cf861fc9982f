"""What people are told: the conditions in the status, and the events that follow from it."""

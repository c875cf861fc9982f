"""Words that all rooms of the lab share."""

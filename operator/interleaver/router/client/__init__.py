"""The shop's side: connections, the order of their answers, and bounds on what clients leave unread."""

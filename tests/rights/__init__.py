"""What the operator may do, beside what it does: rights of its roles, and calls in an API server's audit log."""

"""What the operator costs with many experiments at rest, beside the operator of another commit."""

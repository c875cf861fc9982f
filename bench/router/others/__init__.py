"""What a team would write or configure instead, as programs of their own. They import nothing of the product."""

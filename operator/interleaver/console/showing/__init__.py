"""What pages are made of: what was opened, tables and plots as HTML, and widgets that several pages have."""

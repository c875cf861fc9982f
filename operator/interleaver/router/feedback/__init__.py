"""From events to votes: what a shop reports, what each event is worth, and the answer."""

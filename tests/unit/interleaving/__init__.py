"""The draft, its coins and what a conversion means."""

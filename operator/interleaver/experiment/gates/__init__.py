"""Gates: what a candidate must pass before any user sees it."""

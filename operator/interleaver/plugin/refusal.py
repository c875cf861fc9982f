"""What keeps a command from being carried out, in words for the person who gave it."""


class Refusal(Exception):
    """The message says what is wrong, where, and what to do. `passes`: it may be over by itself, as a restart is."""

    def __init__(self, words: str, *, passes: bool = False) -> None:
        super().__init__(words)
        self.passes = passes

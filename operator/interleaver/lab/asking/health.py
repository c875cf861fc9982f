"""Whether a server that fails is still worth asking."""


class Health:
    """Counts failed attempts since the last answer. `allowed` and `patience` must both be used up."""

    def __init__(self, allowed: int, patience: float, now: float) -> None:
        self.allowed = allowed
        self.patience = patience  # seconds
        self.answered_at = now
        self.failures = 0

    def note_answer(self, now: float) -> None:
        """The server answered, whatever it said."""
        self.failures, self.answered_at = 0, now

    def note_failure(self) -> None:
        """It did not."""
        self.failures += 1

    def rest(self, seconds: float) -> None:
        """Nobody asked for so long, which is nothing that the server is to blame for."""
        self.answered_at += seconds

    def is_lost(self, now: float) -> bool:
        """Whether so many attempts failed without an answer, and for so long."""
        return self.failures >= self.allowed and now - self.answered_at >= self.patience

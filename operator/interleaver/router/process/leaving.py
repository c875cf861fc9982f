"""Leaving: the pod's end has begun, so that new requests go elsewhere while all that comes is still served."""

from interleaver.router.system.log import record


class Leaving:
    """Whether the router is on its way out. A drain that no end follows is over after `limit` seconds: it was a
    mistake, and a router that is never ready again would help nobody."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.since: float | None = None  # loop time
        self.is_final = False

    def is_on(self) -> bool:
        return self.is_final or self.since is not None

    def begin(self, now: float) -> None:
        """Somebody told us that the end has begun; told again, it counts from now."""
        if not self.is_on():
            record("draining")
        self.since = now

    def end(self) -> None:
        """The process has been told to end. This is not taken back."""
        self.is_final = True

    def sweep(self, now: float) -> None:
        """Take the drain back if nothing came of it."""
        if not self.is_final and self.since is not None and now - self.since >= self.limit:
            self.since = None
            record("drain-over", reason=f"no end of the pod followed within {self.limit:g} s")

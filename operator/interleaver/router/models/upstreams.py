"""Which address a call goes to: the model in our own pod, or the Service of a revision."""

import random
from collections.abc import Callable, Collection
from functools import partial

from interleaver.api.http import split_url
from interleaver.api.routing import Target

from .call import Call
from .pool import Limits, Pool


class Route:
    """The way to a model: its pool, and how to try again."""

    def __init__(self, pool: Pool, redial: Callable[[Call, bool], bool]) -> None:
        self.pool = pool
        self.redial = redial


class Upstreams:
    """The pools of a router, by address."""

    def __init__(
        self, model: str, revision_hash: str, leaving: Callable[[], bool], randomness: random.Random, limits: Limits
    ) -> None:
        self.model = model  # URL of the model in our own pod
        self.revision_hash = revision_hash  # of our own pod
        self.leaving = leaving  # whether our pod is on its way out
        self.randomness = randomness
        self.limits = limits
        self.doubt: Callable[[], None] = ignore  # told that the model in our own pod refuses connections
        self.pools: dict[tuple[str, bool], Pool] = {}

    def is_local(self, target: Target) -> bool:
        """Whether the target is the model in our own pod."""
        return target.hash == self.revision_hash

    def find_route(self, target: Target) -> Route:
        """The way to a target, of use until another configuration comes into force."""
        pool = self.find_pool(*self.find_key(target))
        return Route(pool, partial(self.redial, pool, target))

    def redial(self, pool: Pool, target: Target, call: Call, refused: bool) -> bool:
        """Try once more, on a fresh connection; False if there is nothing left to try.

        A refusal in our own pod is final, unless the pod is being removed: its model may be gone before we are, and
        other pods serve the revision. The Service of a revision lists a dying pod for a moment, so it gets two tries.
        """
        if refused and pool.local and self.leaving():
            pool = self.find_pool(target.url, False)
            call.failed_dials = 0
            call.redial = partial(self.redial, pool, target)
        elif refused and (pool.local or call.failed_dials > 1):
            if pool.local:
                self.doubt()
            return False
        pool.dial(call)
        return True

    def find_key(self, target: Target) -> tuple[str, bool]:
        """The address of a target, and whether that is in our own pod."""
        return (self.model, True) if self.is_local(target) else (target.url, False)

    def find_pool(self, url: str, local: bool) -> Pool:
        """The pool of an address."""
        pool = self.pools.get((url, local))
        if pool is None:
            host, port = split_url(url)
            pool = self.pools[url, local] = Pool(host, port, local, self.randomness, self.limits)
        return pool

    def keep_only(self, targets: Collection[Target]) -> None:
        """Forget the addresses that no configuration names any more."""
        wanted = {(target.url, False) for target in targets} | {(self.model, True)}
        for key in [key for key in self.pools if key not in wanted]:
            self.pools.pop(key).retire()

    def sweep(self, now: float) -> None:
        for pool in self.pools.values():
            pool.sweep(now)

    def close(self) -> None:
        """Close everything, at the end of the process."""
        for pool in self.pools.values():
            pool.close()


def ignore() -> None:
    """Nobody wants to know."""

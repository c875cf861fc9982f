"""The admin port: metrics, probes, and the configuration. It shows, and nothing that it is asked changes anything."""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec
from msgspec import structs

from interleaver.api.routing import Config
from interleaver.router.client.exchange import Exchange
from interleaver.router.http1.message import Header
from interleaver.router.serving.service import Router
from interleaver.router.system.counters import CONTENT_TYPE

READING: Final = frozenset({b"GET", b"HEAD"})


class Obstacle(NamedTuple):
    """Why the router is not ready: a reason in one word, which the operator knows, and words for people."""

    reason: str
    words: str


class Admin:
    """The handler of the admin port."""

    def __init__(self, router: Router, find_obstacle: Callable[[], Obstacle | None]) -> None:
        self.router = router
        self.find_obstacle = find_obstacle
        self.pages: dict[bytes, Callable[[Exchange], None]] = {
            b"/metrics": self.show_metrics,
            b"/healthz": lambda exchange: exchange.answer_json(200, {"alive": True}),
            b"/readyz": self.show_readiness,
            b"/config": self.show_config,
        }

    def handle(self, exchange: Exchange) -> None:
        """Serve one request."""
        request = exchange.request
        page = self.pages.get(request.path)
        if page is None:
            exchange.refuse(404, "there are /metrics, /healthz, /readyz and /config")
        elif request.method in READING:
            page(exchange)
        else:
            exchange.refuse(405, "not by this method", Header(b"Allow", b"GET, HEAD"))

    def show_metrics(self, exchange: Exchange) -> None:
        exchange.answer(200, [Header(b"Content-Type", CONTENT_TYPE.encode())], self.router.counters.render().encode())

    def show_readiness(self, exchange: Exchange) -> None:
        """Ready = there is a configuration, both ports are open, our own model was reached, and we are not leaving."""
        obstacle = self.find_obstacle()
        if obstacle is not None:
            exchange.answer_json(503, {"error": obstacle.words, "reason": obstacle.reason})
        else:
            exchange.answer_json(200, {"ready": True})

    def show_config(self, exchange: Exchange) -> None:
        """The configuration in force. It names the keys' folder; no secret is in it."""
        force = self.router.force
        exchange.answer_json(200, msgspec.to_builtins(conceal(force.config)) if force is not None else None)


def conceal(config: Config) -> Config:
    """The configuration without the store's URL, which may hold a password."""
    if config.store is None or config.store.url is None:
        return config
    return structs.replace(config, store=structs.replace(config.store, url="redis://concealed"))

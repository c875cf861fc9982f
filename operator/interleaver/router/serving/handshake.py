"""An offer to speak websocket: put to the serving model, whose yes opens a tunnel and whose no is passed on."""

import asyncio
from typing import TYPE_CHECKING, Final

from interleaver.router.client.exchange import Exchange
from interleaver.router.config.in_force import InForce
from interleaver.router.http1.headers import find_header, keep_end_to_end, render_head
from interleaver.router.http1.message import AnswerHead, render_status_line
from interleaver.router.http1.websocket import OFFER, WEBSOCKET
from interleaver.router.models.call import Failure

from .passing import Passing
from .settle import Answer

if TYPE_CHECKING:
    from .service import Router

SWITCHING: Final = 101


class Handshake(Passing):
    """A request that offers websocket. What the client says before the model agreed is kept from the model."""

    def __init__(self, router: "Router", exchange: Exchange, force: InForce) -> None:
        super().__init__(router, exchange, force, ranking=False, lot=None)
        self.early: list[bytes] = []

    def begin(self) -> None:
        super().begin()
        self.call.switch = self.open

    def take_body(self, data: bytes) -> None:
        """It waits: sent at once it would be the next request to a model that declines."""
        self.early.append(data)
        self.exchange.wire.hold_body(True)

    def hold_request(self, held: bool) -> None:
        """Only a head was sent."""

    def open(self, head: AnswerHead, model: asyncio.Transport, rest: bytes) -> None:
        """The model agreed; `rest` is what it said after its head."""
        if self.over or (find_header(head.headers, b"upgrade") or b"").lower() != WEBSOCKET:
            model.abort()
            return self.fail_answer(Failure.GARBLED)
        self.end()
        self.count(Answer(head, b""), SWITCHING)
        client = self.exchange.wire.hand_over()
        headers = [*keep_end_to_end(head.headers), *OFFER]
        client.write(render_head(render_status_line(SWITCHING, head.reason), headers) + rest)
        model.write(b"".join(self.early))
        self.router.tunnels.join(client, model)

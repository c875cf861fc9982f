"""An offer to speak websocket: put to the serving model, whose yes opens a tunnel and whose no is passed on."""

import asyncio
from typing import Final

from interleaver.router.client.exchange import BodyReceiver, Exchange
from interleaver.router.config.in_force import InForce
from interleaver.router.http1.message import Answer, AnswerHead, find_header
from interleaver.router.http1.sending import keep_end_to_end, render_answer_head
from interleaver.router.http1.websocket import OFFER, WEBSOCKET
from interleaver.router.models.call import Failure
from interleaver.router.models.upstreams import Route

from .context import Context
from .passing import Passing, Upload

SWITCHING: Final = 101


class EarlyWords(Upload):
    """What the client says before the model agreed."""

    def __init__(self, handshake: "Handshake") -> None:
        super().__init__(handshake)
        self.words = handshake.early

    def take_body(self, data: bytes) -> None:
        """It waits: sent at once it would be the next request to a model that declines."""
        self.words.append(data)
        self.passing.exchange.wire.pause_body(True)


class Handshake(Passing):
    """A request that offers websocket. What the client says before the model agreed is kept from the model."""

    def __init__(self, context: Context, exchange: Exchange, force: InForce) -> None:
        super().__init__(context, exchange, force, ranking=False, lot=None)
        self.early: list[bytes] = []

    def begin(self, route: Route) -> None:
        super().begin(route)
        self.call.switch = self.open

    def receive(self) -> BodyReceiver:
        return EarlyWords(self)

    def pause_request(self, paused: bool) -> None:
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
        client.write(render_answer_head(SWITCHING, head.reason, headers, None, None) + rest)
        model.write(b"".join(self.early))
        self.context.tunnels.join(client, model)

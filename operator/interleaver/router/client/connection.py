"""The client's side: connections that keep answers in the order of their requests, and their ends."""

import asyncio
from typing import Final, cast

from interleaver.router.http1.message import Header, Request
from interleaver.router.http1.requests import Refusal, RequestReader

from .exchange import Exchange
from .listener import Client, Listener
from .states import TRANSITIONS, Move

END: Final = Move.END
SAY_ALL: Final = Move.SAY_ALL
LOSE: Final = Move.LOSE
NOTHING: Final = Request(b"", b"", b"", [], False, True, 0, False, False, Header(b"X-Forwarded-For", b""), {})


class ClientConnection(Client):
    """One client connection. Its exchanges queue; the first one is being answered.

    The event loop asks an asyncio.Protocol for its methods by name only. To inherit from it would keep this class from
    being compiled whole.
    """

    def __init__(self, listener: Listener) -> None:
        super().__init__(listener)
        self.listener = listener
        self.loop = asyncio.get_running_loop()
        self.reading: Exchange | None = None  # whose body is being read
        self.body_paused = False  # the handler is behind
        self.reading_paused = False  # the transport reads nothing
        self.is_behind = False  # the client reads more slowly than we write
        self.unread = 0  # bytes that the client had not read when that was last looked at
        self.unsent: list[bytes] = []  # written in one piece: a system call is dear
        self.expires = self.loop.time() + listener.patience.idle

    def move(self, move: Move) -> None:
        self.state = TRANSITIONS[self.state, move]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        if isinstance(peer, tuple):
            self.peer = str(peer[0]).encode()
        self.reader = RequestReader(self, self.peer)
        self.listener.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.move(LOSE)
        self.listener.release(self)
        for exchange in self.queue:
            receiver, exchange.receiver = exchange.receiver, None
            if receiver is not None:
                receiver.lose_client()
        self.queue.clear()
        self.reading = None
        self.reader.close()

    def data_received(self, data: bytes) -> None:
        if self.state.deaf:
            return
        was_in_head = self.reader.in_head
        try:
            self.reader.feed(data)
            if self.reading is not None:
                self.serve()  # the rest of its body is still to come
        except Refusal as refusal:
            self.refuse(refusal)
        except BaseException:
            self.abort()
            raise
        # A head that trickles in must end all the same, so only its first byte restarts the clock.
        if not (was_in_head and self.reader.in_head):
            self.renew()

    def eof_received(self) -> bool:
        unfinished = not self.state.deaf and (self.reader.in_head or self.reading is not None)
        if not self.state.half_closed:
            self.move(SAY_ALL)
        return bool(self.queue) and not unfinished

    # Reading: what the reader calls.

    def take_request(self, request: Request, body: bytes) -> None:
        if self.state.deaf:
            return  # the last answer said `Connection: close`
        exchange = Exchange(self, request, self.loop.time())
        exchange.complete = True
        if body:
            exchange.early.append(body)
        self.queue.append(exchange)
        if len(self.queue) > 1:
            self.update_reading()
        self.serve()

    def take_head(self, request: Request) -> None:
        if self.state.deaf:
            return  # the last answer said `Connection: close`
        exchange = self.reading = Exchange(self, request, self.loop.time())
        exchange.complete = request.length == 0 and not request.switches
        exchange.last = request.switches  # what follows the head may be anything
        self.queue.append(exchange)
        if len(self.queue) > 1:
            self.update_reading()

    def take_body(self, data: bytes) -> None:
        exchange = self.reading
        if exchange is None or exchange.ended:
            return
        if exchange.receiver is not None:
            exchange.receiver.take_body(data)
        else:
            exchange.early.append(data)

    def take_end(self) -> None:
        """A request is served when it is complete or the piece that began it is used up: head and body go as one."""
        exchange, self.reading = self.reading, None
        if exchange is not None and not exchange.complete:
            exchange.complete = True
            if exchange.receiver is not None and not exchange.ended:
                exchange.receiver.end_body()
        self.serve()

    def refuse(self, refusal: Refusal) -> None:
        """Answer with an error once all earlier requests are answered, then close."""
        if self.state.deaf:
            return  # the last answer has been given
        self.move(END)
        broken, self.reading = self.reading, None
        if broken is not None and not broken.complete and not broken.ended:
            if broken.started:
                return self.abort()
            if broken.receiver is not None:
                broken.receiver.lose_client()
            self.queue.remove(broken)
        exchange = Exchange(self, NOTHING, self.loop.time())
        exchange.refusal, exchange.last = (refusal.status, refusal.message), True
        self.queue.append(exchange)
        self.update_reading()
        self.serve()

    # Answering: what exchanges call.

    def serve(self) -> None:
        """Hand the first exchange to the handler, unless an earlier answer still waits for the client to read it."""
        if self.is_behind or self.state.lost or not self.queue or self.queue[0].served:
            return
        exchange = self.queue[0]
        exchange.served = True
        if exchange.refusal is not None:
            exchange.refuse(*exchange.refusal)
        else:
            self.listener.handler(exchange)

    def send(self, data: bytes) -> None:
        """Write to the client."""
        self.buffer(data)
        self.flush()

    def buffer(self, data: bytes) -> None:
        """Write to the client once the piece of the model's answer that is at hand is used up."""
        self.unsent.append(data)

    def flush(self) -> None:
        """Write what is buffered."""
        unsent = self.unsent
        if unsent and not self.state.lost:
            self.transport.write(unsent[0] if len(unsent) == 1 else b"".join(unsent))
        self.unsent = []
        self.renew()

    def hand_over(self) -> asyncio.Transport:
        """Give the client away: from now on it does not speak HTTP."""
        self.flush()
        self.move(LOSE)
        self.queue.clear()
        self.listener.release(self)
        self.reader.close()
        return self.transport

    def conclude(self, exchange: Exchange, data: bytes) -> None:
        """The answer is complete with `data`."""
        exchange.receiver = None  # a circle of two would wait for the garbage collector
        if self.state.lost:
            return
        if data:
            self.unsent.append(data)
        self.queue.popleft()
        self.body_paused = False
        if not exchange.stays or not exchange.complete or (self.state.half_closed and not self.queue):
            self.close()
        else:
            if self.queue:  # by way of the loop: a long row of pipelined requests must not become a deep stack
                self.loop.call_soon(self.serve)
            self.flush()
        self.update_reading()

    # The flow of bytes.

    def pause_body(self, paused: bool) -> None:
        """Stop reading from the client (True), or go on (False)."""
        self.body_paused = paused
        self.update_reading()

    def update_reading(self) -> None:
        """Read on, unless the handler is behind or another request waits already."""
        pause = (self.body_paused or len(self.queue) > 1) and not self.state.deaf
        if pause != self.reading_paused and not self.state.lost:
            self.reading_paused = pause
            if pause:
                self.transport.pause_reading()
            else:
                self.transport.resume_reading()

    def pause_writing(self) -> None:
        self.slow_down(True)
        self.listener.note_unread(self, self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self.listener.unread.drop(self)
        self.slow_down(False)

    def slow_down(self, is_behind: bool) -> None:
        self.is_behind = is_behind
        self.renew()
        if self.queue and self.queue[0].receiver is not None:
            self.queue[0].receiver.pause_answer(is_behind)
        self.serve()

    # Ends.

    def is_busy(self) -> bool:
        unwritten = bool(self.unsent) or self.transport.get_write_buffer_size() > 0
        return unwritten or bool(self.queue) or self.reader.in_head

    def renew(self) -> None:
        """Something moved: standing still is counted from now."""
        patience = self.listener.patience
        if self.queue:
            seconds = patience.stall if self.queue[0].complete else patience.body
        elif self.state.deaf:
            seconds = patience.linger
        else:
            seconds = patience.head if self.reader.in_head else patience.idle
        self.expires = self.loop.time() + seconds

    def is_being_read(self) -> bool:
        """Whether the client still reads what is written already: then it has as long again."""
        former, self.unread = self.unread, self.transport.get_write_buffer_size()
        if self.unread in (0, former):
            return False
        self.expires = self.loop.time() + self.listener.patience.stall
        return True

    def expire(self) -> None:
        """Nothing moved for too long, as far as is known here: that bytes are read is told by nobody."""
        if self.is_being_read():
            return
        if self.queue and self.queue[0].receiver is not None and not self.is_behind:
            self.renew()
            self.queue[0].receiver.run_out()
        elif self.reader.in_head and not self.state.deaf and not self.queue:
            self.refuse(Refusal(408, "the request's headers took too long"))
        else:
            self.abort()

    def close(self) -> None:
        """Close once all is written; first let the client read it, since a reset would destroy what is on its way."""
        self.move(END)
        self.queue.clear()
        self.flush()
        if self.state.half_closed:
            self.transport.close()
        elif self.transport.can_write_eof():
            self.transport.write_eof()

    def abort(self) -> None:
        """Cut the connection, so that the client sees that the answer is not complete."""
        self.move(END)
        self.transport.abort()

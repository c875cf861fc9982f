"""A connection to a store that says nothing: it is given up in time, whatever the loop does meanwhile."""

import asyncio
import time

import pytest

from interleaver.router.shared.link import ANSWER_SECONDS, Link, connect
from interleaver.router.shared.store_errors import StoreAway
from tests.router.programs import DEADLINE


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(1000):
        pass
    writer.close()


async def exchange_while_the_loop_stands_still(link: Link) -> None:
    """The deadline passes in the very moment in which all is sent. The library's own way to wait, in its own time,
    would take no notice of it then."""
    asyncio.get_running_loop().call_soon(time.sleep, ANSWER_SECONDS * 1.2)
    await link.exchange([("PING",)])


@pytest.mark.parametrize("option", ["", "?socket_timeout=1000", "?socket_timeout=1000&socket_connect_timeout=1000"])
def test_a_reply_that_never_comes_is_late_though_the_loop_stood_still_as_the_deadline_passed(option: str) -> None:
    async def run() -> None:
        server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        link = await connect(f"redis://127.0.0.1:{port}/0{option}")
        exchange = asyncio.ensure_future(exchange_while_the_loop_stands_still(link))
        done, _ = await asyncio.wait([exchange], timeout=DEADLINE / 5)
        await link.close()
        server.close()
        assert done, "nobody ends the waiting"
        with pytest.raises(StoreAway, match="TimeoutError"):
            await exchange

    asyncio.run(run())

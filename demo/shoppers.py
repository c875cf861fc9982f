"""The shoppers: every MovieLens user of the data, in front of the endpoint, through the entry Service.

A visit is one POST /recommend as a user, a look down the list, and, if a liked film was seen, one POST /feedback.
Visits start at fixed instants whatever the endpoint does (an open loop), half of them on a fresh connection and half
on kept-alive ones. Nothing is retried. Every second one line of JSON counts what happened; the exit code is 1 if
anything failed.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import urlsplit

from demo.behaviour import pick_film, plan_visits
from demo.wire import TIMEOUT_SECONDS, Answer, Connection, Failure

COUNT: Final = 20  # films asked for, and a list with fewer is a failure
KEPT_ALIVE: Final = 8  # connections that stay open, used in turn, so that each rests a moment between two visits
IMPRESSION: Final = "x-interleaver-impression"


@dataclass
class Counters:
    """What happened so far. A request is one POST /recommend; feedback is counted apart."""

    requests: int = 0
    impressions: int = 0  # answers that carried an impression, that is, interleaved ones
    finds: int = 0  # visits that ended with a liked film
    feedback: int = 0  # finds on an impression, which are reported back
    passes: int = 0
    fresh: int = 0
    kept: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def describe(self, seconds: float, final: bool) -> str:
        """One line of JSON."""
        counts = {name: value for name, value in vars(self).items() if name != "failures"}
        failures = {"failed": self.failures.total(), "failures": dict(self.failures)}
        return json.dumps({"seconds": round(seconds, 1), **counts, **failures, "final": final})


class Shop:
    """The endpoint as shoppers reach it: fresh connections, and a few that are kept alive."""

    def __init__(self, host: str, port: int, patience: float = TIMEOUT_SECONDS) -> None:
        self._host, self._port, self._patience = host, port, patience
        self._idle: deque[Connection] = deque()

    async def await_open(self, seconds: float = 60.0) -> None:
        """Return once a connection is accepted: a node learns of a new Service a moment after its pods are Ready.
        Raises the last Failure when that takes longer than so many seconds."""
        end = time.monotonic() + seconds
        while True:
            try:
                return (await self._connect(fresh=True)).close()
            except Failure:
                if time.monotonic() > end:
                    raise
            await asyncio.sleep(0.1)

    async def post(self, path: str, question: object, headers: Mapping[str, str], fresh: bool) -> Answer:
        """One exchange. Raises Failure."""
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: application/json\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection = await self._connect(fresh)
        try:
            answer = await connection.exchange(head, json.dumps(question).encode(), close=fresh)
        except BaseException:
            connection.close()
            raise
        self._release(connection)
        return answer

    async def _connect(self, fresh: bool) -> Connection:
        while not fresh and len(self._idle) >= KEPT_ALIVE:
            connection = self._idle.popleft()
            if connection.reusable:
                return connection
            connection.close()
        return await Connection.open(self._host, self._port, self._patience)

    def _release(self, connection: Connection) -> None:
        if connection.reusable:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close what is kept alive."""
        while self._idle:
            self._idle.popleft().close()


def read_films(answer: Answer) -> list[int]:
    """The listed films. Raises Failure for an answer that no shopper can use."""
    if answer.status != 200:
        raise Failure(f"status-{answer.status}")
    try:
        films = [int(item["id"]) for item in json.loads(answer.body)["items"]]
    except (ValueError, TypeError, KeyError):
        raise Failure("malformed") from None
    if len(films) < COUNT:
        raise Failure("short" if films else "empty")
    return films


async def visit(shop: Shop, counters: Counters, user: int, liked: frozenset[int], random: Random, fresh: bool) -> None:
    """One visit of one user, counted."""
    counters.requests += 1
    counters.fresh += fresh
    counters.kept += not fresh
    try:
        answer = await shop.post("/recommend", {"user": user, "count": COUNT}, {"X-User-Id": str(user)}, fresh)
        film = pick_film(read_films(answer), liked, random)
    except Failure as failure:
        counters.failures[str(failure)] += 1
        return
    impression = answer.headers.get(IMPRESSION)
    counters.impressions += impression is not None
    counters.finds += film is not None
    if impression is not None and film is not None:
        await report_find(shop, counters, impression, film, fresh)


async def report_find(shop: Shop, counters: Counters, impression: str, film: int, fresh: bool) -> None:
    """Tell the endpoint that the film was found; a refusal is a failure too."""
    counters.feedback += 1
    try:
        answer = await shop.post("/feedback", {"impression": impression, "item": film}, {}, fresh)
        if answer.status != 202:
            raise Failure(f"status-{answer.status}")
    except Failure as failure:
        counters.failures[f"feedback-{failure}"] += 1


async def shop_around(
    shop: Shop,
    visits: Iterator[tuple[int, int, Random]],
    liked: Mapping[int, frozenset[int]],
    rate: float,
    seconds: float,
    stopped: asyncio.Event,
    report: Callable[[str], None],
) -> Counters:
    """Start `rate` visits a second until the time is over or `stopped` is set; finish what was started."""
    counters, started, running = Counters(), time.monotonic(), set[asyncio.Task[None]]()
    reported = 0.0
    for index, (number, user, random) in enumerate(islice(visits, int(rate * seconds))):
        await wait_until(started + index / rate, stopped)
        if stopped.is_set():
            break
        counters.passes = number + 1
        task = asyncio.create_task(visit(shop, counters, user, liked[user], random, fresh=index % 2 == 0))
        running.add(task)
        task.add_done_callback(running.discard)
        if index / rate >= reported + 1:
            reported = index / rate
            report(counters.describe(time.monotonic() - started, final=False))
    await asyncio.gather(*running)
    report(counters.describe(time.monotonic() - started, final=True))
    return counters


async def wait_until(instant: float, stopped: asyncio.Event) -> None:
    """Wait for an instant of the monotonic clock, or for the stop."""
    remaining = instant - time.monotonic()
    if remaining > 0:
        try:
            await asyncio.wait_for(stopped.wait(), remaining)
        except TimeoutError:
            return


def read_liked(file: Path) -> dict[int, frozenset[int]]:
    """For every user the held-out films that the user liked; for some none."""
    return {int(user): frozenset(films) for user, films in json.loads(file.read_text()).items()}


def find_address(url: str | None, environment: Mapping[str, str]) -> tuple[str, int]:
    """Host and port: from --url, or from what the kubelet injects for the entry Service. Raises ValueError."""
    if url is not None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError(f"--url must look like http://host:port, not {url!r}")
        return parts.hostname, parts.port or 80
    try:
        return environment["HOME_FEED_SERVICE_HOST"], int(environment["HOME_FEED_SERVICE_PORT"])
    except KeyError as missing:
        raise ValueError(
            f"give --url, or run in a pod that was started after Service home-feed: no {missing}"
        ) from None


async def run(arguments: argparse.Namespace) -> int:
    """The program: exit code 0 only if nothing failed."""
    liked = read_liked(arguments.liked)
    shop = Shop(*find_address(arguments.url, os.environ))
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await shop.await_open()
    visits = plan_visits(liked, arguments.seed)
    counters = await shop_around(shop, visits, liked, arguments.rate, arguments.seconds, stopped, print_line)
    shop.close()
    return 1 if counters.failures.total() else 0


def print_line(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--liked", type=Path, required=True, help="what train.py wrote for the shoppers")
    parser.add_argument("--url", help="http://host:port of the endpoint (default: Service home-feed, as injected)")
    parser.add_argument("--rate", type=float, default=60.0, help="visits a second (default 60)")
    parser.add_argument("--seconds", type=float, default=420.0, help="end after this long (default 420)")
    parser.add_argument("--seed", type=int, default=1, help="seed of order and attention (default 1)")
    arguments = parser.parse_args()
    try:
        sys.exit(asyncio.run(run(arguments)))
    except (ValueError, Failure) as error:
        sys.exit(f"shoppers: {error}")


if __name__ == "__main__":
    main()

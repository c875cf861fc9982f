"""Shoppers for the end-to-end tests: every unit is new, looks at the list and converts by a given taste.

Runs inside the cluster's network. Half of the requests go over fresh connections and half over kept-alive ones; nothing
is retried. Prints one line of JSON a second, and a last one with what went wrong.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from random import Random
from urllib.parse import urlsplit

from demo.shoppers import Shop
from demo.wire import TIMEOUT_SECONDS, Answer, Failure

from tests.e2e.visits import keep_visiting

ITEMS = 10
TROUBLES = 10  # of which it is told when they were
# Nearly all votes for one model would look invented, which they would be.
TASTES = {"v1": ("v1",) * 4 + ("v2",), "v2": ("v2",) * 4 + ("v1",), "coin": ("v1", "v2")}


def choose(items: list[str], taste: str, random: Random) -> str | None:
    """The item that a shopper takes: the first of the favoured model, four times out of five, or of a model drawn by a
    coin.

    A purist takes one of v1's, and nothing at all from a list in which v2 has a say. An inventor is no shopper, but
    somebody who makes up users that all want v2.
    """
    if taste == "purist":
        return None if any(item.startswith("v2-") for item in items) else items[0]
    favoured = "v2" if taste == "inventor" else random.choice(TASTES[taste])
    return next((item for item in items if item.startswith(f"{favoured}-")), None)


def read_items(answer: Answer) -> list[str]:
    """The ids of the list. Raises Failure for what no shopper can use, by the name of the model that said so."""
    if answer.status != 200:
        raise Failure(f"status-{answer.status}{name_model(answer)}")
    items = [item["id"] for item in json.loads(answer.body)["items"]]
    if len(items) != ITEMS:
        raise Failure(f"length-{len(items)}")
    return items


def name_model(answer: Answer) -> str:
    """Whose answer an error is; empty where no model made it."""
    try:
        return f"-by-{json.loads(answer.body)['model']}"
    except (ValueError, LookupError, TypeError):
        return ""


class Crowd:
    """Shoppers with one taste, and what happened to them."""

    def __init__(self, shop: Shop, taste: str, seed: int) -> None:
        self.shop, self.taste, self.random = shop, taste, Random(seed)
        self.counts: Counter[str] = Counter()
        self.troubles: dict[str, str] = {}  # when, and what

    async def visit(self, number: int) -> None:
        """One shopper, who is never seen again."""
        fresh = number % 2 == 0
        self.counts["requests"] += 1
        try:
            answer = await self.shop.post("/recommend", {}, {"X-User-Id": f"{time.time_ns()}-{number}"}, fresh)
            item = choose(read_items(answer), self.taste, self.random)
            self.counts[f"served-by-{json.loads(answer.body)['model']}"] += 1
            impression = answer.headers.get("x-interleaver-impression")
            if impression and item:
                self.counts["conversions"] += 1
                told = await self.shop.post("/feedback", {"impression": impression, "item": item}, {}, fresh)
                self.counts[f"feedback-{told.status}"] += 1
        except Failure as failure:
            self.counts[f"failed-{failure}"] += 1
            self.troubles[f"{datetime.now(UTC):%H:%M:%S.%f} visit {number}"] = str(failure)

    def describe(self, final: bool) -> str:
        failed = sum(number for name, number in self.counts.items() if name.startswith("failed"))
        troubles = dict(islice(self.troubles.items(), TROUBLES))
        return json.dumps({**self.counts, "failed": failed, "troubles": troubles, "final": final})


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--taste", choices=(*TASTES, "purist", "inventor"), required=True)
    parser.add_argument("--rate", type=float, default=50.0, help="visits a second")
    parser.add_argument("--seconds", type=float, default=120.0, help="end after this long")
    parser.add_argument("--patience", type=float, default=TIMEOUT_SECONDS, help="seconds for each request")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    address = urlsplit(options.url)
    shop = Shop(str(address.hostname), address.port or 80, options.patience)
    crowd = Crowd(shop, options.taste, options.seed)

    async def visit(number: int) -> None:
        if number % int(options.rate) == 0:
            print(crowd.describe(final=False), flush=True)
        await crowd.visit(number)

    await shop.await_open()
    await keep_visiting(visit, options.rate, most=options.rate * options.seconds)
    shop.close()
    print(crowd.describe(final=True), flush=True)


if __name__ == "__main__":
    asyncio.run(main())

"""A shop's till for the end-to-end tests: every shopper buys what stands first, and a scrape tells what it was worth.

An item of the champion's is worth ten times one of the candidate's, which the routers cannot know. Runs inside the
cluster's network until it is told to stop; the last line says what went wrong.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

from demo.shoppers import Shop
from demo.wire import Failure

from tests.e2e.shoppers import read_items
from tests.e2e.visits import keep_visiting

WORTH = {"v1": 10, "v2": 1}
RATE = 40.0  # shoppers a second
PATIENCE = 8.0  # seconds; the champion has half of it


class Till:
    """Orders and what they came to."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.counts: Counter[str] = Counter(orders=0, revenue=0)

    async def sell(self, number: int) -> None:
        """One shopper, who is never seen again."""
        try:
            answer = await self.shop.post("/recommend", {}, {"X-User-Id": f"{time.time_ns()}-{number}"}, fresh=True)
            model, _, _ = read_items(answer)[0].partition("-")
        except Failure as failure:
            self.counts[f"failed-{failure}"] += 1
            return
        self.counts["orders"] += 1
        self.counts["revenue"] += WORTH[model]

    async def show(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one scrape."""
        await reader.readuntil(b"\r\n\r\n")
        body = f"shop_orders_total {self.counts['orders']}\nshop_revenue_total {self.counts['revenue']}\n"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--port", type=int, required=True, help="of /metrics on the loopback")
    options = parser.parse_args()
    address = urlsplit(options.url)
    till = Till(Shop(str(address.hostname), address.port or 80, PATIENCE))
    server = await asyncio.start_server(till.show, "127.0.0.1", options.port)
    await keep_visiting(till.sell, RATE)
    server.close()
    till.shop.close()
    sys.stdout.write(json.dumps(till.counts))


if __name__ == "__main__":
    asyncio.run(main())

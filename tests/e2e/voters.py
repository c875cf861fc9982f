"""Voters for the end-to-end tests: each unit casts one vote, and what fails is sent again until it is acknowledged.

Units favour the two models in turn, so a run over them proves nothing. Runs inside the cluster's network until it is
told to stop; the last line says what was cast and acknowledged.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

from demo.shoppers import Shop
from demo.wire import Answer, Failure

from tests.e2e.shoppers import read_items
from tests.e2e.visits import keep_visiting

RATE = 40.0  # units a second
PATIENCE = 60.0  # seconds for one unit's request or vote, all attempts together
REST = 0.1  # seconds between two attempts


class Election:
    """The votes that were acknowledged, by the model that they are for."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.counts: Counter[str] = Counter(v1=0, v2=0, unvoted=0, repeated=0)

    async def insist(self, path: str, question: object, headers: dict[str, str], wanted: int) -> Answer:
        """The answer, once it has the wanted status. Raises Failure when that takes too long."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                answer = await self.shop.post(path, question, headers, fresh=True)
                if answer.status == wanted:
                    return answer
            except Failure:
                if time.monotonic() > end:
                    raise
            self.counts["repeated"] += 1
            await asyncio.sleep(REST)

    async def vote(self, number: int) -> None:
        """One unit, which is never seen again."""
        favoured = f"v{number % 2 + 1}"
        try:
            answer = await self.insist("/recommend", {}, {"X-User-Id": f"{time.time_ns()}-{number}"}, 200)
            impression = answer.headers.get("x-interleaver-impression")
            item = next((item for item in read_items(answer) if item.startswith(f"{favoured}-")), None)
            if impression and item:
                await self.insist("/feedback", {"impression": impression, "item": item}, {}, 202)
                self.counts[favoured] += 1
        except Failure:
            self.counts["unvoted"] += 1


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    address = urlsplit(parser.parse_args().url)
    election = Election(Shop(str(address.hostname), address.port or 80))
    await keep_visiting(election.vote, RATE)
    election.shop.close()
    sys.stdout.write(json.dumps(election.counts))


if __name__ == "__main__":
    asyncio.run(main())

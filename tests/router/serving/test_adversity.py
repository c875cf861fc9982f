"""A candidate that misbehaves in every way at once costs nobody an answer, and every request is accounted for."""

import random
import threading
from typing import Any

from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Reply, Seen
from tests.router.programs import render_request, wait_until

GOOD = answer_items("b", "d", "a").body
WAYS = (
    Reply(GOOD),
    Reply(GOOD, chunks=(GOOD,)),
    Reply(GOOD, close=True),
    Reply(GOOD, delay=2.5),
    Reply(b"{}"),
    Reply(b'{"items": [{"id": 1}]}'),
    Reply(b"oops", "500 Broken"),
    Reply(raw=b"nonsense\r\n\r\n", close=True),
    Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{", close=True),
    Reply(raw=b"", close=True),
    Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
)
SHOPPERS, VISITS = 6, 40


def test_nobody_fails_and_the_books_balance(set_up: Any) -> None:
    stage: Stage = set_up(timeouts={"championMilliseconds": 20_000, "candidateMilliseconds": 1000})
    randomness, lock = random.Random(7), threading.Lock()

    def answer(seen: Seen) -> Reply:
        with lock:
            return randomness.choices(WAYS, weights=[30, 10, 10, 1, 5, 5, 5, 5, 5, 5, 5])[0]

    stage.candidate.answer = answer
    failures: list[str] = []

    def shop(number: int) -> None:
        with stage.router.client() as client:
            for visit in range(VISITS):
                unit = f"shopper {number}, visit {visit}"
                client.send(render_request("POST", "/recommend", {"X-User-Id": unit}, b"{}"))
                reply = client.receive()
                if reply.status != 200 or len(reply.json()["items"]) != 3:
                    failures.append(repr(reply))

    shoppers = [threading.Thread(target=shop, args=(number,)) for number in range(SHOPPERS)]
    for shopper in shoppers:
        shopper.start()
    for shopper in shoppers:
        shopper.join()
    assert failures == []
    check_books(stage)


def check_books(stage: Stage) -> None:
    total, router = SHOPPERS * VISITS, stage.router
    requests = router.counts("requests", "outcome")
    fallbacks = router.counts("fallbacks", "reason")
    assert sum(requests.values()) == total
    assert requests["fallback"] == sum(fallbacks.values())
    assert {"parse", "short", "status", "refused"} <= set(fallbacks)
    assert sum(router.counts("slots", "team").values()) == 3 * requests["ok"]
    calls = wait_until(lambda: router.counts("model_calls", "model"), "calls are counted")
    # So many failures may open the breaker, and a call that it spared is none.
    assert calls == {"champion": total, "candidate": total - fallbacks.get("breaker", 0)}

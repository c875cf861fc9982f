"""Conversions of both arms, compared: which answers carry a token, and one count for each unit."""

from contextlib import ExitStack
from typing import Any

import pytest

from interleaver.router.client.collecting import BODY_BYTES, MOST_BYTES
from tests.router.conftest import STORE_KINDS, Stage, answer_items
from tests.router.model_servers import Reply
from tests.router.programs import Answer, render_request, wait_until

HEADER = "X-Interleaver-Impression"

pytestmark = pytest.mark.parametrize("store_kind", STORE_KINDS)


def pick(stage: Stage, count: int, interleaved: bool) -> dict[str, str]:
    """So many units of one arm, with a token each."""
    found: dict[str, str] = {}
    for number in range(1000):
        if len(found) == count:
            break
        answer = stage.router.rank(f"unit {number}")
        token = answer.header(HEADER)
        assert token is not None
        if (len(answer.json()["items"]) == 3 and answer.json()["by"] == "champion") and (
            is_merged(answer.json()) == interleaved
        ):
            found[f"unit {number}"] = token
    assert len(found) == count
    return found


def is_merged(document: Any) -> bool:
    """The candidate's d is in every merged list."""
    return any(item["id"] == "d" for item in document["items"])


def post(stage: Stage, *events: Any) -> tuple[int, int]:
    answer = stage.router.feed_back(list(events)).json()
    return answer["accepted"], answer["ignored"]


def read_arms(stage: Stage) -> dict[tuple[str, str], float]:
    """Units that converted, by arm and percent."""
    series = stage.router.metrics().get("interleaver_overall_conversions_total", {})
    found = {
        (dict(key)["arm"], dict(key)["percent"]): n for key, n in series.items() if ("run", stage.router.run) in key
    }
    return {key: n for key, n in found.items() if n}


@pytest.fixture
def compared(set_up: Any) -> Stage:
    stage: Stage = set_up(overall=True, percent=50)
    stage.answer(answer_items("a", "b", "c", by="champion"), answer_items("d", "e", "f", by="candidate"))
    return stage


def test_champion_only_answers_carry_a_token_and_are_otherwise_unchanged(compared: Stage) -> None:
    for unit, token in pick(compared, 2, interleaved=False).items():
        assert len(token) < 100
        answer = compared.router.rank(unit)
        assert answer.body == answer_items("a", "b", "c", by="champion").body
        assert [name for name, _ in answer.headers if name.startswith("X-")] == [HEADER]


def test_both_arms_are_exported_from_zero(compared: Stage) -> None:
    series = compared.router.metrics()["interleaver_overall_conversions_total"]
    found = {
        tuple(dict(key)[each] for each in ("arm", "percent")) for key in series if ("run", compared.router.run) in key
    }
    assert found == {("interleaved", "50"), ("champion", "50")}


def test_a_unit_of_either_arm_is_counted_once(compared: Stage) -> None:
    (first, second), (third,) = (pick(compared, n, each).values() for n, each in ((2, False), (1, True)))
    assert post(compared, {"impression": first, "item": "a"}, {"impression": first, "item": "b"}) == (1, 1)
    assert post(compared, {"impression": second, "item": "whatever"}) == (1, 0)
    merged = [{"impression": third, "item": item} for item in ("d", "a", "zz")]
    post(compared, *merged)
    assert read_arms(compared) == {("champion", "50"): 2, ("interleaved", "50"): 1}
    results = compared.router.counts("feedback", "result")
    assert results["overall"] == 2
    assert sum(compared.router.counts("votes", "outcome").values()) == 1


def test_an_interleaved_unit_counts_by_whatever_item(compared: Stage) -> None:
    (token,) = pick(compared, 1, interleaved=True).values()
    assert post(compared, {"impression": token, "item": "another page's"}) == (0, 1)
    assert compared.router.counts("feedback", "result") == {"unmatched": 1}
    assert read_arms(compared) == {("interleaved", "50"): 1}
    assert compared.router.counts("votes", "outcome") == {}


def test_the_percent_is_that_of_the_impression(compared: Stage) -> None:
    (token,) = pick(compared, 1, interleaved=False).values()
    compared.configure(overall=True, percent=75)
    assert post(compared, {"impression": token, "item": "a"}) == (1, 0)
    assert read_arms(compared) == {("champion", "50"): 1}


def test_an_answer_that_was_no_comparison_counts_for_the_interleaved_arm(compared: Stage) -> None:
    """Else a candidate that fails would take conversions from its own arm."""
    (unit,) = pick(compared, 1, interleaved=True)
    compared.answer(candidate=Reply(b"no list"))
    answer = compared.router.rank(unit)
    assert not is_merged(answer.json())
    assert post(compared, {"impression": answer.header(HEADER), "item": "a"}) == (1, 0)
    assert read_arms(compared) == {("interleaved", "50"): 1}
    assert compared.router.counts("feedback", "result") == {"overall": 1}
    assert compared.router.counts("votes", "outcome") == {}


def test_only_a_ranking_that_succeeds_carries_a_token(compared: Stage) -> None:
    (unit,) = pick(compared, 1, interleaved=False)
    assert compared.router.request("POST", "/other", {"X-User-Id": unit}, b"{}").header(HEADER) is None
    assert compared.router.request("POST", "/recommend", None, b"{}").header(HEADER) is None
    compared.answer(champion=Reply(b"{}", status="404 Not Found"))
    assert compared.router.rank(unit).header(HEADER) is None


def test_a_bot_carries_no_token_and_is_in_no_arm(set_up: Any) -> None:
    contract = {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"}
    exclude = [{"header": "User-Agent", "pattern": "(?i)bot"}]
    stage = set_up(overall=True, percent=50, contract={**contract, "exclude": exclude})
    for number in range(10):
        assert stage.router.rank(f"unit {number}", **{"User-Agent": "a Robot"}).header(HEADER) is None
        assert stage.router.rank(f"unit {number}").header(HEADER) is not None
    assert sum(stage.router.counts("requests", "arm").values()) == 10


@pytest.mark.parametrize(
    "changes", [{"overall": False, "percent": 50}, {"overall": True, "percent": 50, "candidate": None}, {"percent": 50}]
)
def test_where_nothing_is_compared_champion_only_answers_carry_no_token(set_up: Any, changes: Any) -> None:
    stage = set_up(**changes)
    tokens = [stage.router.rank(f"unit {number}").header(HEADER) for number in range(20)]
    assert None in tokens
    assert read_arms(stage) == {}


def test_a_models_own_header_of_that_name_is_replaced(compared: Stage) -> None:
    body = b'{"items": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "by": "champion"}'
    compared.answer(champion=Reply(body, headers=((HEADER, "the model's"),)))
    (unit,) = pick(compared, 1, interleaved=False)
    headers = [value for name, value in compared.router.rank(unit).headers if name.lower() == HEADER.lower()]
    assert len(headers) == 1
    assert headers[0] != "the model's"


def test_the_store_holds_what_the_routers_counted(compared: Stage, store_kind: str) -> None:
    tokens = [*pick(compared, 2, interleaved=False).values(), *pick(compared, 1, interleaved=True).values()]
    post(compared, *({"impression": token, "item": "a"} for token in tokens))
    if store_kind == "memory":
        return

    def read() -> bool:
        series = compared.router.metrics().get("interleaver_store_overall_conversions", {})
        found = {
            (dict(k)["arm"], dict(k)["percent"]): n for k, n in series.items() if ("run", compared.router.run) in k
        }
        return found == {("champion", "50"): 2, ("interleaved", "50"): 1}

    wait_until(read, "the store's totals are exported")


def test_a_body_too_large_to_be_interleaved_counts_in_neither_arm(compared: Stage) -> None:
    """Else the champion's arm alone would convert where all requests are as large."""
    fits, large = b"{}".ljust(1 << 20), b"{}".ljust((1 << 20) + 1)
    for interleaved in (True, False):
        (unit,) = pick(compared, 1, interleaved)
        assert compared.router.rank(unit, fits).header(HEADER) is not None
        assert compared.router.rank(unit, large).header(HEADER) is None


def announce(stage: Stage, body: bytes = b"{}", **headers: str) -> Answer:
    """A request whose body comes once the router wants it: its head is taken up before."""
    with stage.router.client() as client:
        client.send(
            render_request("POST", "/recommend", {"Expect": "100-continue", **headers}, body).removesuffix(body)
        )
        assert client.receive().status == 100
        client.send(body)
        return client.receive()


def expect(stage: Stage, unit: str) -> Answer:
    return announce(stage, b"{}".ljust(1000), **{"X-User-Id": unit})


def crowd(stage: Stage, stack: ExitStack, **headers: str) -> None:
    """Clients that hold the room for bodies but for some bytes, and do not go on."""
    body = bytes(BODY_BYTES)
    for _ in range(MOST_BYTES // BODY_BYTES + 2):
        client = stack.enter_context(stage.router.client())
        client.send(render_request("POST", "/recommend", headers, body)[:-1])


def test_a_body_that_finds_no_room_leaves_a_unit_in_its_arm(make_stage: Any) -> None:
    """Only the interleaved arm's bodies are gathered: without a token in a crowd that arm alone would not convert."""
    stage = make_stage().start(overall=True, percent=50)
    stage.answer(answer_items("a", "b", "c", by="champion"), answer_items("d", "e", "f", by="candidate"))
    (ours,), (theirs,) = pick(stage, 1, interleaved=True), pick(stage, 1, interleaved=False)
    assert is_merged(expect(stage, ours).json())
    with ExitStack() as stack:
        crowd(stage, stack, **{"X-User-Id": ours})
        wait_until(lambda: not is_merged(expect(stage, ours).json()), "there is no room")
        before = stage.router.counts("requests", "arm")
        tokens = [answer.header(HEADER) for answer in (expect(stage, ours), expect(stage, theirs))]
        assert stage.router.counts("requests", "arm") == before | {"champion": before["champion"] + 1}
    assert post(stage, *({"impression": token, "item": "a"} for token in tokens)) == (2, 0)
    assert read_arms(stage) == {("interleaved", "50"): 1, ("champion", "50"): 1}
    assert stage.router.counts("feedback", "result") == {"overall": 2}


def test_a_unit_in_a_body_that_finds_no_room_is_in_neither_arm(make_stage: Any) -> None:
    contract = {"path": "/recommend", "unit": {"pointer": "/user"}, "items": "/items", "itemId": "/id"}
    stage = make_stage().start(overall=True, percent=50, contract=contract)
    assert expect(stage, "u").header(HEADER) is None
    bodies = [(b'{"user": "%d"}' % number).ljust(1000) for number in range(20)]
    assert all(announce(stage, body).header(HEADER) for body in bodies)
    with ExitStack() as stack:
        crowd(stage, stack)
        wait_until(lambda: not any(announce(stage, body).header(HEADER) for body in bodies), "there is no room")

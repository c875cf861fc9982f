"""Later pages of a list: cut out of one merge, in the champion's answer; else the champion's own, and counted."""

import json
import random
from typing import Any

import pytest

from tests.router.catalogue import IN_BODY, by_body, by_number, make_contract, rank
from tests.router.conftest import Stage
from tests.router.model_servers import Answerer, Reply, Seen
from tests.router.programs import Answer, Client, wait_until

HEADER = "X-Interleaver-Impression"
OURS = [f"c{number}" for number in range(60)]
THEIRS = [*reversed(OURS[:30]), *OURS[30:]]
SEED = 20261130
CALLS = {"champion": 2, "candidate": 1}


def set_up_pages(set_up: Any, page: dict[str, Any] | None = None, **changes: Any) -> Stage:
    """A router between two models that rank one catalogue in two orders."""
    stage: Stage = set_up(contract=make_contract(page), **{"depth": 200, **changes})
    stage.champion.answer, stage.candidate.answer = rank(OURS, "champion"), rank(THEIRS, "candidate")
    return stage


def ask(stage: Stage, query: str, unit: str = "u") -> Answer:
    """One request for a page."""
    return stage.router.request("GET", f"/recommend?{query}", {"X-User-Id": unit})


def break_at(page: str, usual: Answerer) -> Answerer:
    """A model's answers, but for one page an error."""
    return lambda seen: error("500 Broken") if page in seen.target else usual(seen)


def list_ids(answer: Answer) -> list[Any]:
    return [item["id"] for item in answer.json()["items"]]


def count_reasons(stage: Stage) -> dict[str, float]:
    found: dict[str, float] = stage.router.counts("fallbacks", "reason")
    return found


def browse(client: Client, unit: str, sizes: list[int]) -> list[Any]:
    """All items that a unit sees, page after page."""
    seen: list[Any] = []
    for size in sizes:
        answer = client.request("GET", f"/recommend?from={len(seen)}&size={size}", {"X-User-Id": unit})
        assert answer.status == 200
        seen += list_ids(answer)
    return seen


def draw_sizes(randomness: random.Random, items: int) -> list[int]:
    """Sizes of pages that hold so many items together."""
    sizes: list[int] = []
    while sum(sizes) < items:
        sizes.append(randomness.randint(1, 25))
    return sizes


def test_pages_of_a_unit_show_every_item_once(set_up: Any) -> None:
    stage, randomness = set_up_pages(set_up), random.Random(SEED)
    shown = {}
    with stage.router.client() as client:
        for number in range(1000):
            unit = f"unit {number}"
            shown[unit] = browse(client, unit, draw_sizes(randomness, len(OURS)))
    assert [unit for unit, items in shown.items() if sorted(items) != sorted(OURS)] == []
    assert count_reasons(stage) == {}
    assert len({tuple(items) for items in shown.values()}) > 100  # merged, each with coins of its own


def test_pages_show_every_item_once_though_the_draft_ends_before(set_up: Any) -> None:
    stage, randomness = set_up_pages(set_up, depth=13), random.Random(SEED)
    with stage.router.client() as client:
        for number in range(50):
            assert sorted(browse(client, f"unit {number}", draw_sizes(randomness, 60))) == sorted(OURS)


def test_pages_put_together_are_the_list_in_one_piece(set_up: Any, unit: str) -> None:
    stage = set_up_pages(set_up)
    whole = list_ids(ask(stage, "size=60", unit))
    pages = [ask(stage, f"from={offset}&size=7", unit) for offset in range(0, 63, 7)]
    assert [item for page in pages for item in list_ids(page)] == whole


def test_all_but_the_list_is_of_the_champions_answer_to_the_request_as_it_came(set_up: Any) -> None:
    answer = ask(set_up_pages(set_up), "from=20&size=10")
    document = answer.json()
    assert {key: document[key] for key in ("by", "from", "more")} == {"by": "champion", "from": 20, "more": True}
    assert {item["of"] for item in document["items"]} <= {"champion", "candidate"}
    assert answer.header("Content-Length") == str(len(answer.body))


def test_three_calls_are_made_and_no_byte_is_changed_but_the_page(set_up: Any) -> None:
    stage = set_up_pages(set_up)
    ask(stage, "q=%20a+b&from=20&&%73ize=10&x=1")
    asked = sorted(seen.target for seen in stage.champion.seen)
    assert asked == ["/recommend?q=%20a+b&from=0&&%73ize=30&x=1", "/recommend?q=%20a+b&from=20&&%73ize=10&x=1"]
    assert [seen.target for seen in stage.candidate.seen] == [asked[0]]
    wait_until(lambda: stage.router.counts("model_calls", "model") == CALLS, "all calls are counted")


def test_a_first_page_is_asked_for_as_it_came(set_up: Any) -> None:
    stage = set_up_pages(set_up)
    for query in ("", "from=0", "from=00", "size=5", "from=0&size=nonsense"):
        assert ask(stage, query).header(HEADER)
        assert [seen.target for seen in stage.champion.seen] == [f"/recommend?{query}"]
        stage.champion.seen.clear()
    assert count_reasons(stage) == {}


@pytest.mark.parametrize("first", [0, 1])
def test_pages_may_be_numbered(set_up: Any, first: int, unit: str) -> None:
    page = {"number": {"query": "page", "first": first}, "size": {"query": "size", "default": 10}}
    stage, asked = set_up_pages(set_up, page), by_number(first)
    stage.champion.answer, stage.candidate.answer = rank(OURS, "champion", asked), rank(THEIRS, "candidate", asked)
    whole = list_ids(ask(stage, "size=60", unit))
    assert list_ids(ask(stage, f"page={first + 2}", unit)) == whole[20:30]
    assert stage.candidate.seen[-1].target == f"/recommend?page={first}&size=30"
    assert list_ids(ask(stage, f"page={first + 3}&size=7", unit)) == whole[21:28]  # no multiple of any other size
    assert ask(stage, f"page={first}").header(HEADER)
    assert count_reasons(stage) == {}


def test_the_page_may_stand_in_the_body(set_up: Any, unit: str) -> None:
    stage = set_up_pages(set_up, IN_BODY)
    stage.champion.answer, stage.candidate.answer = rank(OURS, "champion", by_body), rank(THEIRS, "candidate", by_body)

    def post(body: bytes) -> list[Any]:
        return list_ids(stage.router.request("POST", "/recommend", {"X-User-Id": unit}, body))

    whole = post(b'{"size": 60}')
    assert post(b'{ "q": 1.10, "from" : 20 , "size": 5}') == whole[20:25]
    assert stage.candidate.seen[-1].body == b'{ "q": 1.10, "from" : 0 , "size": 25}'
    assert stage.candidate.seen[-1].header("Content-Length") == "37"
    assert post(b'{ "from": 20}') == whole[20:30]
    assert stage.candidate.seen[-1].body == b'{"size":30, "from": 0}'
    assert post(b'{"from": null, "size": 3}') == whole[:3]
    assert count_reasons(stage) == {}


@pytest.mark.parametrize(
    "query",
    [
        "from=20&size=0",
        "from=20&size=-5",
        "from=20&size=ten",
        "from=20&size=",
        "from=20&size=1.5",
        "from=20&size=99999999999999999999",
        "from=20&size=981",
        "from=-1&size=10",
        "from=ten&size=10",
        "from=&size=10",
        "from=99999999999999999999&size=10",
        "from=991&size=10",
        "from=20&from=20&size=10",
        "from=0&from=20&size=10",
        "from=20&size=10&size=5",
    ],
)
def test_a_page_that_nobody_can_tell_or_that_lies_too_far_down_is_the_champions_own(set_up: Any, query: str) -> None:
    stage = set_up_pages(set_up)
    answer = ask(stage, query)
    assert answer.status == 200
    assert answer.header(HEADER) is None
    assert (
        answer.body
        == stage.champion.answer(Seen("GET", f"/recommend?{query}", [], b"", 0)).render().partition(b"\r\n\r\n")[2]
    )
    assert [seen.target for seen in stage.champion.seen] == [f"/recommend?{query}"]
    assert stage.candidate.seen == []
    assert count_reasons(stage) == {"page": 1}
    assert stage.router.counts("requests", "outcome") == {"fallback": 1}


@pytest.mark.parametrize("body", [b'{"from": 20, "from": 20}', b'{"from": "20"}', b'{"from": 2e1}', b'{"from": -1}'])
def test_so_is_one_that_is_odd_in_the_body(set_up: Any, body: bytes) -> None:
    stage = set_up_pages(set_up, IN_BODY)
    stage.champion.answer = lambda seen: Reply(b'{"items": []}')
    assert stage.router.request("POST", "/recommend", {"X-User-Id": "u"}, body).body == b'{"items": []}'
    assert [seen.body for seen in stage.champion.seen] == [body]
    assert count_reasons(stage) == {"page": 1}


def test_without_a_default_a_later_page_must_name_its_size(set_up: Any) -> None:
    stage = set_up_pages(set_up, {"offset": {"query": "from"}, "size": {"query": "size"}})
    assert ask(stage, "from=10").header(HEADER) is None
    assert ask(stage, "from=10&size=10").header(HEADER)
    assert count_reasons(stage) == {"page": 1}


@pytest.mark.parametrize("model", ["champion", "candidate"])
def test_a_model_that_gives_fewer_items_than_it_is_asked_for(set_up: Any, model: str) -> None:
    stage = set_up_pages(set_up)
    getattr(stage, model).answer = rank(OURS, model, most=25)
    assert ask(stage, "from=10&size=10").header(HEADER)
    answer = ask(stage, "from=20&size=10")
    assert answer.header(HEADER) is None
    assert list_ids(answer) == OURS[20:30]
    assert count_reasons(stage) == {"page": 1}


def test_the_last_page_of_a_catalogue_is_merged_though_it_is_short(set_up: Any, unit: str) -> None:
    stage = set_up_pages(set_up)
    answer = ask(stage, "from=55&size=10", unit)
    assert answer.header(HEADER)
    assert list_ids(answer) == list_ids(ask(stage, "size=60", unit))[55:]
    assert count_reasons(stage) == {}


def test_an_offset_beyond_the_list_is_an_empty_page(set_up: Any) -> None:
    stage = set_up_pages(set_up)
    answer = ask(stage, "from=70&size=10")
    assert (answer.status, list_ids(answer), answer.header(HEADER)) == (200, [], None)
    assert count_reasons(stage) == {"page": 1}


def test_a_page_below_the_draft_holds_the_rest_and_is_no_comparison(set_up: Any, unit: str) -> None:
    stage = set_up_pages(set_up, depth=20)
    above = list_ids(ask(stage, "size=20", unit))
    answer = ask(stage, "from=20&size=10", unit)
    assert list_ids(answer) == [item for item in OURS if item not in above][:10]
    assert answer.header(HEADER) is None
    assert count_reasons(stage) == {"page": 1}


def error(status: str) -> Reply:
    return Reply(b'{"oops": 1}', status=status)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(error("500 Broken"), "status"), (Reply(b"{}"), "parse"), (Reply(raw=b"nonsense\r\n\r\n", close=True), "parse")],
)
def test_a_candidate_that_fails_on_a_later_page(set_up: Any, broken: Reply, reason: str) -> None:
    stage = set_up_pages(set_up)
    stage.candidate.answer = lambda seen: broken
    assert list_ids(ask(stage, "from=10&size=10")) == OURS[10:20]
    assert count_reasons(stage) == {reason: 1}


def test_a_champion_that_refuses_so_long_a_list_serves_its_own_page(set_up: Any) -> None:
    stage = set_up_pages(set_up)
    usual = stage.champion.answer
    stage.champion.answer = lambda seen: error("400 Bad Request") if "size=20" in seen.target else usual(seen)
    assert list_ids(ask(stage, "from=10&size=10")) == OURS[10:20]
    assert count_reasons(stage) == {"page": 1}


def test_lists_that_are_too_long_for_both_models_do_not_open_the_candidates_breaker(set_up: Any) -> None:
    stage = set_up_pages(set_up)
    for model in (stage.champion, stage.candidate):
        model.answer = break_at("size=20", model.answer)
    for _ in range(8):
        assert list_ids(ask(stage, "from=10&size=10")) == OURS[10:20]
    assert count_reasons(stage) == {"page": 8}
    assert ask(stage, "from=10&size=9").header(HEADER)


def test_an_answer_with_a_page_of_a_merge_is_private_to_its_unit(set_up: Any) -> None:
    stage = set_up_pages(set_up)
    usual = stage.champion.answer
    headers = (("Cache-Control", "public, max-age=60"), ("ETag", "x"))
    stage.champion.answer = lambda seen: Reply(usual(seen).body, headers=headers)
    answer = ask(stage, "from=10&size=10")
    assert (answer.header("Cache-Control"), answer.header("ETag")) == ("private, max-age=60", None)


def test_a_champion_that_fails_is_replaced_by_the_candidates_page(set_up: Any) -> None:
    stage = set_up_pages(set_up)
    stage.champion.answer = lambda seen: error("500 Broken")
    assert list_ids(ask(stage, "from=10&size=10")) == THEIRS[10:20]
    stage.champion.answer = lambda seen: error("404 Not Found")
    assert ask(stage, "from=10&size=10").status == 404
    assert count_reasons(stage) == {"champion": 2}


def test_a_conversion_on_a_later_page_is_credited_and_placed_nowhere(set_up: Any, unit: str) -> None:
    stage = set_up_pages(set_up)
    answer = ask(stage, "from=10&size=10", unit)
    owners = {item["id"]: item["of"] for item in answer.json()["items"]}
    token, item = answer.header(HEADER), list_ids(answer)[-1]
    assert stage.router.feed_back({"impression": token, "item": item}).json() == {"accepted": 1, "ignored": 0}
    assert stage.router.feed_back({"impression": token, "item": OURS[59]}).json() == {"accepted": 0, "ignored": 1}
    assert stage.router.counts("conversions", "model") == {owners[item]: 1}
    assert stage.router.counts("placed_votes", "rank") == {"more": 1}
    assert stage.router.counts("placed_votes", "place") == {"alone": 1}


def test_slots_and_the_units_first_coin_are_counted_once(set_up: Any, unit: str) -> None:
    stage = set_up_pages(set_up)
    for offset in (0, 7, 14):
        ask(stage, f"from={offset}&size=7", unit)
    assert sum(stage.router.counts("first_coins", "team").values()) == 1
    assert sum(stage.router.counts("slots", "team").values()) == 21


def test_units_outside_get_the_serving_models_page_as_it_is(set_up: Any) -> None:
    stage = set_up_pages(set_up, percent=0)
    answer = ask(stage, "from=10&size=10")
    assert list_ids(answer) == OURS[10:20]
    assert [seen.target for seen in stage.champion.seen] == ["/recommend?from=10&size=10"]
    assert stage.candidate.seen == []


def test_rows_of_tensors_have_pages_as_well(set_up: Any, unit: str) -> None:
    page = {"offset": {"pointer": "/parameters/from"}, "size": {"pointer": "/parameters/size", "default": 4}}
    contract = {"path": "/v2/models/feed/infer", "unit": {"header": "X-User-Id"}, "tensor": {"ids": "id"}}
    stage = set_up(contract=contract | {"page": page})

    def answer(items: list[str]) -> Any:
        def reply(seen: Seen) -> Reply:
            asked = json.loads(seen.body)["parameters"]
            rows = items[asked.get("from", 0) :][: asked.get("size", 4)]
            outputs = [
                {"name": "id", "datatype": "BYTES", "shape": [len(rows)], "data": rows},
                {"name": "score", "datatype": "FP32", "shape": [1, len(rows)], "data": [ord(row) for row in rows]},
            ]
            return Reply(json.dumps({"outputs": outputs}).encode())

        return reply

    stage.champion.answer, stage.candidate.answer = answer(list("abcdefgh")), answer(list("hgfedcba"))
    seen: list[str] = []
    for offset in (0, 4):
        body = json.dumps({"inputs": [], "parameters": {"from": offset}}).encode()
        ids, scores = stage.router.request("POST", contract["path"], {"X-User-Id": unit}, body).json()["outputs"]
        assert scores["data"] == [ord(row) for row in ids["data"]]
        assert scores["shape"] == [1, 4]
        seen += ids["data"]
    assert sorted(seen) == list("abcdefgh")
    assert count_reasons(stage) == {}

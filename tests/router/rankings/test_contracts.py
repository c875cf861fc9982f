"""Contracts of the usual model servers: each is interleaved, each vote is credited, and all else stays as it was."""

import json
from typing import Any, NamedTuple

import pytest

from tests.router.model_servers import Reply

HEADER = "X-Interleaver-Impression"
BY_HEADER = {"header": "X-User-Id"}


class Server(NamedTuple):
    """A kind of server: its contract beside the unit, and an answer in which `%s` stands for what is ranked."""

    path: str
    contract: dict[str, Any]
    answer: str
    ranked: tuple[tuple[str, ...], ...]  # for each `%s` the texts of three rows, in which `$` stands for the model

    def reply(self, model: str) -> Reply:
        return Reply(self.write(*((model, row) for row in range(3)), comma=" , ").encode())

    def write(self, *rows: tuple[str, int], comma: str = ",") -> str:
        """An answer with these rows, each one's model and number."""
        lists = (comma.join(texts[row].replace("$", model) for model, row in rows) for texts in self.ranked)
        return self.answer % tuple(lists)


IDS = ('"$0"', '"$1"', '"$2"')
OBJECTS = ('{"id": "$0", "x": [1.50]}', '{"id": "$1" }', '{ "id": "$2"}')
V2 = (
    '{"model_name": "feed", "id": "7f", "outputs": [{"name": "score", "shape": [1, 3], "datatype": "FP32",'
    ' "data": [%s]}, {"name": "took", "shape": [1], "datatype": "INT32", "data": [5]}, '
    '{"name": "item_id", "shape": [3, 1], "datatype": "BYTES", "parameters": {"content_type": "str"}, "data": [%s]}]}'
)
FLAT_V2 = '{"id": "7f", "outputs": [ {"name": "item_id", "shape": [3], "datatype": "BYTES", "data": [%s]} ] }'

SERVERS = {
    "a plain list of ids": Server("/recommend", {"items": "", "itemId": ""}, " [%s]\n", (IDS,)),
    "nested items": Server(
        "/recommend",
        {"items": "/result/0/items", "itemId": "/product/id"},
        '{"took": 1.0, "result": [{"of": "all", "items": [%s]}, {"items": []}]}',
        (tuple(f'{{"product": {text}}}' for text in OBJECTS),),
    ),
    "items of KServe v1": Server(
        "/v1/models/feed:predict",
        {"items": "/predictions/0/items", "itemId": "/id"},
        '{"predictions": [{"items": [%s]}]}',
        (OBJECTS,),
    ),
    "ids of TorchServe": Server(
        "/v1/models/feed:predict", {"items": "/predictions", "itemId": ""}, '{"predictions": [%s]}', (IDS,)
    ),
    "one tensor of ids": Server("/v2/models/feed/infer", {"items": "/outputs/0/data", "itemId": ""}, FLAT_V2, (IDS,)),
    "ids and scores in tensors": Server(
        "/v2/models/feed/infer", {"tensor": {"ids": "item_id"}}, V2, (("0.90", "8e-1", "0.7"), IDS)
    ),
}


@pytest.fixture(params=list(SERVERS.values()), ids=list(SERVERS))
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.param
    return found


def set_up_models(set_up: Any, server: Server, unit: dict[str, str], **changes: Any) -> Any:
    """A router between two models of that kind."""
    stage = set_up(contract={"path": server.path, "unit": unit, **server.contract}, **changes)
    stage.answer(server.reply("c"), server.reply("d"))
    return stage


def expect_merged(body: bytes, server: Server) -> None:
    """Every byte is one of the champion's answer, but the rows, of which each is one of a model's, whole."""
    first, second = ("c", 0), ("d", 0)
    drafts = [[*start, *end] for start in ((first, second), (second, first)) for end in ([("c", 1)], [("d", 1)])]
    assert body.decode() in [server.write(*draft) for draft in drafts]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_ranking_is_merged_and_every_other_byte_kept(set_up: Any, server: Server, method: str, unit: str) -> None:
    stage = set_up_models(set_up, server, BY_HEADER)
    answer = stage.router.request(method, server.path, {"X-User-Id": unit}, b"{}" if method == "POST" else None)
    assert answer.header(HEADER)
    expect_merged(answer.body, server)
    assert [seen.target for seen in (*stage.champion.seen, *stage.candidate.seen)] == [server.path] * 2


def test_a_vote_is_credited_to_the_model_of_the_item(set_up: Any, server: Server, unit: str) -> None:
    stage = set_up_models(set_up, server, BY_HEADER)
    token = stage.router.request("POST", server.path, {"X-User-Id": unit}, b"{}").header(HEADER)
    assert stage.router.feed_back({"impression": token, "item": "d0"}).json() == {"accepted": 1, "ignored": 0}
    assert stage.router.counts("votes", "outcome") == {"win": 1}


@pytest.mark.parametrize(
    ("pointer", "body"),
    [
        ("/user", {"user": "u"}),
        ("/instances/0/user", {"instances": [{"user": "u"}]}),
        ("/parameters/user", {"parameters": {"user": "u"}, "inputs": []}),
        ("/inputs/0/data/0", {"inputs": [{"name": "user", "shape": [1], "datatype": "BYTES", "data": ["u"]}]}),
    ],
)
def test_the_unit_may_stand_in_the_body(set_up: Any, pointer: str, body: Any, server: Server) -> None:
    stage = set_up_models(set_up, server, {"pointer": pointer})
    answer = stage.router.request("POST", server.path, {}, json.dumps(body).encode())
    assert answer.header(HEADER)
    assert answer.body == stage.router.request("POST", server.path, {}, json.dumps(body).encode()).body


def test_rows_without_a_place_in_the_champions_tensors_are_a_fallback(set_up: Any) -> None:
    server = SERVERS["ids and scores in tensors"]
    stage = set_up_models(set_up, server, BY_HEADER)
    other = server.reply("d").body.replace(b"FP32", b"FP64")
    stage.answer(candidate=Reply(other))
    answer = stage.router.request("POST", server.path, {"X-User-Id": "u"}, b"{}")
    assert answer.body == server.reply("c").body
    assert answer.header(HEADER) is None
    assert stage.router.counts("fallbacks", "reason") == {"parse": 1}
    assert stage.router.count("model_calls", model="candidate", outcome="error") == 1


@pytest.mark.parametrize(("model", "reason"), [("champion", "contract"), ("candidate", "parse")])
def test_binary_tensors_are_a_fallback(set_up: Any, model: str, reason: str) -> None:
    server = SERVERS["ids and scores in tensors"]
    stage = set_up_models(set_up, server, BY_HEADER)
    head = server.reply("d").body.replace(b'"data": [5]', b'"parameters": {"binary_data_size": 4}')
    fields = (("Inference-Header-Content-Length", str(len(head))),)
    stage.answer(**{model: Reply(head + b"\x05\0\0\0", headers=fields)})
    answer = stage.router.request("POST", server.path, {"X-User-Id": "u"}, b"{}")
    assert answer.body == (head + b"\x05\0\0\0" if model == "champion" else server.reply("c").body)
    assert stage.router.counts("fallbacks", "reason") == {reason: 1}


def test_below_the_depth_every_tensor_goes_on_with_the_champions_rows_not_shown_yet(set_up: Any) -> None:
    server = SERVERS["ids and scores in tensors"]
    stage = set_up_models(set_up, server, BY_HEADER, depth=1)
    stage.answer(candidate=Reply(server.write(("c", 2), ("d", 0), ("d", 1)).encode()))
    bodies = {
        stage.router.request("POST", server.path, {"X-User-Id": f"u{number}"}, b"{}").body.decode()
        for number in range(40)
    }
    raised = server.write(("c", 2), ("c", 0), ("c", 1))
    assert bodies == {server.write(("c", 0), ("c", 1), ("c", 2)), raised}

"""What real model servers sent, with the contract of their block in docs/how-to/model-servers.md."""

import json
from typing import Any, Final, NamedTuple

import pytest
import yaml

from tests.router.model_servers import Reply
from tests.router.programs import Answer
from tests.router.recorded import FOLDER, IDS, OTHER_IDS, Message, Recording, read_recording
from tests.unit.documents.blocks import ROOT, find_section, list_blocks

PAGE: Final = ROOT / "docs/how-to/model-servers.md"
HEADER: Final = "X-Interleaver-Impression"
V2: Final = '{"id": "7", "parameters": {"user": "%s"}, "inputs": []}'


class Server(NamedTuple):
    """Where the page speaks of a server, what is sent to it with the unit for `%s`, and what its contract changes."""

    heading: str
    request: str
    changes: dict[str, Any] | None = None


# By the name of the recording.
SERVERS: Final = {
    "bentoml": Server("BentoML", '{"user": "%s"}'),
    "granian": Server("A server of your own", "{}"),
    "hypercorn": Server("A server of your own", "{}"),
    "kserve-v1": Server("KServe v1 and TensorFlow Serving", '{"instances": [{"user": "%s"}]}'),
    "kserve-v2": Server("Open Inference Protocol v2: KServe and MLServer", V2),
    "litserve": Server("LitServe", '{"user": "%s"}'),
    "mlflow": Server("MLflow", '{"dataframe_records": [{"user": "%s"}]}'),
    "mlserver": Server("Open Inference Protocol v2: KServe and MLServer", V2),
    "mosec": Server("LitServe", '{"user": "%s"}', {"path": "/inference"}),
    "torchserve": Server("TorchServe", '{"instances": [{"user": "%s"}]}'),
    "torchserve-predictions": Server(
        "TorchServe",
        '{"user": "%s"}',
        {"path": "/predictions/feed", "unit": {"pointer": "/user"}, "items": "/items"},
    ),
    "triton": Server("Triton", V2),
}


class Scene:
    """A router between two servers of a kind."""

    def __init__(self, stage: Any, server: Server, recording: Recording, contract: dict[str, Any]) -> None:
        self.stage, self.server, self.recording, self.contract = stage, server, recording, contract

    def answer(self, champion: Message, candidate: Message) -> None:
        self.stage.answer(champion.reply(), candidate.reply())

    def rank(self, unit: str) -> Answer:
        body = self.server.request.replace("%s", unit)
        answer: Answer = self.stage.router.request("POST", self.contract["path"], {"X-User-Id": unit}, body.encode())
        return answer

    def count_fallbacks(self) -> dict[str, float]:
        found: dict[str, float] = self.stage.router.counts("fallbacks", "reason")
        return found


def read_contract(server: Server) -> dict[str, Any]:
    """The contract of the section's first block, changed as its text says."""
    block = yaml.safe_load(list_blocks(find_section(PAGE, server.heading), "yaml")[0])
    return {**block["contract"], **(server.changes or {})}


@pytest.fixture(params=SERVERS)
def scene(request: pytest.FixtureRequest, set_up: Any) -> Scene:
    server = SERVERS[request.param]
    contract = read_contract(server)
    return Scene(set_up(contract=contract), server, read_recording(request.param), contract)


def find_ids(text: str) -> list[str]:
    """The items' ids in an answer, in its order."""
    places = sorted((text.index(f'"{item}"'), item) for item in [*IDS, *OTHER_IDS] if f'"{item}"' in text)
    return [item for _, item in places]


def blank(text: str) -> str:
    """An answer without what is merged, and without white space."""
    document = json.loads(text)
    for output in document.get("outputs", []) if isinstance(document, dict) else []:
        output["data"] = []
    for field in ("items", "predictions"):
        if field in document:
            document[field] = []
    return json.dumps(document)


def test_every_recording_has_its_block_on_the_page() -> None:
    assert {path.stem for path in FOLDER.glob("*.http")} == set(SERVERS)


def test_what_two_servers_sent_is_merged(scene: Scene) -> None:
    ours, theirs = scene.recording.answer, scene.recording.as_candidate()
    scene.answer(ours, theirs)
    firsts = set()
    for number in range(40):
        answer = scene.rank(f"u{number}")
        text = answer.body.decode()
        assert answer.header(HEADER)
        ids = find_ids(text)
        firsts.add(ids[0])
        assert sorted(ids[:2]) == ["v41-0", "v42-0"]
        assert len(ids) == len(IDS)
        assert blank(text) == blank(ours.body)
        scores = [int(item[2]) + int(item[4:]) / 16 for item in ids]
        assert find_scores(json.loads(text)) == scores, "each item keeps what its own model said of it"
        if len(firsts) == 2:
            break
    assert firsts == {"v41-0", "v42-0"}
    assert scene.count_fallbacks() == {}


def find_scores(document: Any) -> list[float]:
    """The scores in an answer, wherever they are."""
    if isinstance(document, dict):
        if document.get("name") == "score":
            return [float(value) for value in document["data"]]
        values = [[document["score"]] if "score" in document else [], *map(find_scores, document.values())]
        return [float(score) for found in values for score in found]
    return [score for each in document for score in find_scores(each)] if isinstance(document, list) else []


def test_a_vote_for_an_item_of_the_candidate_is_a_win(scene: Scene, unit: str) -> None:
    scene.answer(scene.recording.answer, scene.recording.as_candidate())
    token = scene.rank(unit).header(HEADER)
    assert scene.stage.router.feed_back({"impression": token, "item": "v42-0"}).json() == {"accepted": 1, "ignored": 0}
    assert scene.stage.router.counts("votes", "outcome") == {"win": 1}


def test_a_candidate_that_raises_costs_no_list(scene: Scene, unit: str) -> None:
    scene.answer(scene.recording.answer, scene.recording.failure)
    answer = scene.rank(unit)
    assert (answer.status, answer.body.decode()) == (200, scene.recording.answer.body)
    assert scene.count_fallbacks() == {"status": 1}
    assert scene.stage.router.count("model_calls", model="candidate", outcome="error") == 1
    scene.answer(scene.recording.answer, scene.recording.as_candidate())
    assert scene.rank(f"{unit} again").header(HEADER), "the connection that the failure came on costs nothing"


def test_where_the_champion_raises_the_candidates_list_is_served_unless_that_is_a_400(scene: Scene, unit: str) -> None:
    failure, theirs = scene.recording.failure, scene.recording.as_candidate()
    scene.answer(failure, theirs)
    answer = scene.rank(unit)
    served = failure if failure.status == 400 else theirs
    assert (answer.status, answer.body.decode()) == (served.status, served.body)
    assert answer.header(HEADER) is None
    assert scene.count_fallbacks() == {"champion": 1}


@pytest.mark.parametrize("pair", [("triton", "mlserver"), ("mlserver", "kserve-v2"), ("kserve-v2", "triton")])
def test_servers_of_two_makers_are_merged(set_up: Any, unit: str, pair: tuple[str, str]) -> None:
    champion, candidate = pair
    server = SERVERS[champion]
    scene = Scene(set_up(contract=read_contract(server)), server, read_recording(champion), read_contract(server))
    scene.answer(scene.recording.answer, read_recording(candidate).as_candidate())
    answer = scene.rank(unit)
    assert answer.header(HEADER)
    assert sorted(find_ids(answer.body.decode())[:2]) == ["v41-0", "v42-0"]
    assert blank(answer.body.decode()) == blank(scene.recording.answer.body)


def test_of_these_servers_mlflow_alone_answers_400_when_its_model_raises() -> None:
    statuses = {name: read_recording(name).failure.status for name in SERVERS}
    assert [name for name, status in statuses.items() if status < 500] == ["mlflow"]


def test_a_failure_inside_a_200_is_found_out_in_the_candidate_and_passed_on_from_the_champion(set_up: Any) -> None:
    server = Server("A server of your own", "{}")
    scene = Scene(set_up(contract=read_contract(server)), server, read_recording("hypercorn"), read_contract(server))
    failed = Reply(b'{"status": "failed", "error": "boom"}')
    scene.stage.answer(scene.recording.answer.reply(), failed)
    assert scene.rank("u1").body.decode() == scene.recording.answer.body
    scene.stage.answer(failed, scene.recording.as_candidate().reply())
    assert scene.rank("u2").body == failed.body
    assert scene.count_fallbacks() == {"parse": 1, "contract": 1}

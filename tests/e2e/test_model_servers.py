"""The examples' contracts with running model servers: merged, credited, and every other byte as the champion sent it.

KServe is the real one; the servers of plain and of nested lists are small ones of ours.
"""

import json
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.cluster import ROOT, Cluster
from tests.e2e.scene import MODEL, POLL_SECONDS

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

FEED = (Path(__file__).parent / "feed.py").read_text()
RUN_FEED = ["/opt/server/bin/python", "-c", FEED]
HEADER = "x-interleaver-impression"
DEADLINE = 180.0  # seconds until the models of all examples are Ready and a run has begun
USERS = 60  # at most, until both orders have been met
ENDLESS = {"minimumRun": "10m", "window": "20m", "minimumVotes": 50, "plannedVotes": 600, "margin": "0.1"}
ANY_ID = re.compile(r'"(v4[12]-\d)"')


class Case(NamedTuple):
    """An example: its models' image and command, a request of `USER`, and patterns of what is merged in an answer."""

    example: str
    image: str
    command: list[str]
    path: str
    request: str
    ranked: str


CASES = (
    Case("plain-list", "router", ["python3", "-c", MODEL, "--form=plain"], "/recommend", "{}", r"\[.*\]"),
    Case("nested-items", "router", ["python3", "-c", MODEL, "--form=nested"], "/recommend", "{}", r'\[\{"product.*?\]'),
    Case(
        "kserve-v1",
        "kserve",
        RUN_FEED,
        "/v1/models/feed:predict",
        '{"instances": [{"user": "USER"}]}',
        r'(?<="items":)\[.*?\]',
    ),
    Case(
        "open-inference-v2",
        "kserve",
        RUN_FEED,
        "/v2/models/feed/infer",
        '{"id": "7", "parameters": {"user": "USER"},'
        ' "inputs": [{"name": "count", "shape": [1], "datatype": "INT32", "data": [10]}]}',
        r'(?<="data":)\[.*?\]',
    ),
)


class Answer(NamedTuple):
    headers: dict[str, str]
    body: str

    @property
    def ids(self) -> list[str]:
        return ANY_ID.findall(self.body)


class Shop:
    """A client of one experiment."""

    def __init__(self, cluster: Cluster, namespace: str, case: Case) -> None:
        self.cluster, self.namespace, self.case = cluster, namespace, case

    def get(self, kind: str, path: str) -> str:
        return self.cluster.kubectl("-n", self.namespace, "get", kind, read_name(self.case), "-o", f"jsonpath={path}")

    def post(self, path: str, body: str, user: str = "") -> Answer:
        url = f"http://{self.get('service', '{.spec.clusterIP}')}{path}"
        flags = ("-H", "Content-Type: application/json", *(("-H", f"X-User-Id: {user}") if user else ()))
        text = self.cluster.exec("curl", "-sSif", "-m", "10", *flags, "--data-binary", "@-", url, stdin=body)
        head, _, rest = text.partition("\n\n")
        fields = (line.partition(": ") for line in head.splitlines()[1:])
        return Answer({name.lower(): value for name, _, value in fields}, rest)

    def rank(self, user: str = "") -> Answer:
        """An answer; without a user, who cannot be interleaved, the champion's own."""
        return self.post(self.case.path, self.case.request.replace("USER", user), user)


def load(case: Case) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "examples" / f"{case.example}.yaml").read_text())
    return document


def read_name(case: Case) -> str:
    return str(load(case)["metadata"]["name"])


def make_experiment(cluster: Cluster, case: Case) -> dict[str, Any]:
    """The example with models that exist here, everybody interleaved at once, and a run that does not end meanwhile."""
    document = load(case)
    spec = document["spec"]
    for side in ("champion", "candidate"):
        (container,) = spec[side]["source"]["template"]["spec"]["containers"]
        container |= {"image": cluster.image(case.image), "command": [*case.command, spec[side]["revision"]]}
        container.setdefault("readinessProbe", {"tcpSocket": {"port": 9000}, "periodSeconds": 1})
    spec |= {"traffic": {"steps": [{"percent": 100}]}, "analysis": ENDLESS}
    spec |= {"metrics": {"interval": "1s", "staleAfter": "10s", "attributionWindow": "10m"}}
    spec |= {"router": {"championTimeout": "8s", "candidateTimeout": "8s"}}  # the machine is busy while models start
    return document


@pytest.fixture(scope="module")
def shops(installed: Cluster) -> Iterator[dict[str, Shop]]:
    """All experiments side by side, for a real server takes its time to start."""
    namespace = f"t-{uuid.uuid4().hex[:12]}"
    installed.kubectl("create", "namespace", namespace)
    documents = [make_experiment(installed, case) for case in CASES]
    installed.kubectl("-n", namespace, "apply", "-f", "-", stdin=yaml.safe_dump_all(documents))
    yield {case.example: Shop(installed, namespace, case) for case in CASES}
    installed.kubectl("-n", namespace, "delete", "ilx", "--all", "--wait=false")
    installed.kubectl("delete", "namespace", namespace, "--wait=false")


@pytest.fixture(params=CASES, ids=lambda case: case.example)
def shop(shops: dict[str, Shop], request: pytest.FixtureRequest) -> Shop:
    """An experiment that interleaves."""
    shop, end = shops[request.param.example], time.monotonic() + DEADLINE
    while shop.get("ilx", "{.status.run.percent}") != "100" or HEADER not in shop.rank("early").headers:
        if time.monotonic() > end:
            raise AssertionError(f"nothing is interleaved after {DEADLINE} s: {shop.get('ilx', '{.status}')}")
        time.sleep(POLL_SECONDS)
    return shop


def test_the_rankings_of_a_model_server_are_merged_and_credited(shop: Shop) -> None:
    own = shop.rank()
    assert HEADER not in own.headers
    assert {item[:3] for item in own.ids} == {"v41"}
    assert len(own.ids) == 10
    first: dict[str, Answer] = {}
    for number in range(USERS):
        answer = shop.rank(f"u-{number}")
        first[answer.ids[0]] = answer
        assert blank(answer.body, shop.case) == blank(own.body, shop.case)
        assert sorted(answer.ids) == [f"v4{model}-{number}" for model in (1, 2) for number in range(5)]
        assert read_scores(answer.body) in ([], [int(item[2]) + int(item[4:]) / 16 for item in answer.ids])
        if len(first) == 2:
            break
    event = {"impression": first["v41-0"].headers[HEADER], "item": "v42-0"}
    assert json.loads(shop.post("/feedback", json.dumps(event)).body) == {"accepted": 1, "ignored": 0}
    assert json.loads(shop.post("/feedback", json.dumps(event)).body) == {"accepted": 0, "ignored": 1}


def blank(body: str, case: Case) -> str:
    """The answer without what is merged."""
    text, times = re.subn(case.ranked, "?", body)
    assert times == (2 if "outputs" in body else 1)
    return text


def read_scores(body: str) -> list[float]:
    """The scores in an answer of KServe's."""
    document = json.loads(body)
    if isinstance(document, dict) and "outputs" in document:
        return next(output["data"] for output in document["outputs"] if output["name"] == "score")
    predictions = document.get("predictions", []) if isinstance(document, dict) else []
    return [item["score"] for each in predictions for item in each["items"]]

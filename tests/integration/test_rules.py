"""Every rule that the CRD states in CEL, with an example that the real API server refuses for it."""

from typing import Any

import pytest
import yaml

from tests.integration.documents import CRD_FILE, change, find_rules, load
from tests.integration.kubectl import Kubectl

pytestmark = pytest.mark.cluster

TEMPLATE = load()["spec"]["champion"]["source"]["template"]
GUARDED = {"name": "slow", "metric": "LatencyP99", "max": "250ms"}

GATE = {"name": "tests", "job": {"template": TEMPLATE}}
ASKING = {
    "prometheus": {"address": "http://prometheus:9090"},
    "guardrails": [{"name": "checkout", "query": "up", "min": ".97", "max": "1.5e+3"}],
}

# What is wrong, where, with which value, and what the API server says.
BAD: list[tuple[str, str, Any, str]] = [
    ("a name too long for the objects named after it", "metadata.name", "a" * 41, "metadata.name must be at most 40"),
    ("a name that no Service could have", "metadata.name", "4-feeds", "metadata.name must be at most 40"),
    ("an entry named as a revision's Service", "spec.service.name", "home-feed-0123456789", "as Services of revisions"),
    ("no source of the champion's template", "spec.champion.source", {}, "give exactly one of template"),
    (
        "two sources of the candidate's template",
        "spec.candidate.source",
        {"template": TEMPLATE, "podTemplateRef": {"name": "feed"}},
        "give exactly one of template",
    ),
    (
        "a reference that leads out of the namespace",
        "spec.candidate.source",
        {"deploymentRef": {"name": "../../till/deployments/feed"}},
        "spec.candidate.source.deploymentRef.name in body should match",
    ),
    ("a unit that is nowhere", "spec.contract.unit", {}, "give exactly one of header and pointer"),
    (
        "a unit in two places",
        "spec.contract.unit",
        {"header": "X-User-Id", "pointer": "/user"},
        "give exactly one of header and pointer",
    ),
    (
        "a pattern that is no regular expression",
        "spec.contract.exclude",
        [{"header": "User-Agent", "pattern": "("}],
        "pattern must be a regular expression",
    ),
    (
        "an exclusion by nothing",
        "spec.contract.exclude",
        [{"pattern": "bot"}],
        "give exactly one of header, query and pointer",
    ),
    (
        "an exclusion by two things",
        "spec.contract.exclude",
        [{"header": "User-Agent", "query": "agent", "pattern": "bot"}],
        "give exactly one of header, query and pointer",
    ),
    (
        "an exclusion without a pattern",
        "spec.contract.exclude",
        [{"query": "agent"}],
        "give a pattern, or when: Missing",
    ),
    (
        "a pattern for what is missing",
        "spec.contract.exclude",
        [{"pointer": "/agent", "pattern": "bot", "when": "Missing"}],
        "give a pattern, or when: Missing",
    ),
    (
        "a page that is nowhere",
        "spec.contract.page",
        {"size": {"query": "size"}},
        "give exactly one of offset and number",
    ),
    (
        "a page in two places",
        "spec.contract.page",
        {"offset": {"query": "from"}, "number": {"query": "page"}, "size": {"query": "size"}},
        "give exactly one of offset and number",
    ),
    (
        "an offset that is nowhere",
        "spec.contract.page",
        {"offset": {}, "size": {"query": "size"}},
        "give exactly one of query and pointer",
    ),
    (
        "a number in two places",
        "spec.contract.page",
        {"number": {"query": "page", "pointer": "/page"}, "size": {"query": "size"}},
        "give exactly one of query and pointer",
    ),
    (
        "a size that is nowhere",
        "spec.contract.page",
        {"offset": {"query": "from"}, "size": {"default": 10}},
        "give exactly one of query and pointer",
    ),
    (
        "a size where the page stands",
        "spec.contract.page",
        {"number": {"pointer": "/page"}, "size": {"pointer": "/page"}},
        "size and page must stand in different places",
    ),
    *(
        (
            f"pages of {default} items",
            "spec.contract.page",
            {"offset": {"query": "from"}, "size": {"query": "size", "default": default}},
            words,
        )
        for default, words in (
            (0, "should be greater than or equal to 1"),
            (-10, "should be greater than or equal to 1"),
            (1001, "should be less than or equal to 1000"),
            ("ten", "must be of type integer"),
        )
    ),
    ("rankings where feedback goes", "spec.contract.path", "/feedback", "path /feedback is where"),
    (
        "a ranking that is nowhere",
        "spec.contract",
        {"path": "/r", "unit": {"header": "X-User-Id"}},
        "give exactly one of items and tensor",
    ),
    ("a ranking in two places", "spec.contract.tensor", {"ids": "item_id"}, "give exactly one of items and tensor"),
    (
        "an id inside the items of a tensor",
        "spec.contract",
        {"path": "/r", "unit": {"header": "X-User-Id"}, "tensor": {"ids": "item_id"}, "itemId": "/id"},
        "itemId belongs to items",
    ),
    ("samples of nobody", "spec.sampling", {"rate": "0"}, "rate must be above 0 and at most 1"),
    ("samples of more than all", "spec.sampling", {"rate": "1.5"}, "rate must be above 0 and at most 1"),
    (
        "a line longer than a file",
        "spec.sampling",
        {"lineBytes": 1_048_576, "fileBytes": 65_536},
        "lineBytes must not be above fileBytes",
    ),
    (
        "files that fill the pod's volume",
        "spec.sampling",
        {"fileBytes": 536_870_912, "files": 2},
        "fileBytes times files must be at most 1000000000",
    ),
    ("a value to drop that is nowhere", "spec.sampling", {"drop": [{}]}, "give exactly one of header and pointer"),
    (
        "a value to hash in two places",
        "spec.sampling",
        {"hash": [{"header": "X-User-Id", "pointer": "/user"}]},
        "give exactly one of header and pointer",
    ),
    ("one port for two purposes", "spec.router.adminPort", 17080, "port and adminPort must differ"),
    ("no time for the champion", "spec.router.championTimeout", "0s", "candidateTimeout must be above 0"),
    ("no time for the candidate", "spec.router.candidateTimeout", "0ms", "candidateTimeout must be above 0"),
    ("a request that may take an hour", "spec.router.championTimeout", "1h", "candidateTimeout must be at most 10m"),
    ("a candidate that may take an hour", "spec.router.candidateTimeout", "1h", "must be at most 10m"),
    (
        "steps that fall",
        "spec.traffic.steps",
        [{"percent": 50, "hold": "1h"}, {"percent": 25}],
        "percent must rise from step to step",
    ),
    (
        "a step that does not rise",
        "spec.traffic.steps",
        [{"percent": 50, "hold": "1h"}, {"percent": 50}],
        "percent must rise from step to step",
    ),
    (
        "a step before the last without a hold",
        "spec.traffic.steps",
        [{"percent": 10}, {"percent": 100, "hold": "1h"}],
        "every step but the last needs a hold",
    ),
    (
        "two steps without a hold",
        "spec.traffic.steps",
        [{"percent": 10}, {"percent": 100}],
        "every step but the last needs a hold",
    ),
    ("looks every few milliseconds", "spec.metrics.interval", "50ms", "interval must be at least 1s"),
    ("readings stale before the next look", "spec.metrics.staleAfter", "10s", "staleAfter must not be below interval"),
    ("conversions that never count", "spec.metrics.attributionWindow", "0s", "attributionWindow must be at least 1s"),
    (
        "an image with a digest that is none",
        "spec.router.image",
        "registry.example/router@sha256:12",
        "spec.router.image in body should match",
    ),
    ("an image with a blank", "spec.router.image", "router :1", "spec.router.image in body should match"),
    (
        "a guardrail on two measures",
        "spec.guardrails",
        [{"name": "both", "metric": "ErrorRatio", "query": "up", "max": "1"}],
        "give exactly one of metric and query",
    ),
    ("a guardrail without a limit", "spec.guardrails", [{"name": "free", "query": "up"}], "give max or min"),
    (
        "a query that nobody is to answer",
        "spec.guardrails",
        [{"name": "checkout", "query": "up", "min": "0.97"}],
        "a guardrail with a query needs spec.prometheus",
    ),
    (
        "limits that leave no value allowed",
        "spec.guardrails",
        [{"name": "checkout", "query": "up", "min": "2", "max": "1.5"}],
        "min must not be above max",
    ),
    (
        "a query with a limit that is infinite",
        "spec.guardrails",
        [{"name": "checkout", "query": "up", "max": "Inf"}],
        "max and min of a query must be numbers",
    ),
    (
        "a ratio that only some programs can read",
        "spec.guardrails",
        [{"name": "errors", "metric": "ErrorRatio", "max": "0x1p-4"}],
        "max of a ratio must be above 0 and below 1",
    ),
    (
        "a metric with a lowest value",
        "spec.guardrails",
        [{"name": "errors", "metric": "ErrorRatio", "max": "0.02", "min": "0.01"}],
        "a metric takes max and no min",
    ),
    (
        "a ratio that is always allowed",
        "spec.guardrails",
        [{"name": "errors", "metric": "ErrorRatio", "max": "1"}],
        "max of a ratio must be above 0 and below 1",
    ),
    (
        "a ratio given as a duration",
        "spec.guardrails",
        [{"name": "errors", "metric": "ErrorRatio", "max": "1s"}],
        "max of a ratio must be above 0 and below 1",
    ),
    (
        "a share of conversions that is nearly all",
        "spec.guardrails",
        [{"name": "overall", "metric": "OverallConversion", "max": "0.95"}],
        "max of OverallConversion must be from 0 to 0.9",
    ),
    (
        "a rise of conversions that is asked for",
        "spec.guardrails",
        [{"name": "overall", "metric": "OverallConversion", "max": "-0.1"}],
        "max of OverallConversion must be from 0 to 0.9",
    ),
    (
        "a share of conversions without a limit",
        "spec.guardrails",
        [{"name": "overall", "metric": "OverallConversion"}],
        "give max or min",
    ),
    (
        "a latency limit with a fraction, which no other duration may have",
        "spec.guardrails",
        [GUARDED | {"max": "0.2s"}],
        "max of LatencyP99 must be a duration above 0",
    ),
    (
        "a latency that nothing can keep",
        "spec.guardrails",
        [GUARDED | {"max": "0s"}],
        "max of LatencyP99 must be a duration above 0",
    ),
    (
        "a query with a limit that is no number",
        "spec.guardrails",
        [{"name": "checkout", "query": "up", "min": "many"}],
        "max and min of a query must be numbers",
    ),
    (
        "a latency limit that the deadline makes meaningless",
        "spec.guardrails",
        [GUARDED | {"max": "301ms"}],
        "LatencyP99 guardrail's max must not be above router.candidateTimeout",
    ),
    (
        "two latency limits, where routers know one",
        "spec.guardrails",
        [GUARDED, GUARDED | {"name": "slower", "max": "80ms"}],
        "guardrails whose max is a duration must have the same one",
    ),
    (
        "a latency limit that is no duration",
        "spec.guardrails",
        [GUARDED | {"max": "0.25"}],
        "LatencyP99 guardrail's max must not be above router.candidateTimeout",
    ),
    (
        "a hold longer than a duration can be",
        "spec.traffic.steps",
        [{"percent": 10, "hold": "999999999h"}, {"percent": 100}],
        "the holds of all steps together must be shorter than analysis.window",
    ),
    ("a test that is never wrong", "spec.analysis.alpha", "0", "alpha must be above 0 and below 0.5"),
    ("a test that is a coin", "spec.analysis.alpha", "0.5", "alpha must be above 0 and below 0.5"),
    ("no margin", "spec.analysis.margin", "0", "margin must be above 0 and below 0.5"),
    ("a margin that admits everything", "spec.analysis.margin", "0.5", "margin must be above 0 and below 0.5"),
    ("a window shorter than the minimum run", "spec.analysis.window", "167h", "window must not be shorter than"),
    ("no window", "spec.analysis", {"window": "0s", "minimumRun": "0s"}, "window must be above 0 and at most 8760h"),
    ("a window of more than a year", "spec.analysis.window", "8761h", "window must be above 0 and at most 8760h"),
    ("a rollback that never comes", "spec.promotion.rollbackWindow", "9000h", "rollbackWindow must be at most 8760h"),
    ("no time to get Ready", "spec.promotion.progressDeadline", "0s", "progressDeadline must be at least 1s and at"),
    ("a month to get Ready", "spec.promotion.progressDeadline", "720h", "progressDeadline must be at least 1s and at"),
    (
        "a ramp longer than the window",
        "spec.traffic.steps",
        [{"percent": 10, "hold": "300h"}, {"percent": 20, "hold": "36h"}, {"percent": 100}],
        "the holds of all steps together must be shorter than analysis.window",
    ),
    ("a gate without a kind", "spec.candidate.gates", [{"name": "tests"}], "give the gate a kind: job"),
    ("a gate of a week", "spec.candidate.gates", [GATE | {"deadline": "168h"}], "deadline must be at least 1s and at"),
    ("two gates of one name", "spec.candidate.gates", [GATE, GATE], "Duplicate value"),
    ("six gates", "spec.candidate.gates", [GATE | {"name": f"g{n}"} for n in range(6)], "must have at most 5 items"),
    ("the champion on the router's port", "spec.champion.port", 17080, "a model's port must differ from router.port"),
    ("the champion on the admin port", "spec.champion.port", 17090, "a model's port must differ from router.port"),
    ("the candidate on the router's port", "spec.candidate.port", 17080, "a model's port must differ from"),
    ("the candidate on the admin port", "spec.candidate.port", 17090, "a model's port must differ from router.port"),
]
IMMUTABLE_NAME = "spec.service.name is immutable"


@pytest.mark.parametrize(("path", "value", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_the_api_server_refuses(unwatched: Kubectl, path: str, value: Any, words: str) -> None:
    result = unwatched.apply(change(load(), path, value), "--dry-run=server")
    assert not result.ok
    assert words in result.err


def test_the_name_of_the_entry_service_cannot_be_changed(kubectl: Kubectl) -> None:
    kubectl.apply(load())
    result = kubectl.apply(change(load(), "spec.service.name", "other"))
    assert not result.ok
    assert IMMUTABLE_NAME in result.err


def test_no_rule_is_left_without_a_bad_example() -> None:
    schema = yaml.safe_load(CRD_FILE.read_text())["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    words = [case[3] for case in BAD] + [IMMUTABLE_NAME]
    untested = {r["message"] for r in find_rules(schema) if not any(word in r["message"] for word in words)}
    assert untested == set()


# Values at the edge of a rule, which must pass: a rule that refuses everything would satisfy the table above.
GOOD: list[tuple[str, str, Any]] = [
    ("the longest name", "metadata.name", "a" * 40),
    ("a name of one letter", "metadata.name", "a"),
    ("an entry named almost as a revision's Service", "spec.service.name", "home-feed-012345678g"),
    ("a reference instead of a template", "spec.candidate.source", {"podTemplateRef": {"name": "feed"}}),
    ("no candidate", "spec.candidate", None),
    ("a unit in the body", "spec.contract.unit", {"pointer": "/user"}),
    (
        "an answer that is a plain list of ids",
        "spec.contract",
        load()["spec"]["contract"] | {"items": "", "itemId": ""},
    ),
    (
        "a ranking in tensors",
        "spec.contract",
        {"path": "/v2/models/feed/infer", "unit": {"pointer": "/parameters/user"}, "tensor": {"ids": "item_id"}},
    ),
    ("the longest timeout", "spec.router.championTimeout", "10m"),
    ("one step", "spec.traffic.steps", [{"percent": 100}]),
    ("a hold on every step", "spec.traffic.steps", [{"percent": 5, "hold": "1h30m"}, {"percent": 6, "hold": "1s"}]),
    ("a fraction without a leading zero", "spec.analysis.alpha", ".1"),
    ("a window as long as the minimum run", "spec.analysis", {"window": "168h"}),
    ("an experiment of minutes", "spec.analysis", {"window": "1m", "minimumRun": "0s"} | {"alpha": "0.499"}),
    ("a latency limit at the deadline", "spec.guardrails", [GUARDED | {"max": "300ms"}]),
    (
        "one latency limit in two guardrails, spelled in two ways",
        "spec.guardrails",
        [GUARDED | {"max": "60ms"}, GUARDED | {"name": "slower", "max": "30ms30ms"}],
    ),
    ("a query with a lowest value", "spec", load()["spec"] | ASKING),
    ("no rollback window", "spec.promotion", {"rollbackWindow": "0s", "progressDeadline": "1s"}),
    ("gates in a row", "spec.candidate.gates", [GATE, GATE | {"name": "load", "deadline": "24h"}]),
    ("looks every second", "spec.metrics", {"interval": "1s", "staleAfter": "1s", "attributionWindow": "1s"}),
]


@pytest.mark.parametrize(("path", "value"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_the_api_server_accepts(unwatched: Kubectl, path: str, value: Any) -> None:
    document = change(load(), path, value)
    if path == "spec.analysis" and value["window"] == "1m":
        document = change(document, "spec.traffic.steps", [{"percent": 100}])
    result = unwatched.apply(document, "--dry-run=server")
    assert result.ok, result.err

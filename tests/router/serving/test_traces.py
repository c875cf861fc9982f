"""W3C trace context: whatever trace a request belongs to, both models see it as the client sent it."""

from typing import Any

import pytest

from tests.router.conftest import Stage

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACES = [
    {"traceparent": TRACEPARENT},
    {"traceparent": TRACEPARENT, "tracestate": "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "baggage": "shop=home"},
    {"Traceparent": TRACEPARENT.upper(), "tracestate": ""},
    {"traceparent": "not one at all"},
]


def list_traces(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in headers if pair[0].lower() in ("traceparent", "tracestate", "baggage")]


@pytest.mark.parametrize("trace", [*TRACES, {}])
def test_both_models_see_the_trace_unchanged_and_none_is_made_up(
    stage: Stage, unit: str, trace: dict[str, str]
) -> None:
    assert stage.router.rank(unit, b"{}", **trace).header("X-Interleaver-Impression") is not None
    for model in (stage.champion, stage.candidate):
        (seen,) = model.seen
        assert list_traces(seen.headers) == list(trace.items())


def test_several_lines_of_state_stay_several(stage: Stage, unit: str) -> None:
    lines = ["traceparent: " + TRACEPARENT, "tracestate: a=1", "tracestate: b=2"]
    with stage.router.client() as client:
        head = f"POST /recommend HTTP/1.1\r\nHost: shop\r\nX-User-Id: {unit}\r\nContent-Length: 0\r\n"
        client.send((head + "\r\n".join(lines) + "\r\n\r\n").encode())
        assert client.receive().status == 200
    for model in (stage.champion, stage.candidate):
        assert [f"{name}: {value}" for name, value in list_traces(model.seen[0].headers)] == lines


def test_a_request_that_is_passed_on_keeps_its_trace(set_up: Any) -> None:
    stage = set_up(percent=0)
    stage.router.rank(**TRACES[1])
    stage.router.request("GET", "/elsewhere", TRACES[1])
    assert [list_traces(seen.headers) for seen in stage.champion.seen] == [list(TRACES[1].items())] * 2

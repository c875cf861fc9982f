"""The server that stands for all routers of the operator's benchmark tells each of them apart."""

from typing import Any

import pytest
from bench.operator.routers import VOTES_PER_SECOND, Routers, find_address, find_name

from interleaver.api import names
from interleaver.api.routing import encode
from tests.unit.demo.test_demo_simulate import make_config


def make_pod(name: str, revision: str) -> dict[str, Any]:
    return {"metadata": {"labels": {names.LABEL_EXPERIMENT: name, names.LABEL_REVISION: revision}}}


@pytest.mark.parametrize(("name", "revision"), [("x0", "v41"), ("x249", "v42"), ("x250", "v41"), ("x1999", "v42")])
def test_a_pod_is_found_by_its_address(name: str, revision: str) -> None:
    assert find_name(find_address(make_pod(name, revision))) == (name, revision == "v41")


def test_votes_of_a_run_come_evenly_from_the_moment_it_is_seen_and_the_champions_router_shows_them() -> None:
    routers, seen = Routers(), 1_000.0
    labels = {names.LABEL_EXPERIMENT: "x3"}
    routers.take([{"metadata": {"labels": labels}, "data": {names.CONFIG_FILE: encode(make_config())}}])
    champion, candidate = (find_address(make_pod("x3", revision)) for revision in ("v41", "v42"))
    wins = f'{names.VOTES_TOTAL.name}{{run="factors-1",outcome="win"}}'
    assert f"{wins} 0" in routers.show(champion, seen).splitlines()
    assert f"{wins} {60 * VOTES_PER_SECOND:.0f}" in routers.show(champion, seen + 60).splitlines()
    assert names.VOTES_TOTAL.name not in routers.show(candidate, seen + 60)
    assert names.VOTES_TOTAL.name not in routers.show(find_address(make_pod("x4", "v41")), seen + 60)

"""The chart's NetworkPolicies let through what programs ask of each other, and the admin port is closed to the rest."""

from typing import Any, Final

import pytest

from tests.builders import World
from tests.helm import MAJORS, find_helm, set_all
from tests.packaging.network_policies import Connection, Peer, is_allowed, read_pod

Document = dict[str, Any]

SYSTEM: Final = "interleaver-system"
VALUES: Final = (
    "networkPolicy.enabled=true",
    "networkPolicy.closeAdminPortIn={shop}",
    "valkey.enabled=true",
    "valkey.sharedWith={shop}",
)
OUTSIDE: Final = Peer()
SHOP_PROGRAM: Final = Peer("shop", {"app": "front"})
PROMETHEUS: Final = Peer("monitoring", {"app": "prometheus"})
STRANGER: Final = Peer(
    "elsewhere", {"app.kubernetes.io/component": "operator", "app.kubernetes.io/name": "interleaver"}
)


@pytest.fixture(scope="module", params=MAJORS)
def chart(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    return find_helm(request.param, tmp_path_factory.mktemp(request.param)).render(*set_all(VALUES))


@pytest.fixture(scope="module")
def policies(chart: list[Document]) -> list[Document]:
    return [one for one in chart if one["kind"] == "NetworkPolicy"]


def find_pod(chart: list[Document], name: str) -> Peer:
    """What the chart deploys."""
    (found,) = [
        one for one in chart if one["kind"] in ("Deployment", "StatefulSet") and one["metadata"]["name"] == name
    ]
    return read_pod(SYSTEM, found["spec"]["template"])


def find_routers() -> list[Peer]:
    """Champion's and candidate's pods, as the operator describes them in mid-run."""
    world = World()
    world.settle()
    templates = [one["spec"]["template"] for one in world.manifests if one["kind"] == "Deployment"]
    assert len(templates) == 2
    return [read_pod("shop", template) for template in templates]


ROUTERS: Final = find_routers()
CHAMPION, CANDIDATE = ROUTERS
ADMIN: Final = CHAMPION.sidecar_ports["router-admin"]
ENTRY, MODEL = 17080, 9000


def list_needed(chart: list[Document]) -> dict[str, Connection]:
    """What is really called, by the programs' own code."""
    operator, valkey = find_pod(chart, "interleaver-operator"), find_pod(chart, "interleaver-valkey")
    return {
        "the operator asks the API server": Connection(operator, OUTSIDE, 443),
        "the operator asks the API server behind its Service": Connection(operator, OUTSIDE, 6443),
        "the operator asks for names": Connection(operator, OUTSIDE, 53, "UDP"),
        "the operator reads the champion's routers": Connection(operator, CHAMPION, ADMIN),
        "the operator reads the candidate's routers": Connection(operator, CANDIDATE, ADMIN),
        "Prometheus reads routers": Connection(PROMETHEUS, CHAMPION, ADMIN),
        "Prometheus and kubelets read the operator": Connection(PROMETHEUS, operator, operator.ports["http"]),
        "a shop asks for a list": Connection(SHOP_PROGRAM, CHAMPION, ENTRY),
        "what comes from outside asks for a list": Connection(OUTSIDE, CHAMPION, ENTRY),
        "a router asks the candidate": Connection(CHAMPION, CANDIDATE, MODEL),
        "a router asks the store": Connection(CHAMPION, valkey, 6379),
    }


def list_unwanted(chart: list[Document]) -> dict[str, Connection]:
    operator, valkey = find_pod(chart, "interleaver-operator"), find_pod(chart, "interleaver-valkey")
    return {
        "a shop at the admin port": Connection(SHOP_PROGRAM, CHAMPION, ADMIN),
        "a router at another's admin port": Connection(CANDIDATE, CHAMPION, ADMIN),
        "something outside at the admin port": Connection(OUTSIDE, CHAMPION, ADMIN),
        "an operator that is none at the admin port": Connection(STRANGER, CHAMPION, ADMIN),
        "a shop at the store": Connection(SHOP_PROGRAM, valkey, 6379),
        "the store elsewhere": Connection(valkey, OUTSIDE, 443),
        "the operator at a shop": Connection(operator, SHOP_PROGRAM, 8080),
        "the operator at a model": Connection(operator, CHAMPION, MODEL),
    }


@pytest.mark.parametrize("knows_sidecars", [True, False], ids=["names of sidecars", "numbers"])
def test_what_programs_ask_of_each_other_passes(
    chart: list[Document], policies: list[Document], knows_sidecars: bool
) -> None:
    needed = list_needed(chart)
    shut = [name for name, one in needed.items() if not is_allowed(policies, one, knows_sidecars=knows_sidecars)]
    assert shut == []


def test_the_admin_port_and_the_store_are_closed_to_the_rest(chart: list[Document], policies: list[Document]) -> None:
    assert [name for name, one in list_unwanted(chart).items() if is_allowed(policies, one)] == []


def test_without_policies_everything_passes(chart: list[Document]) -> None:
    assert all(is_allowed([], one) for one in list_unwanted(chart).values())

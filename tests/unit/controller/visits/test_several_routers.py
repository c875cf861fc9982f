"""A whole operator with a store: three routers that show the same totals, one of which dies."""

from interleaver.api import names
from tests.builders import STORE
from tests.unit.controller.operators import FakeOperator, make_resource
from tests.unit.controller.secrets.test_supply import URL, put_secret


def make_sharing() -> FakeOperator:
    operator = FakeOperator()
    put_secret(operator.cluster, "votes", "url", URL, "store")
    operator.cluster.put(make_resource(replicas=3, store=STORE))
    operator.live_on(14)
    assert operator.status["run"]["stage"] == "Running"
    return operator


def show(operator: FakeOperator, wins: int, up: int = 1) -> None:
    """What every router shows from now on."""
    run = operator.status["run"]["id"]
    operator.routers.more = f"""{names.STORE_UP.name} {up}
{names.STORE_EPOCH.name}{{run="{run}"}} 1795370691275
{names.STORE_VOTES.name}{{run="{run}",outcome="win"}} {wins}
{names.STORE_CONVERSIONS.name}{{run="{run}",model="candidate"}} {wins}
"""


def test_the_votes_of_three_routers_are_counted_once_over_a_restart_and_a_death() -> None:
    operator = make_sharing()
    show(operator, 40)
    operator.live_on(2, seconds=31)
    assert operator.status["run"]["tally"]["wins"] == 40
    operator.restart()
    (champion,) = [pod for pod in operator.cluster.of_kind("Pod") if pod["metadata"]["name"].endswith("-2")]
    operator.cluster.objects.pop(("Pod", "shop", champion["metadata"]["name"]))
    show(operator, 45)
    operator.live_on(2, seconds=31)
    assert operator.status["run"]["tally"]["wins"] == 45
    assert operator.status["run"]["gaps"] == []


def test_a_store_out_of_reach_is_told_at_the_next_look() -> None:
    operator = make_sharing()
    show(operator, 40)
    operator.live_on(2, seconds=31)
    show(operator, 40, up=0)
    operator.live_on(1, seconds=31)
    (fresh,) = [one for one in operator.status["conditions"] if one["type"] == "MetricsFresh"]
    assert (fresh["status"], fresh["reason"]) == ("False", "StoreUnreachable")
    assert "storeAwaySince" in operator.status["run"]

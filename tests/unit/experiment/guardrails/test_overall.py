"""The guardrail on overall conversion in a run: off unless it is listed, and by the plan it was frozen with."""

from interleaver.api import names
from interleaver.api.plan import Plan
from interleaver.api.routing import Config, decode
from interleaver.api.status import GuardrailReading
from interleaver.experiment.guardrails.overall import list_strata, read_overall
from interleaver.stats.overall import Stratum
from tests.builders import World, make_running_world

GUARDRAIL = {"name": "overall", "metric": "OverallConversion", "max": "0.05"}
HOUR = 3600


def make_world(**guardrail: str) -> World:
    return make_running_world(guardrails=[GUARDRAIL | guardrail])


def convert(world: World, percent: int, interleaved: int, champion: int) -> None:
    """Units of both arms convert for the first time."""
    world.count(
        **{f"overall.interleaved.{percent}": interleaved, f"overall.champion.{percent}": champion}
    )  # fmt: skip
    world.step()


def find_reading(world: World) -> GuardrailReading:
    (reading,) = [reading for reading in world.run.guardrails if reading.name == "overall"]
    return reading


def config_of(world: World) -> Config:
    return decode(world.objects("ConfigMap")[0]["data"][names.CONFIG_FILE])


def test_routers_mark_champion_only_answers_only_where_the_guardrail_is_listed() -> None:
    assert config_of(make_world()).overall
    assert not config_of(make_running_world()).overall


def test_routers_stop_marking_when_the_run_is_over() -> None:
    world = make_world()
    world.vote(win=50, loss=150)
    world.settle()
    assert world.run is None or world.run.stage == "RollingBack" if world.status.run else True
    assert not config_of(world).overall


def test_a_loss_of_conversions_rolls_back_and_says_how_much() -> None:
    world = make_world()
    convert(world, 10, 100, 1800)
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Rollback", "Guardrail")
    said = world.status.decision.message
    assert "guardrail overall is breached: units with merged lists convert 50.0% less often" in said
    assert "more than the allowed 5.0%" in said
    assert "100 and 1800 units converted" in said


def test_one_look_is_enough_for_each_unit_counts_once() -> None:
    world = make_world()
    convert(world, 10, 100, 1800)
    assert float(find_reading(world).bar) >= 1


def test_arms_that_convert_alike_breach_nothing_and_suspend_nothing() -> None:
    world = make_world()
    for percent, interleaved in ((10, 1000), (50, 9000)):
        convert(world, percent, interleaved, 9000)
        world.step(HOUR + 1)
        world.settle(4)
    assert world.run.percent == 100
    assert float(find_reading(world).bar) < 0
    assert abs(float(find_reading(world).ratio)) < 0.01


def test_a_loss_seen_at_two_steps_counts_together() -> None:
    apart = [make_world(), make_world()]
    for world, percent, arms in zip(apart, (10, 50), ((55, 700), (320, 400)), strict=True):
        convert(world, percent, *arms)
        assert world.status.decision is None
    together = make_world()
    convert(together, 10, 55, 700)
    convert(together, 50, 320, 400)
    bars = [float(find_reading(world).bar) for world in apart]
    assert max(bars) < 1 <= float(find_reading(together).bar)
    assert together.status.decision is not None


def test_without_any_conversion_a_run_goes_on_to_its_promotion() -> None:
    world = make_world()
    world.vote(win=400, tie=100, loss=250)
    for _ in range(3):
        world.step(HOUR + 1)
        world.settle(4)
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Promote"


def test_the_top_of_the_ramp_brings_no_news() -> None:
    world = make_world()
    convert(world, 10, 100, 1000)
    before = find_reading(world)
    convert(world, 100, 5000, 0)
    assert find_reading(world) == before


def test_percents_that_the_plan_does_not_have_are_ignored() -> None:
    world = make_world()
    convert(world, 77, 1, 900)
    assert find_reading(world).bar == "0.000000"
    assert "overall" not in str(world.run.ledger), "nor are they kept"
    assert list_strata(world.run.plan, {"overall.champion.77": 9, "overall.champion.10": 2}) == [
        Stratum(10, 0, 2), Stratum(50, 0, 0), Stratum(100, 0, 0),
    ]  # fmt: skip


def test_no_loss_at_all_may_be_asked_for() -> None:
    strict, lax = make_world(max="0"), make_world(max="0.9")
    for world in (strict, lax):
        convert(world, 10, 100, 1300)
    assert strict.status.decision is not None
    assert lax.status.decision is None


def test_a_plan_without_the_guardrail_reads_nothing() -> None:
    plan: Plan = make_running_world().run.plan
    assert list(read_overall(plan, {"overall.champion.10": 1000})) == []

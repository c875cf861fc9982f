"""The measure of a look's cost looks at what it says it does."""

from hack.look_time import make_looks, measure


def test_every_look_adds_votes_and_calls_to_a_run_that_goes_on() -> None:
    looks = list(make_looks(5))
    runs = [experiment.status.run for experiment, _, _ in looks]
    assert [run is not None and run.stage for run in runs] == ["Running"] * 5
    assert [run.votes for run in runs if run] == [0, 3, 6, 9, 12]
    assert {reading.name for run in runs[1:] if run for reading in run.guardrails} == {"errors", "latency", "fallbacks"}


def test_both_parts_take_time() -> None:
    assert min(min(measure(look)) for look in make_looks(3)) > 0

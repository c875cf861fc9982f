"""A router's metrics read strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from interleaver.api import names
from interleaver.experiment.counting.exposition import MAX_CHARACTERS, Scrape, read_in_slices, read_metrics

RUN = "v42-20261122t101500z"
HEAD = "interleaver_process_start_time_seconds 1795000000.25\n"


def vote(value: str, labels: str = f'run="{RUN}",outcome="win"') -> str:
    return f"{HEAD}interleaver_votes_total{{{labels}}} {value}\n"


def test_only_the_counts_of_the_run_and_of_its_interleaved_arm_are_taken() -> None:
    text = f"""# HELP interleaver_votes_total Votes.
# TYPE interleaver_votes_total counter
interleaver_votes_total{{run="{RUN}",outcome="win"}} 12
interleaver_votes_total{{outcome="loss",run="{RUN}",}} 3
interleaver_votes_total{{run="{RUN}",outcome="tie"}} 0
interleaver_votes_total{{run="v41-20261101t000000z",outcome="win"}} 99
interleaver_conversions_total{{run="{RUN}",model="neutral"}} 4
interleaver_requests_total{{run="{RUN}",arm="interleaved",outcome="ok"}} 50
interleaver_requests_total{{run="{RUN}",arm="champion",outcome="ok"}} 500
interleaver_fallbacks_total{{run="{RUN}",reason="timeout"}} 2
interleaver_model_request_seconds_bucket{{model="champion",le="+Inf"}} 7
interleaver_config_generation 7
{HEAD}"""
    assert read_metrics(text, RUN) == Scrape(
        start="1795000000.25",
        generation=7,
        counts={
            "votes.win": 12,
            "votes.loss": 3,
            "conversions.neutral": 4,
            "requests.ok": 50,
            "fallbacks.timeout": 2,
        },
        signs={"requests.ok": 50, "alone.ok": 500, "fallbacks.timeout": 2},
    )


def test_what_the_prometheus_client_writes_is_read() -> None:
    registry = CollectorRegistry()
    Gauge(names.PROCESS_START.name, "help", registry=registry).set(1795000000.25)
    Gauge(names.CONFIG_GENERATION.name, "help", registry=registry).set(7)
    Histogram(names.MODEL_SECONDS.name, "help", ["model"], registry=registry).labels("champion").observe(0.1)
    for metric in (names.VOTES_TOTAL, names.CONVERSIONS, names.FALLBACKS, names.REQUESTS):
        counter = Counter(metric.name, "help", list(metric.labels), registry=registry)
        counter.labels(RUN, *[values[0] for values in metric.labels.values() if values]).inc(3)
    assert read_metrics(generate_latest(registry).decode(), RUN) == Scrape(
        "1.79500000025e+09",
        7,
        {"votes.win": 3, "conversions.champion": 3, "fallbacks.timeout": 3, "requests.ok": 3},
        signs={"fallbacks.timeout": 3, "requests.ok": 3},
    )


def test_calls_of_what_serves_are_kept_apart_from_the_ledger() -> None:
    text = f"""{HEAD}interleaver_model_calls_total{{run="{RUN}",model="champion",outcome="error"}} 7
interleaver_model_calls_total{{run="{RUN}",model="champion",outcome="ok"}} 30
interleaver_model_calls_total{{run="{RUN}",model="candidate",outcome="error"}} 5
interleaver_model_calls_total{{run="another",model="champion",outcome="slow"}} 9
"""
    found = read_metrics(text, RUN)
    assert found.served == {"calls.champion.error": 7, "calls.champion.ok": 30}
    assert found.counts == {"calls.candidate.error": 5}


def test_without_a_configuration_there_is_no_generation() -> None:
    assert read_metrics(HEAD, RUN) == Scrape("1795000000.25", None, {})


def test_a_router_that_counts_requests_without_a_unit_is_told_from_an_older_one() -> None:
    series = f'{names.UNITLESS.name}{{run="another",reason="header-missing"}} 0'
    assert read_metrics(f"{HEAD}{series}\n", RUN).tells_units
    assert not read_metrics(HEAD, RUN).tells_units


def test_a_reason_of_a_newer_router_is_skipped() -> None:
    text = f'{HEAD}interleaver_fallbacks_total{{run="{RUN}",reason="unheard of"}} 2\n'
    assert read_metrics(text, RUN).counts == {}


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-1", "1.5", "1e300", "1e999", "9007199254740994", "1000000000001"])
def test_a_counter_that_is_no_count_is_refused_naming_the_line(value: str) -> None:
    with pytest.raises(ValueError, match="line 2: must be a whole number"):
        read_metrics(vote(value), RUN)


@pytest.mark.parametrize("value", ["12", "12.0", "1.2e+01", "12 1795000000000"])
def test_a_whole_number_may_be_written_as_prometheus_writes_it(value: str) -> None:
    assert read_metrics(vote(value), RUN).counts == {"votes.win": 12}


@pytest.mark.parametrize(
    "labels", ['run="a"outcome="win"', "run=a", 'run="a",run="b"', '="a"', 'run="a', '{run="a"}', 'run="a";outcome="b"']
)
def test_malformed_labels_are_refused_naming_the_line(labels: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_metrics(vote("1", labels), RUN)


@pytest.mark.parametrize("line", ["<html>", "a", "1 2", "a 0x10", "a 1_000", "a 1 2 3", "a ١", "a{} 1 x", "a b 1"])
def test_a_line_that_is_no_sample_is_refused_by_number(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_metrics(f"{HEAD}{line}\n", RUN)


def test_the_same_series_twice_is_refused_whatever_the_order_of_labels() -> None:
    text = vote("1") + f'interleaver_votes_total{{outcome="win",run="{RUN}"}} 1\n'
    with pytest.raises(ValueError, match="line 3: interleaver_votes_total is given twice"):
        read_metrics(text, RUN)


@pytest.mark.parametrize("text", ["", "up 1\n", "interleaver_process_start_time_seconds NaN\n"])
def test_metrics_of_something_else_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not the metrics of a router"):
        read_metrics(text, RUN)


def test_a_label_may_hold_what_would_end_it_if_it_were_not_quoted() -> None:
    text = f'{HEAD}other_total{{path="a\\"}} 9,b=\\\\"}} 1\n'
    assert read_metrics(text, RUN).counts == {}


def test_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        read_metrics(HEAD + "#" * MAX_CHARACTERS, RUN)


@pytest.mark.parametrize("hostile", ['a{"', 'a{"}', 'a{b="\\', 'b="c",', "a {", " ", "a{}"])
def test_hostile_text_up_to_the_limit_is_refused_in_one_pass(hostile: str) -> None:
    # A pattern that backtracks would need hours for a megabyte; the suite's own timeout is the gate.
    with pytest.raises(ValueError, match=r"line 1|not the metrics"):
        read_metrics(hostile * (MAX_CHARACTERS // len(hostile)), RUN)


@given(st.text(alphabet='a1_{}="\\, \n#.', max_size=60))
def test_any_text_is_read_or_refused_with_a_value_error(text: str) -> None:
    try:
        scrape = read_metrics(HEAD + text, RUN)
    except ValueError:
        return
    assert scrape.start == "1795000000.25"


def test_conversions_of_both_arms_are_read_by_percent_and_percents_that_cannot_be_are_not() -> None:
    series = "interleaver_overall_conversions_total"
    text = HEAD + "".join(
        f'{series}{{run="{RUN}",arm="{arm}",percent="{percent}"}} {count}\n'
        for arm, percent, count in (("interleaved", "25", 7), ("champion", "25", 21), ("champion", "101", 5))
    )
    assert read_metrics(text, RUN).counts == {"overall.interleaved.25": 7, "overall.champion.25": 21}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({}, None),
        ({"loopback": 1}, True),
        ({"loopback": 0}, False),
        ({"loopback": 1, "pod": 1}, True),
        ({"loopback": 0, "pod": 1}, True),
        ({"loopback": 1, "pod": 0}, False),
    ],
)
def test_a_model_is_reached_where_other_pods_call_it_or_where_there_is_no_such_address(
    shown: dict[str, int], expected: bool | None
) -> None:
    lines = [f'{names.OWN_MODEL.name}{{address="{address}"}} {value}\n' for address, value in shown.items()]
    assert read_metrics(HEAD + "".join(lines), RUN).reached is expected


@pytest.mark.parametrize("value", ["1" * 41, "0." + "3" * 1000, "1e" + "9" * 100_000])
def test_a_number_that_is_endless_is_refused_naming_the_line(value: str) -> None:
    with pytest.raises(ValueError, match="line 2: a number of"):
        read_metrics(f"{HEAD}a {value}\n", RUN)
    with pytest.raises(ValueError, match="line 1: a number of"):
        read_metrics(f"{names.PROCESS_START.name} {value}\n", RUN)


def test_a_long_text_is_read_in_slices_of_a_few_lines() -> None:
    text = HEAD + "".join(f"a{number} 1\n" for number in range(2000))
    slices = read_in_slices(text, RUN)
    assert len([*iter(lambda: next(slices, "end"), "end")]) == 4
    assert read_metrics(text, RUN).start == "1795000000.25"

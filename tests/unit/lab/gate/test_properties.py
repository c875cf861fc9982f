"""What holds of every gate and every interval."""

from math import isfinite
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from interleaver.lab.gate.bounds import Limit, decide, ends_of, limit_of, units_to_tell
from interleaver.lab.gate.numbers import Number
from interleaver.lab.gate.outcome import Outcome
from interleaver.lab.gate.rules import Bound, Kind
from interleaver.lab.terms.figure import Estimate
from tests.unit.lab.gate.gates import judge_rule, make_figure

NUMBERS: Final = st.floats(-10, 10, allow_nan=False)
MARGINS: Final = st.floats(0.001, 5)
RANKS: Final = {Outcome.FAILED: 0, Outcome.NOT_TOLD: 1, Outcome.PASSED: 2}


@st.composite
def intervals(draw: st.DrawFn) -> tuple[float, float, float]:
    """Low end, value, high end."""
    low, value, high = sorted((draw(NUMBERS), draw(NUMBERS), draw(NUMBERS)))
    return low, value, high


@given(intervals(), st.sampled_from([kind for kind in Kind]), MARGINS, MARGINS)
def test_a_tighter_bound_never_has_a_better_outcome(
    interval: tuple[float, float, float], kind: Kind, one: float, other: float
) -> None:
    loose, tight = sorted((one, other), reverse=kind in (Kind.AT_MOST, Kind.NOT_WORSE_BY, Kind.NOT_BETTER_BY))
    low, _, high = interval
    before, after = (decide((low, high), limit_of(Bound(kind, Number(at)), 1.0)) for at in (loose, tight))
    assert RANKS[after] <= RANKS[before]


@given(intervals(), NUMBERS, st.booleans(), st.floats(0, 1))
def test_a_narrower_interval_within_never_turns_passed_into_failed_or_back(
    interval: tuple[float, float, float], at: float, floor: bool, share: float
) -> None:
    low, value, high = interval
    narrow = (value - share * (value - low), value + share * (high - value))
    wide, told = decide((low, high), Limit(at, floor)), decide(narrow, Limit(at, floor))
    assert wide is Outcome.NOT_TOLD or told is wide


@given(intervals(), NUMBERS, st.booleans())
def test_what_passes_has_a_value_that_holds_and_what_fails_has_not(
    interval: tuple[float, float, float], at: float, floor: bool
) -> None:
    low, value, high = interval
    outcome, limit = decide((low, high), Limit(at, floor)), Limit(at, floor)
    assert outcome is not Outcome.PASSED or limit.holds(value)
    assert outcome is not Outcome.FAILED or not limit.holds(value)


@settings(max_examples=30)
@given(intervals(), st.integers(2, 10**6), st.integers(2, 10**6), NUMBERS, NUMBERS)
def test_the_outcome_is_a_function_of_the_interval_and_of_nothing_beside_it(
    interval: tuple[float, float, float], units: int, others: int, champion: float, other: float
) -> None:
    low, value, high = interval
    said = [
        judge_rule(
            "{metric: nDCG@10, notWorseBy: 0.5}",
            make_figure(champion=(before, before, before), difference=(value, low, high), units=size, n=size),
        ).outcome
        for size, before in ((units, champion), (others, other))
    ]
    assert said[0] is said[1]


@given(intervals(), NUMBERS, st.booleans(), st.integers(2, 10**6))
def test_with_the_units_that_are_asked_for_it_is_told_as_was_said(
    interval: tuple[float, float, float], at: float, floor: bool, units: int
) -> None:
    """The interval shrinks around the value by the square root of how many more units there are."""
    low, value, high = interval
    limit = Limit(at, floor)
    more = units_to_tell(value, (low, high), limit, units)
    if decide((low, high), limit) is not Outcome.NOT_TOLD or more is None:
        return
    shrunk = (units / (units + more)) ** 0.5 * (1 - 1e-9)
    narrow = (value - shrunk * (value - low), value + shrunk * (high - value))
    assert decide(narrow, limit) is (Outcome.PASSED if limit.holds(value) else Outcome.FAILED)


@given(NUMBERS, st.sampled_from([None, float("nan"), float("inf"), float("-inf")]))
def test_without_two_finite_ends_there_is_nothing_to_decide_on(value: float, end: float | None) -> None:
    assert ends_of(Estimate(value, end, value), sampled=True) is None
    assert ends_of(Estimate(value, value, end), sampled=True) is None


ENDS: Final = st.one_of(st.none(), st.sampled_from([float("nan"), float("inf"), float("-inf")]), NUMBERS)
RULES: Final = (
    "atLeast: -100", "atMost: 100", "notWorseBy: 100", "notBetterBy: 100", "notWorseBy: 100000%", "betterBy: 0.001",
)  # fmt: skip


@settings(max_examples=60)
@given(
    st.sampled_from(RULES),
    st.tuples(NUMBERS, ENDS, ENDS),
    st.tuples(NUMBERS, ENDS, ENDS),
    st.tuples(NUMBERS, ENDS, ENDS),
)
def test_nothing_passes_on_a_number_that_is_none(
    rule: str,
    value: tuple[float, float | None, float | None],
    champion: tuple[float, float | None, float | None],
    difference: tuple[float, float | None, float | None],
) -> None:
    """The loosest bounds there are, which every number holds."""
    figure = make_figure(value=value, champion=champion, difference=difference)
    decided = value if rule.startswith("at") else difference
    used = (*decided, *champion[:2]) if rule.endswith("%") else decided
    broken = any(number is None or not isfinite(number) for number in used)
    outcome = judge_rule(f"{{metric: nDCG@10, {rule}}}", figure).outcome
    assert not (broken and outcome is Outcome.PASSED)

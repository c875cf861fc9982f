"""What may happen at every request fills no log, and yet every occurrence is accounted for."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interleaver.router.system.sampling import SECONDS, Sampling


def make() -> tuple[Sampling, list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []
    return Sampling(lambda event, **fields: lines.append({"event": event, **fields})), lines


def test_the_first_of_a_kind_is_written_at_once() -> None:
    sampling, lines = make()
    sampling.record(0.0, "candidate-failed", "timeout", revision="v2")
    sampling.record(0.0, "candidate-failed", "refused", revision="v2")
    sampling.record(0.0, "champion-failed", "timeout", revision="v1")
    assert [(line["event"], line["kind"], line["suppressed"]) for line in lines] == [
        ("candidate-failed", "timeout", 0),
        ("candidate-failed", "refused", 0),
        ("champion-failed", "timeout", 0),
    ]


def test_what_was_left_out_is_told_by_the_tick_with_the_latest_of_it() -> None:
    sampling, lines = make()
    for number in range(5):
        sampling.record(0.1 * number, "failed", "status", status=500 + number)
    sampling.flush(SECONDS - 0.1)
    assert len(lines) == 1
    sampling.flush(SECONDS)
    assert lines[1] == {"event": "failed", "kind": "status", "suppressed": 3, "status": 504}
    sampling.flush(2 * SECONDS)
    assert len(lines) == 2, "nothing more was left out"


def test_after_a_quiet_second_the_next_is_the_first_again() -> None:
    sampling, lines = make()
    sampling.record(0.0, "failed", "timeout")
    sampling.record(SECONDS, "failed", "timeout")
    assert [line["suppressed"] for line in lines] == [0, 0]


moments = st.lists(st.tuples(st.sampled_from(["timeout", "refused", "tick"]), st.floats(0, 0.7)), max_size=80)


@given(moments)
def test_every_occurrence_is_in_exactly_one_line_and_lines_of_a_kind_are_a_second_apart(
    history: list[tuple[str, float]],
) -> None:
    now, happened = 0.0, {"timeout": 0, "refused": 0}
    written: list[tuple[str, float, int]] = []
    sampling = Sampling(lambda event, kind, suppressed: written.append((kind, now, suppressed)))
    for what, seconds in history:
        now += seconds
        if what == "tick":
            sampling.flush(now)
        else:
            happened[what] += 1
            sampling.record(now, "failed", what)
    now += 2 * SECONDS
    sampling.flush(now)
    for kind, number in happened.items():
        lines = [(at, suppressed) for each, at, suppressed in written if each == kind]
        assert sum(1 + suppressed for _, suppressed in lines) == number
        assert all(later[0] - earlier[0] >= SECONDS for earlier, later in pairwise(lines))

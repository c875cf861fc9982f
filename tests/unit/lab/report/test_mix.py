"""The mix of a suite."""

from dataclasses import replace

import numpy as np

from interleaver.lab.report.mix import make_mix
from interleaver.lab.terms.labels import label
from tests.unit.lab.builders import make_cases


def test_every_value_is_counted_and_the_missing_ones_are_last() -> None:
    cases = replace(
        make_cases(4), attributes={"gender": label(["f", None, "m", "m"])}, sources=label(["production"] * 4)
    )
    source, gender = make_mix(cases)
    assert [(part.name, part.cases, part.share) for part in gender.parts.rows] == [
        ("m", 2, "50.0 %"),
        ("f", 1, "25.0 %"),
        ("(missing)", 1, "25.0 %"),
    ]
    assert [(part.name, part.percent) for part in source.parts.rows] == [("production", 100.0)]


def test_samples_have_their_labels_and_attacks_in_the_mix() -> None:
    assert [column.name for column in make_mix(make_cases(10, scoring=True))] == [
        "source",
        "gender",
        "age_group",
        "attack",
        "label",
    ]


def test_values_without_end_are_cut_off() -> None:
    cases = replace(make_cases(100), attributes={"city": label(map(str, range(100)))})
    assert (len(make_mix(cases)[1].parts), make_mix(cases)[1].parts.left_out) == (40, 60)


def test_shares_are_of_what_cases_count() -> None:
    weights = np.asarray([1.0, 1.0, 6.0, 0.0])
    cases = replace(make_cases(4), attributes={"gender": label(["f", "f", "m", "m"])}, weights=weights)
    gender = make_mix(cases)[1]
    assert [(part.name, part.cases, part.share) for part in gender.parts.rows] == [
        ("f", 2, "25.0 %"),
        ("m", 2, "75.0 %"),
    ]

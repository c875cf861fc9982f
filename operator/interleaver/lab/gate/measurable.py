"""What some metrics need of a suite, for a rule on a metric that the suite cannot have would never be told."""

from typing import Final

from interleaver.lab.gate.reading import Gate
from interleaver.lab.measures.score_names import ATTACKS, KIND
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.nearest import nearest

CORNERS: Final = "corner_failures"
FILE: Final = "corners.yaml"
"""Where a suite has its corner cases. What reads them loads tables, and a gate loads none (`suites.corner.FILE`)."""


def check_measurable(gate: Gate, index: int, suite: Suite) -> None:
    """Refuse a rule that needs what the suite does not have: a maximum grade, attacks, or attacks of that kind."""
    name, place = gate.rules[index].metric, ("rules", index, "metric")
    if name == CORNERS:
        _check_corners(gate, index, suite)
    if suite.task is Task.RANKING:
        if name.partition("@")[0] == "ERR" and suite.maximum_grade is None:
            raise gate.refuse(place, f"{name} needs the greatest grade there can be", "add maximumGrade to suite.yaml")
        return
    kinds = suite.cases.attacks.names if suite.cases.attacks else ()
    if (name in ATTACKS or name.startswith(KIND)) and not kinds:
        raise gate.refuse(place, f"{name} is about attacks, and the suite has none", "mark them in `attack`")
    kind = name.removeprefix(KIND)
    if name.startswith(KIND) and kind not in kinds:
        raise gate.refuse(place, f"{kind!r} is an unknown kind of attack", nearest(kind, kinds))


def _check_corners(gate: Gate, index: int, suite: Suite) -> None:
    if not (suite.folder / FILE).is_file():
        place = ("rules", index, "metric")
        raise gate.refuse(place, f"{CORNERS} counts corner cases, and the suite has none", f"write them in {FILE}")
    if gate.rules[index].slices is not None:
        raise gate.refuse(("rules", index, "slices"), f"{CORNERS} counts cases of their own, which are in no slice")

"""Which cases carry a metric of presentation attacks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.attacks import find_presentations
from interleaver.lab.measures.score_names import ATTACKS, KIND
from interleaver.lab.suites.suite import Cases


@dataclass(frozen=True)
class Attacked:
    """The cases, (cases,), and the least and greatest value; None of the worst kind's, which is no mean of cases."""

    cases: NDArray[np.bool_]
    reach: tuple[float, float] | None


def find_attacked(name: str, cases: Cases, labels: NDArray[np.int8]) -> Attacked | None:
    """None for a metric that is about no attacks; no case where the suite's attacks cannot be told."""
    if name not in ATTACKS and not name.startswith(KIND):
        return None
    kinds, nobody = cases.attacks, np.zeros(len(cases), dtype=np.bool_)
    presentations = find_presentations(labels, kinds) if kinds is not None else "no sample is an attack"
    if kinds is None or isinstance(presentations, str):
        return Attacked(nobody, None)
    if name == "BPCER":
        return Attacked(presentations.genuine, (0.0, 1.0))
    if name == "APCER":
        return Attacked(kinds.codes >= 0, None)
    kind = name.removeprefix(KIND)
    return Attacked(kinds.codes == kinds.names.index(kind) if kind in kinds.names else nobody, (0.0, 1.0))

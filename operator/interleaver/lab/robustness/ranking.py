"""What is asked of models that rank: drawn queries, each disturbed in every way, and all of them at once."""

from collections.abc import Sequence

from interleaver.api.v1alpha1 import Contract
from interleaver.lab.suites.json_text import read_json
from interleaver.lab.suites.suite import Suite

from .demands import SAME, Demand, Disturbed
from .disturbing import Frame, disturb
from .own_cases import Applying, Own
from .plan import Plan, Planning, draw_rows

BURST: int = 4
"""Times that a burst fills all its places: a queue that grows shows in the later ones."""


def plan_ranking(suite: Suite, count: int, overlap: float, seed: int, own: Sequence[Own] = ()) -> Plan:
    """So many queries of a suite, and every disturbed form of them."""
    frame, planning, applying = frame_of(suite, overlap), Planning(suite), Applying(own)
    for row in draw_rows(suite.cases, count, seed):
        body = suite.cases.requests[row].body
        planning.add(row, [*disturb(body, frame), *applying.make(read_json(body))])
    applying.check()
    return planning.finish("stress")


def frame_of(suite: Suite, overlap: float) -> Frame:
    """What the contract says of requests."""
    assert isinstance(suite.contract, Contract)
    unit = suite.contract.unit
    return Frame(unit.header, unit.pointer, overlap)


def plan_bursts(suite: Suite, plan: Plan, burst: int) -> Plan:
    """The undisturbed queries of a plan again and again, to be asked many at once. Each must get the same list."""
    planning = Planning(suite)
    rows = {name: row for row, name in enumerate(suite.cases.ids)}
    names = [plan.suite.cases.ids[base] for base in plan.bases]
    times = -(-BURST * burst // len(names))
    for name in names:
        body = suite.cases.requests[rows[name]].body
        again = Disturbed("burst", f"{burst} at once", body, Demand(overlap=SAME))
        planning.add(rows[name], [again] * times)
    return planning.finish("burst")

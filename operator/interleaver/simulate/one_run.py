"""One run through `advance` itself: what the operator does at every look, without a cluster."""

import numpy as np

from interleaver.api.status import Decision, Run
from interleaver.simulate.cluster import Cluster, start_cluster
from interleaver.simulate.moments import Fault, Moments, Source
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import DAY, Scenario

ALONE = np.zeros(1, dtype=np.int64)  # the number of the only run


def run_one(scenario: Scenario, source: Source) -> Outcome:
    """The outcome of one run over a source's moments. The source may raise when it has no more."""
    cluster, interval = start_cluster(scenario).branch(), scenario.rules.interval
    course = Course(cluster)
    cluster.look()
    course.note(0)
    look, exposure = 0, 0.0
    while (decision := cluster.experiment.status.decision) is None:
        run = course.run
        moments = source.next(ALONE, np.array([run.step]))
        look += 1
        exposure += run.percent / 100 * interval / DAY
        cluster.pass_time(interval)
        meet(cluster, moments)
        if not moments.away[0]:
            cluster.look()
            course.note(look)
    return sum_up(scenario, course, decision, look, exposure)


def meet(cluster: Cluster, moments: Moments) -> None:
    """What happens to the router between two looks."""
    cluster.router.count(moments.before[0].tolist())
    fault = int(moments.fault[0])
    if fault == Fault.RESET:
        cluster.router.restart()
    elif fault == Fault.LOST:
        cluster.router.move()
    cluster.router.count(moments.after[0].tolist())


class Course:
    """When a run took the steps of its ramp, and when on par was first proven, by the number of the look."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.path: list[int] = []
        self.on_par_look: int | None = None

    @property
    def run(self) -> Run:
        """The run, which stays in the status until the verdict is acted on."""
        assert self.cluster.run is not None
        return self.cluster.run

    def note(self, look: int) -> None:
        """Look at the status after this look."""
        run = self.run
        self.path += [look] * (run.step + 1 - len(self.path))
        if run.crossed.on_par is not None and self.on_par_look is None:
            self.on_par_look = look


def sum_up(scenario: Scenario, course: Course, decision: Decision, look: int, exposure: float) -> Outcome:
    """The outcome; the run is still in the status, in the stage after the verdict."""
    tally = course.run.tally
    return Outcome(
        verdict=decision.verdict,
        reason=decision.reason,
        look=look,
        days=look * scenario.rules.interval / DAY,
        tally=(tally.wins, tally.ties, tally.losses),
        exposure=exposure,
        path=tuple(course.path),
        on_par_look=course.on_par_look,
    )

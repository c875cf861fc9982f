"""One experiment of the demo without a cluster: real lists, real shoppers, and the operator's own decisions.

Draft, coins, credit, the router's configuration and `advance` are the production code, and durations, margin and error
rate are those of demo/manifests/experiment.yaml. What is left out is the network and the time Kubernetes takes: here
both revisions are Ready at once, and the router takes a configuration at the next look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, Final

import yaml

from demo.behaviour import pick_film, plan_visits
from demo.cluster import fill_manifest, name_values
from interleaver.api.experiment import Experiment
from interleaver.api.fields import seconds
from interleaver.api.observed import Deployed, Entry, Observed, Reading
from interleaver.api.revision import Snapshot, resolve, snapshot
from interleaver.api.routing import Config
from interleaver.api.status import Decision, Evidence, Tally
from interleaver.experiment.run import advance
from interleaver.interleaving.coins import Lot, derive_salt
from interleaver.interleaving.credit import find_team, name_vote
from interleaver.interleaving.team_draft import Slot, draft
from interleaver.resources.desired import entry_hash
from interleaver.resources.routing import router_config
from interleaver.router.system.vote_sources import CROWD
from interleaver.simulate.cluster import show_others

RATE: Final = 60.0  # visits a second, as in demo/manifests/shoppers.yaml
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST_SECONDS: Final = 3600.0  # far beyond the manifest's window; a run without a verdict by then is a bug
Lists = Mapping[int, Sequence[int]]  # user -> films, best first
Liked = Mapping[int, frozenset[int]]  # user -> held-out films; users without any are absent


@dataclass(frozen=True)
class Result:
    """How one simulated run ended."""

    decision: Decision
    seconds: float  # from the first interleaved request to the verdict
    tally: Tally
    evidence: Evidence


@dataclass
class Router:
    """What the router does with visits: interleaves those of the units that are in, and counts votes.

    Votes carry the signs of the demo's shoppers: all come at once, and from one address.
    """

    champion: Lists
    candidate: Lists
    liked: Liked
    key: bytes
    counts: dict[str, int] = field(default_factory=dict)
    voted: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    again: set[int] = field(default_factory=set)

    def serve(self, user: int, random: Random, config: Config) -> None:
        """One visit under a configuration."""
        if config.run is None or config.candidate is None:
            return
        lot = Lot(derive_salt(self.key, config.run), str(user))
        if not lot.is_in(config.percent):
            return
        self.count("requests.ok")
        (self.again if user in self.seen else self.seen).add(user)
        slots = draft(self.champion[user], self.candidate[user], len(self.champion[user]), lot.toss())
        self.vote(user, slots, pick_film([slot.item for slot in slots], self.liked.get(user, ()), random))

    def vote(self, user: int, slots: Sequence[Slot[int]], film: int | None) -> None:
        """Count the conversion, and the unit's vote if it has none yet."""
        team = find_team(slots, film) if film is not None else None
        vote = name_vote(team) if team is not None else None
        if team is None or vote is None:
            return
        self.count(f"conversions.{team.value}")
        if user not in self.voted:
            self.voted.add(user)
            self.count(f"votes.{vote.value}")
            for sign in self.list_signs(user):
                self.count(f"{sign}.{vote.value}")

    def list_signs(self, user: int) -> list[str]:
        """How the vote of a user looks."""
        signs = {"prompt": True, "single": user not in self.again, "crowded": len(self.voted) > CROWD}
        return [sign for sign, shows in signs.items() if shows]

    def count(self, name: str) -> None:
        """One more."""
        self.counts[name] = self.counts.get(name, 0) + 1


def read_resource(swap: bool) -> Experiment:
    """The demo's InterleavingExperiment as the API server would hold it before the operator has seen it."""
    document: dict[str, Any] = yaml.safe_load(fill_manifest("experiment.yaml", name_values({}, swap)))
    document["metadata"]["uid"] = "simulated"
    return Experiment.model_validate(document)


def simulate_run(swap: bool, lists: Mapping[str, Lists], liked: Liked, seed: int) -> Result:
    """One run from nothing to its verdict. `lists` holds each model's lists by the name of its revision."""
    experiment = read_resource(swap)
    spec = experiment.spec
    assert spec.candidate is not None
    champion, candidate = lists[spec.champion.revision], lists[spec.candidate.revision]
    router = Router(champion, candidate, liked, Random(f"key {seed}").randbytes(32))
    visits = plan_visits(champion, seed)
    interval, now, config = seconds(spec.metrics.interval), 0.0, None
    while now < LONGEST_SECONDS:
        observed = observe(experiment, config, router.counts)
        running = experiment.status.run
        experiment = experiment.model_copy(
            update={"status": advance(experiment, observed, START + timedelta(seconds=now))}
        )
        if experiment.status.decision is not None:
            assert running is not None
            return sum_up(experiment, now)
        config = router_config(experiment, observed, entry_hash(experiment) or "")
        now += interval
        for _, user, random in islice(visits, round(RATE * interval)):
            if config is not None:
                router.serve(user, random, config)
    raise RuntimeError(f"no verdict after {LONGEST_SECONDS:.0f} simulated seconds")


def observe(experiment: Experiment, config: Config | None, counts: Mapping[str, int]) -> Observed:
    """A cluster in which everything is well: both revisions Ready, and both routers read."""
    revisions = list_snapshots(experiment)
    hash_ = entry_hash(experiment) or revisions[0].hash
    generation = config.generation if config else None
    reading = Reading("router", hash_, ready=True, generation=generation, start="0", counts=dict(counts))
    return Observed(
        router_image="simulated",
        deployed={each.hash: Deployed(each, size=1, pods=1, ready=1, address="10.96.0.5") for each in revisions},
        entry=Entry(ours=True, hash=hash_, address="10.96.0.4"),
        config=config,
        readings=(reading, *show_others(revisions, hash_)),
    )


def list_snapshots(experiment: Experiment) -> list[Snapshot]:
    """Champion and candidate of the spec."""
    spec = experiment.spec
    revisions = [resolve(each) for each in (spec.champion, spec.candidate) if each is not None]
    return [snapshot(each, spec.router, "simulated") for each in revisions if each is not None]


def sum_up(experiment: Experiment, now: float) -> Result:
    """The result once there is a decision; the run is still in the status, in its next stage."""
    run, decision = experiment.status.run, experiment.status.decision
    assert run is not None
    assert decision is not None
    assert run.evidence is not None
    since = datetime.fromisoformat(run.running_since) if run.running_since else START
    return Result(decision, now - (since - START).total_seconds(), run.tally, run.evidence)

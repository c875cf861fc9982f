"""What the operator has seen of the cluster at one moment: input of `advance` and `desired`, plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from interleaver.api.adoption import Former, Terms
from interleaver.api.revision import Snapshot
from interleaver.api.routing import Config


@dataclass(frozen=True)
class Deployed:
    """One revision's objects. A part that does not exist yet is None (or 0 pods)."""

    snapshot: Snapshot
    size: int | None = None  # the Deployment's replicas
    pods: int = 0  # the Deployment's pods, Ready or not
    ready: int = 0  # Ready pods, once requests reach them
    address: str | None = None  # cluster IP of the revision's Service
    trouble: str | None = None  # why pods do not get Ready: a reason in one word, a colon, and the kubelet's words
    created: str | None = None  # when it was first deployed
    is_rolled_out: bool = True  # whether no pod of a former form is left, but for those that are leaving
    ports: frozenset[int] = frozenset()  # where routers of its pods listen, those that are leaving included
    is_named: bool = False  # whether all of these pods give the port the revision's own name
    owned: bool = False  # whether any of its objects goes with the experiment
    pods_uid: str | None = None  # the experiment's uid in the labels of its pods, which were made for a former one

    def is_ready_at(self, size: int) -> bool:
        """Whether at least `size` pods are Ready and the revision can be reached."""
        return self.ready >= size and self.address is not None


@dataclass(frozen=True)
class StoreReading:
    """What one router shows of the vote store and of the run in it. The names of the counts are those of the ledger."""

    up: bool  # whether this router reaches the store
    epoch: int = 0  # when the store began to remember the run, in Unix milliseconds; 0 when it remembers nothing
    counts: Mapping[str, int] = field(default_factory=dict)
    set_back: int = 0  # when it was last found to lack what it had acknowledged, in Unix milliseconds; 0: never


@dataclass(frozen=True)
class Reading:
    """One router at one look. `counts` is None when it could not be read; the names are those of the ledger."""

    pod: str
    hash: str  # of the revision beside which the router runs
    ready: bool
    terminating: bool = False
    generation: int | None = None  # of the configuration in force
    start: str = ""  # start time of the router process, as it prints it
    counts: Mapping[str, int] | None = None
    why: str = ""  # why it could not be read
    store: StoreReading | None = None  # None when the router keeps votes in its memory
    signs: Mapping[str, int] = field(default_factory=dict)  # of why no votes come; the names are those of SIGNS
    noted: int = 0  # requests whose unit was noted
    heavy: Mapping[str, int] = field(default_factory=dict)  # of these, those of units that send more than their share
    tells_units: bool = False  # it counts requests without a unit; a router of an older version does not
    breaker_open: bool = False  # the candidate fails, so that this router leaves it alone and only tries it at times
    reached: bool | None = None  # its own model, where it will call it; a router of an older version does not tell
    served: Mapping[str, int] = field(default_factory=dict)  # calls of what serves, in the run that is going on


@dataclass(frozen=True)
class Entry:
    """The Service of the entry's name. `ours` is False when somebody else made it."""

    ours: bool
    hash: str | None = None  # which revision it selects
    address: str | None = None
    seed: str | None = None  # remembered for the day the status is lost
    concluded: str | None = None  # "<candidate>/<verdict>", likewise
    former: Former | None = None  # what it was like before it was adopted; None for one that we made
    target: int | str | None = None  # where its port leads to in the pods
    owned: bool = False  # whether it goes with the experiment


@dataclass(frozen=True)
class Answer:
    """What a query came to. `value` is None when there is no data, and `why` then says why."""

    value: float | None
    why: str = ""


@dataclass(frozen=True)
class Inquiry:
    """What Prometheus said. `reason` and `message` say why it may not be asked; empty when it may."""

    answers: Mapping[str, Answer] = field(default_factory=dict)  # by the guardrail's name; only at a look
    reason: str = ""
    message: str = ""


@dataclass(frozen=True)
class Clash:
    """An object with the name of one that the experiment needs, which somebody else made. It is left alone."""

    kind: str
    name: str
    going: bool = False  # of an experiment of this name that is gone: the garbage collector is about to take it
    kept: bool = False  # by an experiment of this name that is gone, and not for this one

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r}"


@dataclass(frozen=True)
class FoundRecord:
    """What was found at the names that a run's record may have."""

    run_id: str
    state: Literal["Kept", "Missing", "Changed"]  # the true one is there; nothing is; something else is
    name: str = ""  # of the true one
    taken: tuple[str, ...] = ()  # names at which something else is
    awaited: bool = False  # the run is still in the status, so that its record can be stored


@dataclass(frozen=True)
class Supply:
    """What routers can be given of Secrets, never what these hold. `reason` and `message` say what is missing."""

    default_store: bool = False  # the operator's settings have a store for this experiment's namespace
    reason: str = ""  # empty when nothing is missing
    message: str = ""
    withheld: bool = False  # they have one, and not for this namespace


@dataclass(frozen=True)
class Referenced:
    """What became of a reference of the spec. The template that it gave stands in the spec."""

    reason: str = ""  # why it gave none; empty when it gave one
    message: str = ""
    changed: str | None = None  # the hash that the revision would have now, where another is in use


@dataclass(frozen=True)
class GateJob:
    """The Job of the gate that a run is at."""

    name: str
    state: Literal["Absent", "Active", "Complete", "Failed", "Foreign"]  # Foreign: somebody else's has its name
    why: str = ""  # why it failed, or what its pod waits for
    log: str = ""  # the end of its log, once it is over


@dataclass(frozen=True)
class Gating:
    """Whether this operator may run gates, and what it sees of the one that a run is at."""

    is_on: bool = False
    job: GateJob | None = None  # None: no gate goes on, or it could not be looked for
    unread: str = ""  # why it could not be
    invalid: Mapping[str, str] = field(default_factory=dict)  # by gate: the API server's words on a Job it denies


@dataclass(frozen=True)
class Selection:
    """A Service that selects pods which are not meant for it."""

    service: str
    labels: str  # by which it selects them, as people write labels


AttemptResult = Literal["Delivered", "Refused", "Failed"]  # Refused: the receiver will never take it


@dataclass(frozen=True)
class Attempt:
    """What came of telling the webhook's receiver of a verdict once."""

    id: str  # of the event
    result: AttemptResult
    why: str = ""  # why it failed
    wait: float = 0.0  # seconds that the receiver asked to be left alone for


@dataclass(frozen=True)
class Telling:
    """Whether verdicts of this experiment are told to anybody, and what came of it that is not in the status yet."""

    is_on: bool = False
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True)
class Observed:
    """Everything `advance` and `desired` may know of the cluster."""

    router_image: str
    deployed: Mapping[str, Deployed] = field(default_factory=dict)  # by hash; all that have a snapshot
    invalid: Mapping[str, str] = field(default_factory=dict)  # by hash: the API server's words on a template it denies
    entry: Entry | None = None
    config: Config | None = None  # as it stands in the ConfigMap
    readings: tuple[Reading, ...] | None = None  # None: no look was due; else every router of this experiment
    recorded: bool = False  # the run that has had its verdict has its record
    records: tuple[FoundRecord, ...] = ()  # of runs in the history, those that were looked for
    touched_generation: int = 0  # the highest generation of the configuration that pods were told of
    keys_made: bool = False  # this process has made the Secret with the routers' keys, or seen that it is ours
    denied: tuple[str, ...] = ()  # the API server's words on objects of ours that it did not take at the last visit
    strangers: tuple[str, ...] = ()  # pods of others that get the requests that are meant for ours
    clashes: tuple[Clash, ...] = ()  # objects of others that had a name of ours at the last visit
    inquiry: Inquiry = field(default_factory=Inquiry)  # at Prometheus, for guardrails with a query
    supply: Supply = field(default_factory=Supply)  # of Secrets, for the routers
    referenced: Mapping[str, Referenced] = field(default_factory=dict)  # by the field of the owner, champion for one
    selected: Mapping[str, Selection] = field(default_factory=dict)  # by hash: candidates that others' users would get
    terms: Terms | None = None  # on which an entry Service that is not ours could become so
    config_owned: bool = False  # whether the ConfigMap with the routers' configuration goes with the experiment
    gating: Gating = field(default_factory=Gating)
    telling: Telling = field(default_factory=Telling)  # of verdicts, to the receiver of the operator's webhook

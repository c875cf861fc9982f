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

    def is_ready_at(self, size: int) -> bool:
        """Whether at least `size` pods are Ready and the revision can be reached."""
        return self.ready >= size and self.address is not None


@dataclass(frozen=True)
class StoreReading:
    """What one router shows of the vote store and of the run in it. The names of the counts are those of the ledger."""

    up: bool  # whether this router reaches the store
    epoch: int = 0  # when the store began to remember the run, in Unix milliseconds; 0 when it remembers nothing
    counts: Mapping[str, int] = field(default_factory=dict)


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
    terms: Terms | None = None  # on which an entry Service that is not ours could become so

"""What routers get of Secrets: the vote store's URL and the feedback token, copied into the Secret that they mount.

A copy, for it lets a store be given, changed or taken without a restart of any pod, and lets the operator have one for
all experiments (decision 11). What cannot be read leaves the copy as it is: routers go on with what they have.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from interleaver.api import conditions, names
from interleaver.api.experiment import Experiment
from interleaver.api.observed import Supply
from interleaver.api.plan import VoteStore, find_store
from interleaver.api.v1alpha1 import SecretKey
from interleaver.controller.cluster import Cluster, ClusterError, Manifest
from interleaver.controller.containment import contains
from interleaver.controller.denial import is_denied
from interleaver.controller.named_secret import Refused, is_word, read_named, refuse
from interleaver.controller.settings import STORE_URL_FILE
from interleaver.resources.metadata import store_object_name
from interleaver.resources.store import store_secret

log: Final = logging.getLogger(__name__)

URL: Final = re.compile(r"^(rediss?|unix)://\S{1,2048}$")


@dataclass(frozen=True)
class Supplied:
    """What routers are to get, by file. Its content is for the API server alone, and is left out of `repr`."""

    supply: Supply = field(default_factory=Supply)
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    kept: frozenset[str] = frozenset()  # files that cannot be read now, and stay as they are
    live: Manifest | None = field(default=None, repr=False)  # the Secret as it stands
    concerned: bool = False  # whether there is or was anything to give


@dataclass(frozen=True)
class Supplier:
    """Finds what routers are to get. `default` is the file with the URL of the operator's own store."""

    default: Path | None = None
    bare: set[str] = field(default_factory=set)  # uids of experiments that were seen to have no copy, and need none

    async def find(self, cluster: Cluster, experiment: Experiment) -> Supplied:
        """What there is for this experiment. Raises ClusterError when a Secret cannot be read for a passing reason."""
        store, token = self.find_wanted(experiment)
        meta, needed = experiment.metadata, store is not None or token is not None
        if not needed and (meta.uid in self.bare or not await self.is_filled(cluster, experiment)):
            self.bare.add(meta.uid)
            return Supplied(Supply(default_store=self.has_default()))
        self.bare.discard(meta.uid)
        try:
            live = await read_copy(cluster, experiment)
        except Refused as refused:
            return Supplied(Supply(self.has_default(), refused.reason, refused.message))
        files, refusals = dict[str, str](), dict[str, Refused]()
        for name, wanted in {names.STORE_URL_FILE: store, names.FEEDBACK_TOKEN_FILE: token}.items():
            try:
                if wanted:
                    files[name] = await self.read(cluster, meta.namespace, wanted)
            except Refused as refused:
                refusals[name] = refused
        first = find_stranger(experiment, live) or next(iter(refusals.values()), None)
        supply = Supply(self.has_default(), first.reason, first.message) if first else Supply(self.has_default())
        return Supplied(supply, files, frozenset(refusals), live, concerned=True)

    async def is_filled(self, cluster: Cluster, experiment: Experiment) -> bool:
        """Whether a copy that nobody needs any more still holds something. Without the right to look there is none."""
        try:
            live = await read_copy(cluster, experiment)
        except Refused:
            return False
        return live is not None and bool(live.get("data")) and is_copy(experiment, live)

    def find_wanted(self, experiment: Experiment) -> tuple[VoteStore | None, SecretKey | None]:
        """The store of the run that is going on, or else of the next one, and the Secret with the token."""
        run, spec = experiment.status.run, experiment.spec
        store = run.plan.store if run else find_store(spec, self.has_default())
        return store, spec.feedback.token_secret_ref if spec.feedback else None

    def has_default(self) -> bool:
        """Whether the operator's settings name a store for all: its Secret may be mounted, or not be there."""
        return self.default is not None and self.default.is_file()

    async def read(self, cluster: Cluster, namespace: str, wanted: VoteStore | SecretKey) -> str:
        """One URL or token. Raises Refused."""
        if isinstance(wanted, SecretKey):
            return await read_token(cluster, namespace, wanted)
        if wanted.url_secret_ref:
            return await read_url(cluster, namespace, wanted.url_secret_ref)
        text = self.default.read_text(errors="replace").strip() if self.default and self.has_default() else ""
        if not URL.match(text):
            message = f"the file that the operator's setting {STORE_URL_FILE} names holds no URL of a store: mend it, "
            raise Refused(conditions.SECRET_NOT_USABLE, message + "or give spec.store for the next run")
        return text


async def read_copy(cluster: Cluster, experiment: Experiment) -> Manifest | None:
    """The Secret that routers mount, as it stands. Raises Refused when the operator may not look."""
    name = store_object_name(experiment.metadata.name)
    try:
        return await cluster.get("Secret", experiment.metadata.namespace, name)
    except ClusterError as error:
        if error.code != 403:
            raise
        words = f"Secret {name!r} cannot be read: grant the operator the right to get and to patch Secrets"
        raise Refused(conditions.SECRET_NOT_USABLE, words) from None


async def read_url(cluster: Cluster, namespace: str, reference: SecretKey) -> str:
    """The URL of the vote store. Raises Refused."""
    where = "spec.store.urlSecretRef"
    url = await read_named(cluster, namespace, reference, names.USE_STORE, where)
    if not URL.match(url) or not is_word(url):
        raise refuse(reference, where, f"holds no URL of a store (redis://, rediss:// or unix://) at {reference.key!r}")
    return url


async def read_token(cluster: Cluster, namespace: str, reference: SecretKey) -> str:
    """The bearer token of feedback. Raises Refused."""
    where = "spec.feedback.tokenSecretRef"
    token = await read_named(cluster, namespace, reference, names.USE_FEEDBACK, where)
    if not is_word(token):
        raise refuse(reference, where, f"holds no bearer token at {reference.key!r}")
    return token


def find_stranger(experiment: Experiment, live: Manifest | None) -> Refused | None:
    """Why the Secret of the copy's name must be left alone; None when it is ours, or not there."""
    if live is None or is_copy(experiment, live):
        return None
    name = live["metadata"]["name"]
    message = f"a Secret {name!r} exists that this experiment did not make, but its routers need one of that name: "
    return Refused(conditions.SECRET_NOT_USABLE, message + "give it another name")


def is_copy(experiment: Experiment, live: Manifest) -> bool:
    """Whether the operator made it, for this experiment or for one of its name before it."""
    labels = live["metadata"].get("labels") or {}
    made = labels.get(names.LABEL_MANAGED_BY) == names.FIELD_MANAGER
    return made and labels.get(names.LABEL_EXPERIMENT) == experiment.metadata.name


async def ensure_supply(cluster: Cluster, experiment: Experiment, supplied: Supplied) -> list[str]:
    """Bring the copy up to date; returns the API server's words if it denied that. Raises ClusterError."""
    live = supplied.live
    if not supplied.concerned or (live is not None and not is_copy(experiment, live)):
        return []
    wanted = store_secret(experiment.metadata, supplied.files)
    data = (live or {}).get("data") or {}
    wanted["data"] |= {name: data[name] for name in supplied.kept if name in data}
    if (live is None and not wanted["data"]) or (live and data == wanted["data"] and contains(live, wanted)):
        return []
    try:
        await cluster.apply(wanted)
    except ClusterError as error:
        if not is_denied(error):
            raise
        return [f"Secret {wanted['metadata']['name']}: {error.message}"]
    log.info("supplied namespace=%s name=%s files=%s", *_key_of(wanted), ",".join(sorted(wanted["data"])) or "none")
    return []


def _key_of(manifest: Manifest) -> tuple[str, str]:
    return manifest["metadata"]["namespace"], manifest["metadata"]["name"]

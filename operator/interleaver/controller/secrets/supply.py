"""What routers get of Secrets: the vote store's URL and the feedback token, copied into the Secret that they mount.

A copy, for it lets a store be given, changed or taken without a restart of any pod, and lets the operator have one for
all experiments (decision 11). A store that cannot be read leaves the copy as it is: routers go on with what they have.
A token goes from the copy with the Secret that held it, for that is how people take one out of use.
"""

from dataclasses import dataclass, field
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.observed import Supply
from interleaver.api.plan import VoteStore, find_store
from interleaver.api.store_url import find_store_fault
from interleaver.api.v1alpha1 import SecretKey
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.ownership import is_ours
from interleaver.controller.secrets.default_store import DefaultStore
from interleaver.controller.secrets.named_secret import (
    Unusable,
    decode_value,
    fetch,
    is_word,
    read_key,
    read_named,
)
from interleaver.controller.secrets.store_copy import Supplied, find_name_clash, read_copy

STORE_FILES: Final = (names.STORE_URL_FILE, names.AUTHORITY_FILE)
TOKEN_FILES: Final = (names.FEEDBACK_TOKEN_FILE,)


@dataclass
class PastCopy:
    """What this process remembers of an experiment's copy; nothing that a restart may not forget."""

    is_bare: bool = False  # it was seen to hold nothing, and none is needed


@dataclass(frozen=True)
class Supplier:
    """Finds what routers are to get. `default` is the operator's own store."""

    default: DefaultStore = field(default_factory=DefaultStore)

    async def find(self, cluster: Cluster, experiment: Experiment, past: PastCopy) -> Supplied:
        """What there is for this experiment. Raises ClusterError when a Secret cannot be read for a passing reason."""
        store, token = self.find_wanted(experiment)
        meta, needed = experiment.metadata, store is not None or token is not None
        past.is_bare = not needed and (past.is_bare or not await self.is_filled(cluster, experiment))
        if past.is_bare:
            return Supplied(self.describe(meta.namespace))
        try:
            live = await read_copy(cluster, experiment)
        except Unusable as found:
            return Supplied(self.describe(meta.namespace, found))
        files, missing = dict[str, str](), dict[str, Unusable]()
        for part, wanted in {STORE_FILES: store, TOKEN_FILES: token}.items():
            try:
                files |= await self.read(cluster, meta.namespace, wanted) if wanted else {}
            except Unusable as found:
                missing |= dict.fromkeys(part, found)
        first = find_name_clash(experiment, live) or next(iter(missing.values()), None)
        kept = frozenset(file for file, found in missing.items() if file not in TOKEN_FILES or not found.seen)
        return Supplied(self.describe(meta.namespace, first), files, kept, live, concerned=True)

    async def is_filled(self, cluster: Cluster, experiment: Experiment) -> bool:
        """Whether a copy that nobody needs any more still holds something. Without the right to look there is none."""
        try:
            live = await read_copy(cluster, experiment)
        except Unusable:
            return False
        return live is not None and bool(live.get("data")) and is_ours(live, experiment)

    def find_wanted(self, experiment: Experiment) -> tuple[VoteStore | None, SecretKey | None]:
        """The store of the run that is going on, or else of the next one, and the Secret with the token."""
        run, spec = experiment.status.run, experiment.spec
        store = run.plan.store if run else find_store(spec, self.default.is_for(experiment.metadata.namespace))
        return store, spec.feedback.token_secret_ref if spec.feedback else None

    def describe(self, namespace: str, missing: Unusable | None = None) -> Supply:
        """What experiments of this namespace can be given, and what is missing."""
        is_for = self.default.is_for(namespace)
        withheld = self.default.exists() and not is_for
        return Supply(is_for, missing.reason if missing else "", missing.message if missing else "", withheld)

    async def read(self, cluster: Cluster, namespace: str, wanted: VoteStore | SecretKey) -> dict[str, str]:
        """The files of a store, or of a token. Raises Unusable."""
        if isinstance(wanted, SecretKey):
            return await read_token_file(cluster, namespace, wanted)
        if wanted.url_secret_ref:
            return await read_store_files(cluster, namespace, wanted.url_secret_ref)
        return self.default.read(namespace)


async def read_store_files(cluster: Cluster, namespace: str, reference: SecretKey) -> dict[str, str]:
    """The URL of the vote store, and the certificate of its authority where the Secret holds one. Raises Unusable."""
    where = "spec.store.urlSecretRef"
    data = await fetch(cluster, namespace, reference, names.USE_STORE, where)
    url = read_key(data, reference, where)
    if fault := find_store_fault(url):
        raise Unusable.of_secret(reference, where, f"holds {fault.what} at {reference.key!r}: {fault.fix}")
    certificate = data.get(names.AUTHORITY_FILE)
    beside = {names.AUTHORITY_FILE: f"{decode_value(certificate)}\n"} if certificate else {}
    return {names.STORE_URL_FILE: url} | beside


async def read_token_file(cluster: Cluster, namespace: str, reference: SecretKey) -> dict[str, str]:
    """The bearer token of feedback. Raises Unusable."""
    where = "spec.feedback.tokenSecretRef"
    token = await read_named(cluster, namespace, reference, names.USE_FEEDBACK, where)
    if not is_word(token):
        raise Unusable.of_secret(reference, where, f"holds no bearer token at {reference.key!r}")
    return {names.FEEDBACK_TOKEN_FILE: token}

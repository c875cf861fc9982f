"""`interleaver cleanup`: shows what experiments that are gone have kept, asks, and removes it."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from typing import Final

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.controller.acting.cleaning import Remains, find_remains, remove
from interleaver.controller.cluster import credentials
from interleaver.controller.cluster.gateway import Cluster, ClusterError, connect
from interleaver.controller.cluster.ownership import is_marked
from interleaver.controller.settings import Requests

MOST: Final = 1_000_000  # objects of one kind: those of all experiments of a cluster


def run(namespace: str | None, name: str | None, dry_run: bool, yes: bool) -> int:
    """Clean up; returns the exit code: 0, 1 when something that was found stays, 2 when the cluster cannot be asked."""
    agree = ask if sys.stdin.isatty() else refuse
    try:
        return asyncio.run(connect_and_clean(namespace, name, None if dry_run else (lambda: True) if yes else agree))
    except (ClusterError, credentials.NoCredentials) as error:
        sys.stderr.write(f"interleaver cleanup: {error}\n")
        return 2


def ask() -> bool:
    """Whether a person agrees."""
    sys.stdout.write("Remove all of these? What serves will serve no more. [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def refuse() -> bool:
    """Nobody is there to be asked."""
    sys.stdout.write("Nobody can be asked here: repeat the command with --yes to remove them.\n")
    return False


async def connect_and_clean(namespace: str | None, name: str | None, agree: Callable[[], bool] | None) -> int:
    cluster = await connect(await credentials.load(), Requests(most=MOST))
    try:
        return await clean(cluster, namespace, name, agree, sys.stdout.write)
    finally:
        await cluster.close()


async def clean(
    cluster: Cluster,
    namespace: str | None,
    name: str | None,
    agree: Callable[[], bool] | None,
    tell: Callable[[str], object],
) -> int:
    """Show what there is and, if `agree` says so (None: nobody is asked, and nothing removed), remove it; returns the
    exit code. Raises ClusterError."""
    found = await find_remains(cluster, namespace, name)
    tell("".join(f"{line}\n" for remains in found for line in describe(remains)))
    if not found:
        tell("Nothing is left of experiments that are gone.\n")
        return 0
    if agree is None:
        return 0
    if not agree():
        return 1
    stayed = [one for remains in found for one in await remove(cluster, remains)]
    tell(f"Removed {sum(len(one.objects) for one in found) - len(stayed)} objects.\n")
    for live in stayed:
        tell(f"Left alone, for an experiment has it by now: {name_object(live)}\n")
    return 1 if stayed else 0


def describe(remains: Remains) -> Iterator[str]:
    """What an experiment has kept, in lines."""
    yield f"{remains.namespace}/{remains.experiment} is gone, and has kept:"
    for live in remains.objects:
        yield f"  {name_object(live)}" + (", which was adopted and is given back" if is_marked(live) else "")


def name_object(live: Manifest) -> str:
    """An object, for people."""
    revision = (live["metadata"].get("labels") or {}).get(names.LABEL_REVISION)
    return f"{live['kind']} {live['metadata']['name']}" + (f" of {revision}" if revision else "")

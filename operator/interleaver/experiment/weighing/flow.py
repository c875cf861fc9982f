"""Whether votes come: since when none has, and what routers counted by then and since, to tell the cause by.

The ledger has no room for all of this for every router, and it need not be exact to the last one: at a look at which
other routers are read than at the one before, what they counted in between is left out.
"""

from collections.abc import Iterable
from hashlib import blake2b

from interleaver.api import names
from interleaver.api.fields import timestamp
from interleaver.api.observed import Reading
from interleaver.api.status import Flow, Run
from interleaver.experiment.counting.counts import Counts, add_counts, pick
from interleaver.experiment.counting.exposition import MOST_HEAVY
from interleaver.experiment.counting.ledger import MOST
from interleaver.experiment.view import View


def note_flow(view: View, run: Run, totals: Counts, voting: Iterable[Reading]) -> Flow | None:
    """How votes flow, after a look that came to these totals: a new vote begins a new silence. None until a router was
    read."""
    read = [reading for reading in voting if reading.counts is not None]
    if not read:
        return run.flow
    former = run.flow or Flow(since=run.running_since or timestamp(view.now))
    shown, routers = add_counts(*(reading.signs for reading in read)), name_routers(read)
    # Counts of a run begin with it, so that all that the first look finds is of the run.
    added = {} if run.flow and routers != former.routers else find_growth(former.shown, shown)
    whole = {name: min(count, MOST) for name, count in add_counts(former.whole, added).items()}
    blind = not all(reading.tells_units for reading in read)
    changes = {"whole": whole, "shown": shown, "routers": routers, "blind": blind, "heavy": find_heavy(read)}
    flow = former.model_copy(update=changes)
    votes = sum(pick(totals, "votes", names.VOTES).values())
    if votes <= former.votes:
        return flow
    return flow.model_copy(update={"since": timestamp(view.now), "votes": votes, "before": whole})


def find_heavy(read: Iterable[Reading]) -> dict[str, int]:
    """The units that send more than 5 % of the requests of all routers, and their share in percent. Of routers that are
    right there are no 20 such; the status has no room for more."""
    routers = list(read)
    noted, counts = sum(router.noted for router in routers), add_counts(*(router.heavy for router in routers))
    heavy = {unit: min(100, 100 * count // noted) for unit, count in counts.items() if noted and count * 20 > noted}
    return dict(sorted(heavy.items(), key=lambda unit: -unit[1])[:MOST_HEAVY])


def name_routers(read: Iterable[Reading]) -> str:
    """A name for these processes, and for no others."""
    words = "\n".join(sorted(f"{reading.pod} {reading.start}" for reading in read))
    return blake2b(words.encode(), digest_size=8).hexdigest()


def find_growth(before: Counts, after: Counts) -> Counts:
    """What was added. A count that fell is one that began anew."""
    return {name: max(0, number - before.get(name, 0)) for name, number in after.items()}

"""What is read off the router's parts when /metrics is asked for, so that it costs a request nothing."""

from collections.abc import Iterable

from interleaver.api import names
from interleaver.router.client.listener import Listener
from interleaver.router.models.pool import Pool
from interleaver.router.serving.breaker import State
from interleaver.router.serving.service import Router
from interleaver.router.system.counters import NO_RUN, Series, SeriesByName, escape

from .own_model import OwnModel


class Gauges:
    """Reads the breaker, the pools, the clients' connections, and what is mounted."""

    def __init__(self, router: Router, data: Listener, own_model: OwnModel) -> None:
        self.router = router
        self.data = data
        self.own_model = own_model

    def read(self) -> SeriesByName:
        """The series by the metric's name."""
        pools = self.sort_pools()
        return {
            names.BREAKER.name: show_state(self.router.witnesses.breaker.state),
            names.BREAKER_OPENED.name: {(): self.router.witnesses.opened},
            names.UPSTREAM_CONNECTIONS.name: {
                (model, state): number
                for model, found in pools.items()
                for state, number in zip(names.CONNECTION_STATES, count_connections(found), strict=True)
            },
            names.UPSTREAM_WAITING.name: {(model,): count_waiting(found) for model, found in pools.items()},
            names.CLIENT_CONNECTIONS.name: {(): len(self.data.connections)},
            names.CLIENTS_REFUSED.name: {(): self.data.turned_away},
            names.CLIENTS_CUT.name: {(): self.data.cut},
            names.TUNNELS.name: {(): len(self.router.tunnels.open)},
            names.PREVIEWS_TOTAL.name: self.router.counters.previews,
            names.SAMPLES.name: {(result,): number for result, number in self.router.samples.count().items()},
            names.REFUSALS.name: sort_refusals(self.data.refusals),
            names.FEEDBACK_TOKEN.name: self.show_token(),
            **self.show_units(),
            names.OWN_MODEL.name: {(name,): int(reached) for name, reached in self.own_model.reached.items()},
        }

    def show_units(self) -> SeriesByName:
        """Of each run, how many requests were noted by their unit, and the units that send more than their share."""
        runs = {escape(run): counters.heavy for run, counters in self.router.counters.runs.items() if run != NO_RUN}
        return {
            names.UNITS_NOTED.name: {(run,): heavy.noted for run, heavy in runs.items()},
            names.HEAVY_UNITS.name: {
                (run, unit): count for run, heavy in runs.items() for unit, count in heavy.list_heavy().items()
            },
        }

    def show_token(self) -> Series:
        """Whether there is a token; nothing while none is to be."""
        force = self.router.force
        if force is None or force.config.feedback_token_file is None:
            return {}
        return {(): int(force.mounted.feedback_token is not None)}

    def sort_pools(self) -> dict[str, list[Pool]]:
        """The pools by model: the candidate's, and all others, for whoever serves may be reached in two ways."""
        force, upstreams = self.router.force, self.router.upstreams
        target = force.config.candidate if force is not None else None
        candidate = upstreams.find_key(target) if target is not None else None
        found: dict[str, list[Pool]] = {model: [] for model in names.MODELS}
        for key, pool in upstreams.pools.items():
            found["candidate" if key == candidate else "champion"].append(pool)
        return found


def show_state(state: State) -> Series:
    """1 for the state that holds, 0 for the others."""
    return {(each,): int(each == state.value) for each in names.BREAKER_STATES}


def count_connections(pools: Iterable[Pool]) -> tuple[int, int, int]:
    """Idle, busy and connecting ones."""
    idle = busy = connecting = 0
    for pool in pools:
        idle += len(pool.idle)
        busy += len(pool.connections) - len(pool.idle)
        connecting += pool.open - len(pool.connections)
    return idle, busy, connecting


def count_waiting(pools: Iterable[Pool]) -> int:
    """Calls without a connection that somebody still waits for."""
    return sum(not call.cancelled for pool in pools for call in pool.waiting)


def sort_refusals(refusals: dict[int, int]) -> Series:
    """Refusals by the label's value, from zero."""
    found: Series = {(status,): 0 for status in names.REFUSAL_STATUSES}
    for status, number in refusals.items():
        key = (str(status),) if (str(status),) in found else ("other",)
        found[key] += number
    return found

"""What the routers tell: of the store, of their configuration, of the models, and of the answers that they compared."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.plugin.diagnosing.line import Line
from interleaver.plugin.diagnosing.samples import Samples
from interleaver.plugin.reading.document import Told

MANY_FALLBACKS: Final = 0.05  # the share of interleaved requests that the guardrail which is always on allows
TRY: Final = "`kubectl interleaver lint FILE --answer ANSWER` tries spec.contract on one"
# What to do about each reason of a fallback.
ADVICE: Final = {
    "timeout": "the candidate answers after router.candidateTimeout: make it faster, or give it longer",
    "refused": "the candidate refuses connections, or ends them before it has answered: see its log",
    "status": "the candidate answers with another status than 200: see its log",
    "parse": f"the candidate's answers hold no ranking where spec.contract says: {TRY}",
    "short": "the candidate's lists are shorter than the champion's: have it answer with as many items",
    "breaker": "routers leave the candidate alone, for its calls fail: see candidate-failed in their logs",
    "shed": "too many calls of the candidate wait: give it more pods",
    "champion": "the champion fails: see its log",
    "contract": f"the champion's answers hold no ranking where spec.contract says: {TRY}",
    "page": "later pages cannot be cut out of the merge: see docs/how-to/pages.md",
}


class Router(NamedTuple):
    """One router: its metrics, or why there are none, and what it says of its readiness."""

    pod: str
    samples: Samples | None
    trouble: str = ""
    unready: str = ""


def check_routers(told: Told, routers: list[Router]) -> Iterator[Line]:
    """All that there is to tell of all of them."""
    for router in routers:
        if router.trouble:
            words = f"{router.pod} does not show its metrics: {router.trouble}"
            yield Line("FAIL", "routers", f"{words}. The operator has to reach that port as well: see NetworkPolicies")
        if router.unready:
            yield Line("FAIL", "routers", f"{router.pod} is not ready: {router.unready}")
    read = {router.pod: router.samples for router in routers if router.samples}
    if read:
        yield Line("OK", "routers", f"{len(read)} of {len(routers)} show their metrics")
        yield from check_configuration(read)
        yield from check_store(told, read)
        yield from check_models(read)
        yield from check_answers(told, read)


def check_configuration(read: Mapping[str, Samples]) -> Iterator[Line]:
    """All have taken the same one, and refused none."""
    taken = {pod: samples.total(names.CONFIG_GENERATION.name) for pod, samples in read.items()}
    if len(set(taken.values())) > 1:
        listed = ", ".join(f"{pod} has {number:g}" for pod, number in taken.items() if number is not None)
        yield Line("WARN", "routers", f"not all have the same configuration: {listed}. The ramp waits for the last one")
    for pod, samples in read.items():
        if samples.total(names.CONFIG_REJECTED.name):
            yield Line(
                "FAIL", "routers", f"{pod} has refused a configuration: kubectl logs {pod} -c {names.ROUTER_CONTAINER}"
            )


def check_store(told: Told, read: Mapping[str, Samples]) -> Iterator[Line]:
    """Whether the vote store is within reach, as the routers see it."""
    up = {pod: samples.total(names.STORE_UP.name) for pod, samples in read.items()}
    if all(each is None for each in up.values()):
        where = (
            "votes are kept in the memory of the one router" if len(read) == 1 else "no router tells of a vote store"
        )
        yield Line("OK", "store", f"{where}: there is none, or no run that needs one")
        return
    away = [pod for pod, each in up.items() if each == 0]
    refused = [pod for pod, samples in read.items() if samples.total(names.STORE_REFUSES.name)]
    buffered = sum(samples.total(names.STORE_BUFFERED.name) or 0 for samples in read.values())
    log = f"kubectl logs POD -c {names.ROUTER_CONTAINER} says why"
    if away:
        words = f"{', '.join(away)} cannot reach the vote store; {buffered:g} event(s) wait. {log}"
        yield Line("FAIL", "store", words)
    if refused:
        yield Line(
            "FAIL", "store", f"the store refuses what {', '.join(refused)} ask, for a right, a key or memory. {log}"
        )
    if not away and not refused:
        yield Line("OK", "store", f"all of {len(up)} router(s) reach it, and {buffered:g} event(s) wait")


def check_models(read: Mapping[str, Samples]) -> Iterator[Line]:
    """Whether each router reaches its own model, and leaves no candidate alone."""
    unreached = [pod for pod, samples in read.items() if samples.total(names.OWN_MODEL.name) == 0]
    left = [pod for pod, samples in read.items() if samples.total(names.BREAKER.name, state="open")]
    if unreached:
        yield Line("FAIL", "models", f"{', '.join(unreached)} never reached their own model: see its log and its port")
    if left:
        yield Line(
            "FAIL",
            "models",
            f"{', '.join(left)} leave the candidate alone, for its calls fail: see candidate-failed in the logs",
        )
    if not unreached and not left:
        yield Line("OK", "models", "each router reaches its own model, and none leaves the candidate alone")


def check_answers(told: Told, read: Mapping[str, Samples]) -> Iterator[Line]:
    """Whether live answers hold a ranking where the contract says."""
    merged = sum_up(read, names.REQUESTS.name, arm="interleaved", outcome="ok")
    reasons: dict[str, float] = {}
    for samples in read.values():
        for reason, number in samples.by("reason", names.FALLBACKS.name).items():
            reasons[reason] = reasons.get(reason, 0) + number
    fallen = sum(reasons.values())
    if not merged + fallen:
        words = "no ranking request was interleaved yet, so the contract was not tried on live answers"
        yield Line("OK" if not told.run else "WARN", "contract", words)
        return
    listed = ", ".join(f"{number:g} {reason}" for reason, number in sorted(reasons.items(), key=lambda each: -each[1]))
    words = f"{merged:g} live answers were merged, {fallen:g} requests fell back" + (f" ({listed})" if listed else "")
    worst = max(reasons, key=lambda reason: reasons[reason], default="")
    advice = ADVICE.get(worst, "the routers' logs have an example")
    is_much = fallen > MANY_FALLBACKS * (merged + fallen)
    yield Line("FAIL" if is_much else "OK", "contract", words + (f": {advice}" if is_much else ""))


def sum_up(read: Mapping[str, Samples], name: str, **labels: str) -> float:
    return sum(samples.total(name, **labels) or 0 for samples in read.values())

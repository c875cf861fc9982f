"""`make demo`: install the product on a cluster, run a whole experiment with real data, and show what happens.

Nothing here knows the outcome. The exit code is 0 if a verdict came, whichever it is, and no shopper saw a failure.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from demo.cluster import ROOT, CallError, Kubectl, fill_manifest, name_images, name_values
from demo.report import Outcome, list_faults, summarise
from demo.snapshot import Snapshot
from demo.watch import Screen, Watch, is_over

NAMESPACE: Final = "interleaver-demo"
EXPERIMENT: Final = "home-feed"
OPERATOR: Final = "deploy/operator.yaml"
INSTALL_SECONDS: Final = 90.0  # for the operator and then the champion to be Ready; both take a few seconds
RUN_SECONDS: Final = 330.0  # the manifest's window, its rollback window, and room for the loser's removal
POLL_SECONDS: Final = 1.0
AFTERWARDS_SECONDS: Final = 5.0  # shopping goes on after the loser is gone, to see that nobody notices
LOST_SECONDS: Final = 20.0  # readings may fail that long before the demo gives up


class DemoError(Exception):
    """The demo cannot go on; the text says why and what to look at."""


@dataclass(frozen=True)
class Clock:
    """Seconds since some instant, and waiting; tests pass their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def say(text: str) -> None:
    print(text, flush=True)


def apply_operator(kubectl: Kubectl, values: Mapping[str, str]) -> None:
    """The file as anybody would apply it; with the images that IMAGE_PREFIX and TAG name, when those are others."""
    written = (ROOT / OPERATOR).read_text()
    named = name_images(written, values)
    if named == written:
        kubectl.call("apply", "-f", OPERATOR)
    else:
        kubectl.apply(named)


def install(kubectl: Kubectl, values: Mapping[str, str]) -> None:
    """The product's own files as anybody would apply them, then the demo's namespace and experiment."""
    say("Installing: crds/, deploy/operator.yaml, and the experiment of demo/manifests.")
    kubectl.call("delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=90s")
    kubectl.call("apply", "-f", "crds/")
    apply_operator(kubectl, values)
    for item in kubectl.get("-f", OPERATOR)["items"]:
        if item["kind"] == "Deployment":
            name, namespace = item["metadata"]["name"], item["metadata"]["namespace"]
            kubectl.call("rollout", "status", f"deployment/{name}", "-n", namespace, "--timeout=90s")
    kubectl.apply(fill_manifest("namespace.yaml", values))
    kubectl.apply(fill_manifest("experiment.yaml", values))


def read_experiment(kubectl: Kubectl) -> Snapshot:
    """The experiment as it stands. Raises CallError."""
    return Snapshot.parse(kubectl.get("ilx", EXPERIMENT, "-n", NAMESPACE))


def wait_ready(kubectl: Kubectl, clock: Clock) -> None:
    """Wait until the champion serves. Raises DemoError with what the operator says if it does not."""
    deadline = clock.now() + INSTALL_SECONDS
    while not (snapshot := read_experiment(kubectl)).ready:
        if clock.now() > deadline:
            words = "; ".join(f"{kind}={text}" for kind, text in snapshot.conditions.items())
            raise DemoError(f"the experiment is not Ready after {INSTALL_SECONDS:.0f} s: {words or 'no status'}")
        clock.sleep(POLL_SECONDS)


def read_shoppers(kubectl: Kubectl, tail: int = 1) -> dict[str, Any] | None:
    """The newest counters the shoppers printed; None while there are none."""
    try:
        lines = kubectl.call("logs", "job/shoppers", "-n", NAMESPACE, f"--tail={tail}").splitlines()
        return dict(json.loads(lines[-1])) if lines else None
    except (CallError, ValueError):
        return None


def stop_shoppers(kubectl: Kubectl, clock: Clock) -> dict[str, Any] | None:
    """Tell the shoppers to finish, and return their last counters."""
    try:
        kubectl.call("exec", "-n", NAMESPACE, "job/shoppers", "--", "python3", "-c", "import os; os.kill(1, 15)")
    except CallError as error:
        say(f"(the shoppers had ended by themselves: {error})")
    deadline = clock.now() + 15.0
    while not ((counters := read_shoppers(kubectl)) and counters["final"]) and clock.now() < deadline:
        clock.sleep(POLL_SECONDS)
    return counters


def count_pods(kubectl: Kubectl) -> int:
    """Pods of all revisions at the moment, those that are still draining included."""
    selector = f"interleaver.dev/experiment={EXPERIMENT}"
    return len(kubectl.call("get", "pods", "-n", NAMESPACE, "-l", selector, "-o", "name").split())


def watch_run(kubectl: Kubectl, watch: Watch, screen: Screen, clock: Clock) -> None:
    """Poll until the run is over and what lost is gone. Raises DemoError when it takes too long."""
    deadline, answered = clock.now() + RUN_SECONDS, clock.now()
    over_since: float | None = None
    while over_since is None or clock.now() < over_since + AFTERWARDS_SECONDS:
        now = clock.now()
        if now > deadline:
            raise DemoError(f"the run was not over after {RUN_SECONDS:.0f} s")
        try:
            snapshot = read_experiment(kubectl)
            if snapshot.candidate != watch.candidate:
                raise DemoError(f"somebody else has put {snapshot.candidate} on trial in namespace {NAMESPACE}")
            watch.take(snapshot, now)
            screen.show(watch.shown or snapshot, read_shoppers(kubectl), now - watch.started)
            if over_since is None and is_over(snapshot) and count_pods(kubectl) == 1:
                over_since = now
                watch.note(now, "the loser's last pod is gone")
            answered = now
        except CallError as error:
            if now > answered + LOST_SECONDS:
                raise DemoError(f"the cluster has not answered for {LOST_SECONDS:.0f} s: {error}") from error
        clock.sleep(POLL_SECONDS)


def run_demo(kubectl: Kubectl, values: Mapping[str, str], screen: Screen, clock: Clock) -> int:
    """The whole demo; returns the exit code."""
    install(kubectl, values)
    watch, problems = Watch(started=clock.now(), candidate=values["CANDIDATE"]), []
    wait_ready(kubectl, clock)
    watch.note(clock.now(), f"Ready: {values['CHAMPION']} serves")
    kubectl.apply(fill_manifest("shoppers.yaml", values))
    say(f"{values['CANDIDATE']} goes on trial against {values['CHAMPION']}; 671 MovieLens users start to shop.")
    try:
        watch_run(kubectl, watch, screen, clock)
    except DemoError as error:
        problems.append(str(error))
    shoppers = stop_shoppers(kubectl, clock)
    final = watch.shown or read_experiment(kubectl)
    outcome = Outcome(final, watch.moments, shoppers, watch.not_ready, problems)
    say("\n" + "\n".join(summarise(outcome, kubectl.command, NAMESPACE)))
    faults = list_faults(outcome)
    for fault in faults:
        say(f"PROBLEM: {fault}")
    return 1 if faults else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--swap", action="store_true", help="popularity on trial against factors")
    arguments = parser.parse_args()
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    screen = Screen(columns, lambda text: print(text, end="", flush=True))
    try:
        sys.exit(run_demo(Kubectl(), name_values(os.environ, arguments.swap), screen, Clock()))
    except (CallError, DemoError) as error:
        sys.exit(f"demo: {error}")


if __name__ == "__main__":
    main()

"""The driver installs, watches until what lost is gone, stops the shoppers, and sums up."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from demo.cluster import CallError, Kubectl, name_values
from demo.driver import RUN_SECONDS, Clock, DemoError, run_demo
from demo.watch import Screen
from tests.unit.demo.documents import DECISION, make_counters, make_document, make_run, make_status

VALUES = name_values({}, swap=False)
Value = TypeVar("Value")
DEPLOYMENT = {"kind": "Deployment", "metadata": {"name": "interleaver-operator", "namespace": "interleaver-system"}}


class Scripted(Kubectl):
    """kubectl with a script: the resource's statuses in the order in which they are read; the last one stays."""

    def __init__(
        self, statuses: Sequence[dict[str, Any] | CallError | None], pods: Sequence[int], counters: dict[str, Any]
    ) -> None:
        super().__init__({"KUBECTL": "scripted"})
        self.calls: list[tuple[str, ...]] = []
        self.applied: list[str] = []
        self._statuses, self._pods, self._counters = repeat_last(statuses), repeat_last(pods), counters
        self._stopped = False

    def call(self, *arguments: str, text: str | None = None) -> str:
        self.calls.append(arguments)
        if text is not None:
            self.applied.append(text)
        if arguments[:2] == ("get", "ilx"):
            return self.print_experiment()
        if arguments[:2] == ("get", "pods"):
            return "pod/x\n" * next(self._pods)
        if arguments[0] == "logs":
            return json.dumps(self._counters | {"final": self._stopped}) + "\n"
        self._stopped = self._stopped or arguments[0] == "exec"
        return json.dumps({"items": [DEPLOYMENT]}) if arguments[0] == "get" else ""

    def print_experiment(self) -> str:
        status = next(self._statuses)
        if isinstance(status, CallError):
            raise status
        return json.dumps(make_document(status))


def repeat_last(values: Sequence[Value]) -> Iterator[Value]:
    yield from values
    while True:
        yield values[-1]


class FakeTime:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.seconds, self.wait)

    def wait(self, seconds: float) -> None:
        self.seconds += seconds


GOOD = [
    None,
    make_status(ready=False),
    make_status(),
    make_status(run=make_run("Preparing", 0, (0, 0, 0))),
    make_status(run=make_run(percent=10)),
    make_status(run=make_run(percent=100)),
    make_status(serving="factors", run=make_run("Settling", 100), decision=DECISION),
    make_status(serving="factors", decision=DECISION),
]


def drive(kubectl: Kubectl) -> tuple[int, float]:
    """Exit code, and the seconds it took."""
    time = FakeTime()
    code = run_demo(kubectl, VALUES, Screen(None, lambda _: None), time.clock)
    return code, time.seconds - 1000.0


def test_a_demo_that_goes_well_ends_with_zero_and_prints_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    kubectl = Scripted(GOOD, [2, 2, 1], make_counters())
    code, seconds = drive(kubectl)
    output = capsys.readouterr().out
    assert code == 0
    assert seconds < 60
    assert "Verdict: Promote (Better)" in output
    moments = output.split("What happened when")[1]
    assert moments.index("Ready: popularity serves") < moments.index("factors serves") < moments.index("is gone")


def test_the_products_own_files_are_applied_before_the_demos() -> None:
    kubectl = Scripted(GOOD, [1], make_counters())
    drive(kubectl)
    applies = [call for call in kubectl.calls if call[0] == "apply"]
    assert applies[:2] == [("apply", "-f", "crds/"), ("apply", "-f", "deploy/operator.yaml")]
    kinds = [line for text in kubectl.applied for line in text.splitlines() if line.startswith("kind: ")]
    assert kinds == ["kind: Namespace", "kind: InterleavingExperiment", "kind: Job"]
    assert "$" not in "".join(line for text in kubectl.applied for line in text.splitlines() if "#" not in line)


def test_shopping_goes_on_until_the_losers_last_pod_is_gone() -> None:
    kubectl = Scripted(GOOD, [2, 2, 2, 2, 1], make_counters())
    drive(kubectl)
    verbs = [call[0] for call in kubectl.calls]
    last_pods = max(index for index, call in enumerate(kubectl.calls) if call[:2] == ("get", "pods"))
    assert verbs.index("exec") > last_pods
    assert sum(call[:2] == ("get", "pods") for call in kubectl.calls) == 5


def test_failed_requests_make_the_demo_fail(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = drive(Scripted(GOOD, [1], make_counters(failures={"timeout": 2})))
    assert code == 1
    assert "PROBLEM: shoppers had failures: {'timeout': 2}" in capsys.readouterr().out


def test_an_experiment_that_never_gets_ready_ends_the_demo_with_the_operators_words() -> None:
    with pytest.raises(DemoError, match="Stalled=True/InvalidTemplate: no image"):
        drive(Scripted([make_status(ready=False, stalled="no image")], [1], make_counters()))


def test_a_run_without_an_end_is_given_up_and_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    code, seconds = drive(Scripted([make_status(run=make_run())], [2], make_counters()))
    output = capsys.readouterr().out
    assert code == 1
    assert RUN_SECONDS < seconds < RUN_SECONDS + 30
    assert "PROBLEM: the run was not over" in output
    assert "PROBLEM: there is no verdict" in output


def test_a_reading_that_fails_for_a_moment_is_no_problem() -> None:
    broken = [CallError("connection refused")] * 5
    assert drive(Scripted([*GOOD[:5], *broken, *GOOD[5:]], [1], make_counters()))[0] == 0


def test_a_cluster_that_is_gone_is_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    broken = [CallError("connection refused")] * 30
    assert drive(Scripted([*GOOD[:5], *broken, *GOOD[5:]], [1], make_counters()))[0] == 1
    assert "PROBLEM: the cluster has not answered for 20 s: connection refused" in capsys.readouterr().out


def test_an_experiment_that_somebody_else_changed_is_not_taken_for_ones_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    time, kubectl = FakeTime(), Scripted(GOOD, [1], make_counters())
    assert run_demo(kubectl, name_values({}, swap=True), Screen(None, lambda _: None), time.clock) == 1
    assert "PROBLEM: somebody else has put factors on trial" in capsys.readouterr().out


def test_swap_exchanges_the_models_and_the_environment_names_the_images() -> None:
    swapped = name_values({"IMAGE_PREFIX": "example.com/", "TAG": "7"}, swap=True)
    assert (swapped["CHAMPION"], swapped["CANDIDATE"]) == ("factors", "popularity")
    assert (swapped["IMAGE_PREFIX"], swapped["TAG"]) == ("example.com/", "7")


def test_the_operator_and_its_routers_are_those_of_the_environment_too() -> None:
    values = name_values({"IMAGE_PREFIX": "example.com/", "TAG": "7"}, swap=False)
    kubectl = Scripted(GOOD, [1], make_counters())
    run_demo(kubectl, values, Screen(None, lambda _: None), FakeTime().clock)
    assert "image: example.com/interleaver-operator:7\n" in kubectl.applied[0]
    assert "value: example.com/interleaver-router:7\n" in kubectl.applied[0]
    assert "localhost/" not in kubectl.applied[0]


def test_a_failing_kubectl_is_quoted(tmp_path: Path) -> None:
    program = tmp_path / "kubectl"
    program.write_text("#!/bin/sh\necho 'no such thing' >&2\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(CallError, match="kubectl get pods: no such thing"):
        Kubectl({"KUBECTL": str(program)}).call("get", "pods")


def test_what_is_applied_reaches_kubectl_on_its_standard_input(tmp_path: Path) -> None:
    program = tmp_path / "kubectl"
    program.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/arguments\ncat >{tmp_path}/input\n')
    program.chmod(0o755)
    Kubectl({"KUBECTL": str(program)}).apply("kind: Namespace\n")
    assert (tmp_path / "arguments").read_text() == "apply -f -\n"
    assert (tmp_path / "input").read_text() == "kind: Namespace\n"

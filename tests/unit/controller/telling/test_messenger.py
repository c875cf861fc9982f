"""The messenger between visits: none waits for who is told, and what came of it is kept until the status has it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.observed import Attempt, Telling
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.cluster.store import Store
from interleaver.controller.settings import Pace, read_settings
from interleaver.controller.telling.messenger import Messenger, Place
from tests.unit.controller.operators import KEY, LOOP, FakeOperator, make_running


@dataclass
class FakeReceiver:
    """Whoever is told: answers as a test says, or not at all."""

    answers: list[str] = field(default_factory=list)  # results, in turn; then Delivered
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    silent: bool = False
    woken: list[Place] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    at_once: int = 0
    most: int = 0

    async def take(self, id_: str, event: Mapping[str, Any]) -> Attempt:
        self.got.append((id_, dict(event)))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(3600 if self.silent else 0)
        finally:
            self.at_once -= 1
        result: Any = self.answers.pop(0) if self.answers else "Delivered"
        return Attempt(id_, result, "" if result == "Delivered" else "HTTP status 503")

    def make_messenger(self, parallel: int = 4) -> Messenger:
        return Messenger(lambda namespace: True, self.take, self.woken.append, self.counted.append, parallel)


def make_told(receiver: FakeReceiver) -> FakeOperator:
    """An operator with a receiver, whose run has been aborted by a person."""
    operator = make_running()
    operator.messenger = receiver.make_messenger()
    operator.restart()
    annotate(operator, names.ANNOTATION_ABORT)
    return operator


def annotate(operator: FakeOperator, command: str) -> None:
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    live["metadata"].setdefault("annotations", {})[command] = operator.status["run"]["id"]
    operator.cluster.put(live)


def pass_turns(turns: int = 20) -> None:
    """Let what is under way go on."""

    async def turn() -> None:
        for _ in range(turns):
            await asyncio.sleep(0)

    LOOP.run_until_complete(turn())


def find_only(operator: FakeOperator) -> dict[str, Any]:
    (delivery,) = operator.status["deliveries"]
    assert isinstance(delivery, dict)
    return delivery


def replace_process(operator: FakeOperator, receiver: FakeReceiver) -> None:
    """The process is killed, and its successor knows what the status says."""
    operator.messenger = receiver.make_messenger()
    operator.restart()


def test_a_verdict_is_told_once_it_is_written_and_the_next_visit_writes_that_it_was() -> None:
    receiver = FakeReceiver()
    operator = make_told(receiver)
    operator.visit()
    delivery = find_only(operator)
    assert delivery["state"] == "Pending"
    pass_turns()
    assert receiver.got == [(delivery["id"], delivery["event"])]
    assert receiver.woken == [KEY]
    operator.visit()
    assert find_only(operator)["state"] == "Delivered"
    assert "event" not in find_only(operator)
    operator.live_on(20, seconds=60)
    assert len(receiver.got) == 1
    assert receiver.counted == ["Delivered"]


def test_a_receiver_that_hangs_holds_up_no_visit_and_is_not_asked_twice_at_once() -> None:
    receiver = FakeReceiver(silent=True)
    operator = make_told(receiver)
    operator.live_on(30, seconds=5)
    assert "run" not in operator.status, "the run went its way"
    assert len(receiver.got) == 1
    assert find_only(operator)["attempts"] == 0
    LOOP.run_until_complete(operator.messenger.stop())


def test_a_process_that_dies_between_the_answer_and_the_note_tells_again_with_the_same_id_and_event() -> None:
    receiver = FakeReceiver()
    operator = make_told(receiver)
    operator.visit()
    pass_turns()
    replace_process(operator, receiver)
    operator.visit()
    pass_turns()
    first, second = receiver.got
    assert first == second
    operator.visit()
    assert find_only(operator)["state"] == "Delivered"


def test_a_process_that_dies_right_after_the_verdict_was_written_leaves_it_to_its_successor() -> None:
    receiver = FakeReceiver()
    operator = make_told(FakeReceiver(silent=True))
    operator.visit()
    LOOP.run_until_complete(operator.messenger.stop())
    replace_process(operator, receiver)
    operator.visit()
    pass_turns()
    assert len(receiver.got) == 1


def test_a_verdict_that_could_not_be_written_is_not_told() -> None:
    receiver = FakeReceiver()
    operator = make_told(receiver)
    before = len(operator.cluster.requests)
    trial = operator.branch()
    trial.visit()
    number = next(
        i for i, (verb, *_) in enumerate(trial.cluster.requests[before:], before + 1) if verb == "patch-status"
    )
    operator.cluster.failures[number] = ClusterError(409, "the object has been modified")
    assert operator.visit().result == "conflict"
    pass_turns()
    assert [got for got in receiver.got if got[0] != find_only(trial)["id"]] == []
    assert operator.status.get("deliveries", []) == []


def test_what_came_of_it_is_kept_until_a_write_of_it_succeeds() -> None:
    receiver = FakeReceiver()
    operator = make_told(receiver)
    operator.visit()
    pass_turns()
    for number in range(len(operator.cluster.requests) + 1, len(operator.cluster.requests) + 40):
        operator.cluster.failures[number] = ClusterError(503, "not now")
    with pytest.raises(ClusterError):
        operator.visit()
    operator.cluster.failures.clear()
    assert operator.messenger.report(KEY).attempts != ()
    operator.visit()
    assert find_only(operator)["state"] == "Delivered"
    assert operator.messenger.report(KEY) == Telling(True)
    assert len(receiver.got) == 1


def test_a_visit_by_an_old_status_that_is_kept_forgets_nothing_that_came_of_it() -> None:
    receiver = FakeReceiver()
    operator = make_running()
    operator.messenger, operator.store = receiver.make_messenger(), Store()
    operator.restart()
    operator.cluster.tell(operator.store)
    operator.visit()
    operator.cluster.tell(operator.store)
    operator.visit()
    annotate(operator, names.ANNOTATION_ABORT)
    LOOP.run_until_complete(operator.reconciler.asking.visit(KEY))
    pass_turns()
    operator.visit()
    operator.cluster.tell(operator.store)
    operator.live_on(4)
    pass_turns()
    assert find_only(operator)["state"] == "Delivered"
    assert len(receiver.got) == 1


def test_a_failure_is_tried_again_when_it_is_due_and_the_visit_comes_for_it() -> None:
    receiver = FakeReceiver(answers=["Failed", "Failed"])
    operator = make_told(receiver)
    operator.live_on(80)
    for _ in range(8):
        visit = operator.visit()
        pass_turns()
        assert visit.after is not None
        assert visit.after <= Pace.resync
        operator.cluster.clock.pass_by(visit.after)
    assert find_only(operator)["state"] == "Delivered"
    assert receiver.counted == ["Failed", "Failed", "Delivered"]
    assert len({id_ for id_, _ in receiver.got}) == 1


def test_a_delivery_that_is_due_while_nobody_is_told_is_no_reason_to_come_back_at_once() -> None:
    operator = make_told(FakeReceiver())
    operator.visit()
    operator.messenger = Messenger()
    operator.restart()
    operator.live_on(80)
    after = operator.visit().after
    assert after is not None
    assert after > 5


def test_few_are_told_at_once_and_all_in_the_end() -> None:
    receiver = FakeReceiver()
    messenger = receiver.make_messenger(parallel=2)
    told = make_told(FakeReceiver())
    told.visit()
    (first,) = told.status["deliveries"]
    live = told.cluster.find(names.KIND, "feed")
    assert live is not None

    async def send() -> None:
        for number in range(7):
            status = live["status"] | {"deliveries": [first | {"id": f"u-{number}"}]}
            messenger.send(Experiment.model_validate(live | {"status": status}), told.cluster.clock.now())
        await asyncio.sleep(0)

    LOOP.run_until_complete(send())
    pass_turns(100)
    assert receiver.most == 2
    assert len(receiver.got) == 7


def test_of_an_experiment_that_is_gone_nothing_is_remembered() -> None:
    receiver = FakeReceiver()
    operator = make_told(receiver)
    operator.visit()
    pass_turns()
    operator.cluster.objects.pop((names.KIND, "shop", "feed"))
    assert operator.visit().result == "gone"
    assert operator.messenger.report(KEY).attempts == ()


def test_the_setting_names_the_file_and_without_it_nobody_is_told() -> None:
    settings = read_settings({"INTERLEAVER_ROUTER_IMAGE": "router:1", "INTERLEAVER_WEBHOOK_URL_FILE": " /etc/w/url "})
    assert settings.telling.url_file == "/etc/w/url"
    assert read_settings({"INTERLEAVER_ROUTER_IMAGE": "router:1"}).telling.url_file == ""


def test_results_are_counted_from_zero_in_the_operator_s_metrics() -> None:
    operator = make_told(FakeReceiver())
    assert b'interleaver_operator_deliveries_total{result="refused"} 0.0' in operator.metrics.text()
    operator.metrics.told("Refused")
    assert b'interleaver_operator_deliveries_total{result="refused"} 1.0' in operator.metrics.text()


def test_a_fault_of_ours_is_a_failed_attempt_and_not_the_end_of_telling() -> None:
    async def stumble(id_: str, event: Mapping[str, Any]) -> Attempt:
        raise RuntimeError("a fault")

    operator = make_told(FakeReceiver())
    operator.messenger = Messenger(lambda namespace: True, stumble)
    operator.restart()
    operator.visit()
    pass_turns()
    operator.visit()
    assert (find_only(operator)["state"], find_only(operator)["error"]) == ("Pending", "RuntimeError")


def test_once_stopped_nothing_is_under_way_or_remembered_and_a_later_term_tells_what_is_due() -> None:
    receiver = FakeReceiver(silent=True)
    operator = make_told(receiver)
    operator.visit()
    pass_turns()
    LOOP.run_until_complete(operator.messenger.stop())
    assert receiver.at_once == 0
    receiver.silent = False
    operator.visit()
    pass_turns()
    assert operator.messenger.report(KEY).attempts != ()
    LOOP.run_until_complete(operator.messenger.stop())
    assert operator.messenger.report(KEY).attempts == ()
    operator.visit()
    pass_turns()
    operator.visit()
    assert find_only(operator)["state"] == "Delivered"
    assert len({id_ for id_, _ in receiver.got}) == 1

"""A real operator tells a receiver of verdicts, and is killed at the worst moments. Nobody runs its models."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from interleaver.api import names
from interleaver.api.verdict_event import VerdictEvent
from interleaver.controller.telling.signature import read_keys, sign
from tests.integration.test_controller_program import Stage, stage, until
from tests.integration.test_records import list_reasons, start_run
from tests.unit.controller.telling.test_signature import SECRET

__all__ = ["stage"]

pytestmark = pytest.mark.cluster


class Receiver:
    """Whoever is told, in a thread of the test's: answers with `status`, and only while `answering` is set."""

    def __init__(self) -> None:
        self.status = 200
        self.answering = threading.Event()
        self.answering.set()
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                receiver.answering.wait(60)
                try:
                    self.send_response(receiver.status)
                    self.end_headers()
                except OSError:
                    pass  # whoever asked is dead

            def log_message(self, format: str, *args: object) -> None:
                """Said by the test where it matters."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def close(self) -> None:
        self.answering.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that operators started from here tell."""
    made, folder = Receiver(), tmp_path / "webhook"
    folder.mkdir()
    for name, text in {"url": made.url, "keys": SECRET}.items():
        (folder / name).write_text(text)
    monkeypatch.setenv("INTERLEAVER_WEBHOOK_URL_FILE", str(folder / "url"))
    yield made
    made.close()


def abort(stage: Stage, run_id: str) -> None:
    stage.kubectl("annotate", "interleavingexperiment", "home-feed", f"{names.ANNOTATION_ABORT}={run_id}")


def find_delivery(stage: Stage) -> dict[str, Any]:
    """The delivery in the status; empty before there is one."""
    found = stage.experiment()["status"].get("deliveries", [])
    return dict(found[0]) if found else {}


def kill(stage: Stage) -> None:
    """End the operator without a chance to say goodbye."""
    assert stage.process is not None
    os.kill(stage.process.pid, signal.SIGKILL)
    stage.process.wait()
    stage.process = None
    stage.log.write_text("")  # what is waited for is said anew


def test_a_verdict_is_told_signed_once_and_the_status_and_an_event_say_so(stage: Stage, receiver: Receiver) -> None:
    run_id = start_run(stage)
    abort(stage, run_id)
    until(lambda: find_delivery(stage).get("state") == "Delivered", "the delivery", stage.tell)
    ((head, body),) = receiver.got
    event = VerdictEvent.model_validate(json.loads(body))
    meta = stage.experiment()["metadata"]
    assert (event.data.run, event.data.verdict, event.data.uid) == (run_id, "Aborted", meta["uid"])
    assert event.id == f"{meta['uid']}-{run_id}-aborted" == find_delivery(stage)["id"]
    signed = sign(read_keys(SECRET), event.id, int(head["webhook-timestamp"]), body)
    assert {key: head[key] for key in signed} == signed
    record = stage.get("configmap", event.data.record.config_map if event.data.record else "")
    assert record["metadata"]["labels"][names.LABEL_RUN] == run_id
    until(lambda: "VerdictDelivered" in list_reasons(stage), "the event")
    assert stage.stop() == 0
    assert "Traceback" not in stage.log.read_text()
    assert len(receiver.got) == 1


def test_killed_between_the_answer_and_the_note_it_tells_again_and_nothing_but_the_time_differs(
    stage: Stage, receiver: Receiver
) -> None:
    run_id = start_run(stage)
    receiver.answering.clear()
    abort(stage, run_id)
    until(lambda: receiver.got, "the first attempt", stage.tell)
    assert find_delivery(stage)["state"] == "Pending", "it was written down before it was sent"
    kill(stage)
    receiver.answering.set()
    assert find_delivery(stage)["attempts"] == 0
    stage.start()
    until(lambda: find_delivery(stage).get("state") == "Delivered", "the delivery", stage.tell)
    (first, before), (second, after) = receiver.got
    assert (first["webhook-id"], before) == (second["webhook-id"], after)


def test_a_receiver_that_is_away_holds_up_nothing_and_hears_of_it_when_it_is_back(
    stage: Stage, receiver: Receiver
) -> None:
    run_id = start_run(stage)
    receiver.status = 503
    abort(stage, run_id)
    until(lambda: find_delivery(stage).get("attempts") == 1, "the first failure", stage.tell)
    until(lambda: "VerdictNotDelivered" in list_reasons(stage), "the event")
    assert find_delivery(stage)["error"] == "HTTP status 503 Service Unavailable"
    kill(stage)
    receiver.status = 200
    stage.start()
    until(lambda: find_delivery(stage).get("state") == "Delivered", "the delivery", stage.tell)
    assert find_delivery(stage)["attempts"] == 2
    assert len({head["webhook-id"] for head, _ in receiver.got}) == 1

"""What the bot does with an event. Whatever it answers, the operator acts on: 2xx ends the delivery, 422 ends it with a
warning for people, 5xx brings the event again."""

import json
import logging
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .recording import CannotRecord, Wanted
from .repository import GitFailed, Repository
from .signature import Forged, verify

log: Final = logging.getLogger("promotion-bot")

TYPE: Final = "dev.interleaver.verdict.v1"
ID: Final = re.compile(r"^[a-zA-Z0-9]([-a-zA-Z0-9]{0,198}[a-zA-Z0-9])?$")  # it becomes the name of a branch
Answer = tuple[int, str]


@dataclass
class Bot:
    """Takes events, one at a time."""

    keys: list[bytes]
    repository: Repository
    hook: str = ""  # a program that opens the pull request; its environment says of what
    done: set[str] = field(default_factory=set)  # ids of this process; the branch is the memory that outlives it

    def take(self, headers: Mapping[str, str], body: bytes, now: float) -> Answer:
        """Status and words for one request. `now` is Unix time."""
        try:
            id_ = verify(self.keys, headers, body, now)
        except Forged as error:
            return 401, str(error)
        try:
            event = json.loads(body)
            if event["id"] != id_ or not ID.match(id_) or event["type"] != TYPE:
                return 400, "this is no event of a verdict"
            return self.handle(id_, event["data"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            return 400, f"the event cannot be read: {type(error).__name__}"
        except CannotRecord as error:
            return 422, str(error)
        except GitFailed as error:
            return 503, str(error)

    def handle(self, id_: str, data: Mapping[str, Any]) -> Answer:
        """What becomes of a verdict. Raises CannotRecord, GitFailed."""
        if data["reason"] == "Reverted":
            return self.take_back(f"interleaver/{name_promotion(id_, data['run'])}")
        if data["verdict"] != "Promote":
            return 200, f"{data['verdict']}: nothing to record"
        if id_ in self.done:
            return 200, "seen before"
        if "change" not in data:
            raise CannotRecord(
                "spec.candidate is not what was promoted: the condition PromotionRecorded has the change"
            )
        branch, title = f"interleaver/{id_}", f"{data['namespace']}/{data['name']}: {data['serving']} serves"
        wanted = Wanted(data["namespace"], data["name"], data["change"]["patch"])
        words = f"branch {branch} was there before"
        if not self.repository.has_branch(branch):
            message = f"{title}\n\n{data['message']}\n\nRun: {data['run']}\n"
            if not self.repository.push(branch, wanted, message):
                return 200, "recorded already"
            words = f"pushed branch {branch}"
        self.open_pull_request(branch, title, data["message"])
        self.done.add(id_)
        return 200, words

    def take_back(self, branch: str) -> Answer:
        """A promotion was taken back: its branch goes, with which forges close the pull request. Raises GitFailed."""
        if not self.repository.has_branch(branch):
            return 200, "Reverted: no branch is left; what was merged has to be reverted by a person"
        self.repository.delete(branch)
        return 200, f"deleted branch {branch}"

    def open_pull_request(self, branch: str, title: str, text: str) -> None:
        """Where the forge's API is called. The hook is run until it succeeds once, so a second time after a crash.
        Raises GitFailed."""
        if not self.hook:
            return
        environment = os.environ | {"BRANCH": branch, "BASE": self.repository.base, "TITLE": title, "TEXT": text}
        try:
            subprocess.run([self.hook], env=environment, check=True, timeout=60)
        except (OSError, subprocess.SubprocessError) as error:
            raise GitFailed(f"the hook failed: {type(error).__name__}") from None


def name_promotion(id_: str, run: str) -> str:
    """The id of the event that told of the promotion of a run, from that of another event on the same run."""
    return f"{id_.partition(run)[0]}{run}-promote"

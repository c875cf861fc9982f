"""The example bot against a real Git server: an operator's event in, one branch out, however often it comes."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from examples.promotion_bot.bot import Bot
from examples.promotion_bot.repository import Repository, git
from examples.promotion_bot.signature import read_keys

from interleaver.api import names
from interleaver.api.observed import Attempt, Telling
from interleaver.controller.telling.delivering import deliver, write_body
from interleaver.controller.telling.signature import sign
from interleaver.controller.telling.webhook import Webhook
from tests.builders import World, make_running_world
from tests.cluster import ROOT
from tests.router.ports import find_port
from tests.unit.controller.telling.test_signature import OTHER, SECRET
from tests.unit.controller.telling.test_webhook import make_webhook
from tests.unit.experiment.verdicts import climb

FILE = "clusters/shop/feed.yaml"


def end_run(**votes: int) -> World:
    """An experiment whose verdicts are told, and whose run has had one."""
    world = make_running_world()
    world.telling = Telling(is_on=True)
    world.vote(**votes)
    climb(world)
    world.step(3601)
    return world


def find_event(world: World) -> dict[str, Any]:
    """The event of the last verdict, from the code that decides."""
    event = world.status.deliveries[0].event
    assert event is not None
    return event


def take_back() -> dict[str, Any]:
    """The event that follows a promotion when a person takes it back."""
    world = end_run(**PROMOTE)
    world.edit({names.ANNOTATION_REVERT: world.run.id})
    world.step(1)
    return find_event(world)


PROMOTE = {"win": 400, "tie": 100, "loss": 250}


@pytest.fixture(scope="module")
def promotion() -> dict[str, Any]:
    return find_event(end_run(**PROMOTE))


def wait_for(port: int) -> None:
    """Until somebody listens."""
    for _ in range(400):
        with closing(socket.socket()) as calling:
            if calling.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Repository]:
    """A bare repository behind a Git server, with an experiment in it."""
    bare, port = tmp_path / "git" / "fleet.git", find_port()
    git("init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    process = subprocess.Popen(
        ["git", "daemon", "--reuseaddr", "--export-all", "--enable=receive-pack", f"--base-path={bare.parent}",
         "--listen=127.0.0.1", f"--port={port}", str(bare.parent)],
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port)
        repository = Repository(f"git://127.0.0.1:{port}/fleet.git", "main")
        commit(repository, tmp_path / "work", write_experiment())
        yield repository
    finally:
        os.killpg(process.pid, 15)  # git starts the server as a child
        process.wait()


def write_experiment() -> str:
    """The experiment that was decided on, as people keep it in Git."""
    experiment = make_running_world().experiment
    spec = experiment.spec.model_dump(by_alias=True, exclude_unset=True)
    document = {
        "apiVersion": "interleaver.dev/v1alpha1",
        "kind": "InterleavingExperiment",
        "metadata": {"name": "feed"},
    }
    return "# kept by people\n" + yaml.safe_dump(document | {"spec": spec}, sort_keys=False)


def commit(repository: Repository, work: Path, text: str) -> None:
    git("clone", "--quiet", repository.url, str(work))
    file = work / FILE
    file.parent.mkdir(parents=True)
    file.write_text(text)
    (file.parent / "other.yaml").write_text("kind: ConfigMap\n")
    git("add", "--all", folder=work)
    git("commit", "--quiet", "--message=an experiment", folder=work)
    git("push", "--quiet", "origin", "HEAD:refs/heads/main", folder=work)


def list_branches(repository: Repository) -> list[str]:
    return [line.split("refs/heads/")[1] for line in git("ls-remote", "--heads", repository.url).splitlines()]


def show(repository: Repository, branch: str, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The experiment on a branch, and the files that differ from main."""
    git("clone", "--quiet", repository.url, str(folder))
    text = git("show", f"origin/{branch}:{FILE}", folder=folder)
    assert text.startswith("# kept by people\n")
    files = git("diff", "--name-only", "origin/main", f"origin/{branch}", folder=folder).split()
    document: dict[str, Any] = yaml.safe_load(text)
    return document, files


def tell(bot: Bot, event: dict[str, Any], key: str = SECRET, at: float = 1.76e9) -> tuple[int, str]:
    """What the bot answers to an event that is signed with a key."""
    body = write_body(event)
    return bot.take(sign(read_keys(key), event["id"], int(at), body), body, 1.76e9)


@pytest.fixture
def bot(served: Repository) -> Bot:
    return Bot(read_keys(SECRET), served)


def test_an_event_that_comes_twice_from_the_operator_is_one_branch_with_the_change(
    served: Repository, promotion: dict[str, Any], tmp_path: Path
) -> None:
    port, keys = find_port(), tmp_path / "keys"
    keys.write_text(SECRET)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "examples"), "BOT_KEYS_FILE": str(keys)}
    environment |= {"BOT_REPOSITORY": served.url, "BOT_HOST": "127.0.0.1", "BOT_PORT": str(port)}
    (tmp_path / "webhook").mkdir()
    webhook = make_webhook(tmp_path / "webhook", url=f"http://127.0.0.1:{port}/")
    for _ in range(2):  # two processes, of which neither knows what the other has seen
        process = subprocess.Popen([sys.executable, "-m", "promotion_bot"], env=environment)
        try:
            wait_for(port)
            for _ in range(2):
                assert send(webhook, promotion) == Attempt(promotion["id"], "Delivered")
        finally:
            process.terminate()
            process.wait()
    branch = f"interleaver/{promotion['id']}"
    assert list_branches(served) == [branch, "main"]
    document, files = show(served, branch, tmp_path / "shown")
    assert files == [FILE]
    assert document["spec"]["champion"]["revision"] == "v42"
    assert document["spec"]["champion"]["source"]["template"]["spec"]["containers"][0]["image"] == "localhost/model:v42"
    assert "candidate" not in document["spec"]


def send(webhook: Webhook, event: dict[str, Any]) -> Attempt:
    return asyncio.run(deliver(webhook, event["id"], event, time.time(), 15.0))


def test_what_is_forged_old_or_changed_is_refused_and_pushes_nothing(bot: Bot, promotion: dict[str, Any]) -> None:
    assert tell(bot, promotion, key=OTHER)[0] == 401
    assert tell(bot, promotion, at=1.76e9 - 301)[0] == 401
    assert tell(bot, promotion, at=1.76e9 + 301)[0] == 401
    body = write_body(promotion)
    headers = sign(read_keys(SECRET), promotion["id"], 1760000000, body)
    assert bot.take(headers, body.replace(b"v42", b"v43"), 1.76e9)[0] == 401
    assert bot.take({}, body, 1.76e9)[0] == 401
    assert bot.take(headers | {"webhook-id": "another"}, body, 1.76e9)[0] == 401
    assert list_branches(bot.repository) == ["main"]


def test_while_keys_change_an_event_signed_with_both_is_taken_by_a_bot_that_knows_either(
    bot: Bot, promotion: dict[str, Any]
) -> None:
    assert tell(bot, promotion, key=f"{OTHER}\n{SECRET}") == (200, f"pushed branch interleaver/{promotion['id']}")


def test_other_verdicts_are_taken_and_change_nothing(bot: Bot) -> None:
    assert tell(bot, find_event(end_run(win=50, loss=150))) == (200, "Rollback: nothing to record")
    assert list_branches(bot.repository) == ["main"]


def test_the_branch_of_a_promotion_that_was_taken_back_goes(
    bot: Bot, promotion: dict[str, Any], tmp_path: Path
) -> None:
    assert tell(bot, promotion)[0] == 200
    other = "interleaver/u-1-v42-20261122t101500z-promote"
    git("clone", "--quiet", bot.repository.url, str(tmp_path / "clone"))
    git("push", "--quiet", "origin", f"HEAD:refs/heads/{other}", folder=tmp_path / "clone")
    reverted = take_back()
    assert tell(bot, reverted) == (200, f"deleted branch interleaver/{promotion['id']}")
    assert list_branches(bot.repository) == [other, "main"]
    assert tell(bot, reverted)[0] == 200


def test_a_promotion_that_was_merged_and_whose_branch_is_gone_is_not_pushed_again(
    bot: Bot, promotion: dict[str, Any], tmp_path: Path
) -> None:
    assert tell(bot, promotion)[0] == 200
    branch = f"interleaver/{promotion['id']}"
    git("clone", "--quiet", bot.repository.url, str(tmp_path / "merge"))
    git(
        "push",
        "--quiet",
        "origin",
        f"origin/{branch}:refs/heads/main",
        f":refs/heads/{branch}",
        folder=tmp_path / "merge",
    )
    assert tell(Bot(bot.keys, bot.repository), promotion) == (200, "recorded already")
    assert list_branches(bot.repository) == ["main"]


def test_a_repository_that_went_on_is_a_refusal_and_one_that_is_away_is_not(
    bot: Bot, promotion: dict[str, Any]
) -> None:
    status, words = tell(bot, promotion | {"data": promotion["data"] | {"name": "other"}})
    assert (status, words) == (422, "shop/other should be in one file, and is in no file")
    away = Bot(bot.keys, replace_url(bot.repository, "git://127.0.0.1:1/fleet.git"))
    assert tell(away, promotion)[0] == 503


def replace_url(repository: Repository, url: str) -> Repository:
    return repository._replace(url=url)


def test_the_hook_is_told_the_branch_and_is_run_again_until_it_succeeds(
    bot: Bot, promotion: dict[str, Any], tmp_path: Path
) -> None:
    hook, notes = tmp_path / "hook", tmp_path / "notes"
    hook.write_text(f'#!/bin/sh\necho "$BASE $BRANCH $TITLE" >> {notes}\ntest "$(wc -l < {notes})" -ge 2\n')
    hook.chmod(0o755)
    bot = replace(bot, hook=str(hook))
    assert tell(bot, promotion) == (503, "the hook failed: CalledProcessError")
    assert tell(bot, promotion)[0] == 200
    assert tell(bot, promotion) == (200, "seen before")
    assert notes.read_text().splitlines() == [f"main interleaver/{promotion['id']} shop/feed: v42 serves"] * 2


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 1}', b"\xff", b"[" * 5000])
def test_a_signed_body_that_is_no_event_is_refused_in_words(bot: Bot, body: bytes) -> None:
    headers = sign(read_keys(SECRET), "e-1", 1760000000, body)
    assert bot.take(headers, body, 1.76e9)[0] == 400


def test_an_id_that_is_no_name_of_a_branch_is_refused(bot: Bot, promotion: dict[str, Any]) -> None:
    for id_ in ("../main", "a b", "-x", "a" * 300, "x.lock", "é"):
        assert tell(bot, promotion | {"id": id_})[0] == 400

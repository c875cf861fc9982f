"""A store behind Sentinels: the primary is found by most of them, and followed when another server takes over."""

import signal
from collections.abc import Callable
from pathlib import Path

from tests.router.conftest import Stage
from tests.router.programs import wait_until
from tests.router.redis import Redis
from tests.router.redis_nodes import Watched, await_copies

from .test_shared_votes import await_up, await_votes, kill, read, show, vote
from .test_store_access import SECRET, USER

MakeStage = Callable[..., Stage]
MakeRedis = Callable[..., Redis]


def await_reason(stage: Stage, words: str) -> None:
    """It is logged that the store is away for this reason."""
    events = ("store-away", "store-refuses")

    def find() -> bool:
        said = [str(event) for event in stage.router.events() if event["event"] in events]
        return any(words in each for each in said)

    wait_until(find, f"it is logged: {words}")


def test_the_primary_is_found_and_a_server_that_takes_over_is_followed(make_stage: MakeStage, watched: Watched) -> None:
    stage = make_stage().start(store={"url": watched.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    assert watched.first.keys("*:totals")
    epoch = read(stage.router, "epoch")
    await_copies(watched.first, 2)
    watched.first.kill()
    assert vote(stage, "b", "c") == {"accepted": 0, "ignored": 0, "buffered": 2}
    taken = watched.await_another(watched.first)
    await_votes(stage.router, 3)
    assert taken.ask("SCARD", taken.keys("*:voted")[0]) == "3"
    assert read(stage.router, "epoch") == epoch
    watched.first.start()
    assert vote(stage, "d") == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 4)


def test_a_primary_that_hands_over_is_left_and_what_it_took_meanwhile_is_counted_once_when_it_is_sent_again(
    make_stage: MakeStage, watched: Watched
) -> None:
    """Sentinels promote a replica before they tell the primary: what that acknowledges until then it forgets."""
    stage = make_stage().start(store={"url": watched.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    await_copies(watched.first, 2)
    events = [{"impression": show(stage, unit), "item": "a"} for unit in "bc"]
    assert watched.sentinels[0].ask("SENTINEL", "FAILOVER", "votes") == "OK"
    stage.router.feed_back(events)
    taken = watched.await_another(watched.first)
    wait_until(lambda: watched.first.ask("ROLE").startswith("slave"), "the former primary is a replica")
    await_up(stage.router, True)
    stage.router.feed_back(events)
    await_votes(stage.router, 3)
    assert taken.ask("SCARD", taken.keys("*:voted")[0]) == "3"
    assert read(stage.router, "conversions") == 4


def test_one_sentinel_of_three_may_be_gone_and_no_more(make_stage: MakeStage, watched: Watched) -> None:
    watched.sentinels[0].kill()
    stage = make_stage().start(store={"url": watched.url})
    assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
    watched.sentinels[1].kill()
    assert vote(stage, "b") == {"accepted": 1, "ignored": 0}  # nobody can have made another server the primary
    other = make_stage().start(store={"url": watched.url})
    await_reason(other, "fewer than half of the Sentinels")
    assert vote(other, "c") == {"accepted": 0, "ignored": 0, "buffered": 1}
    watched.sentinels[1].start()
    await_up(other.router, True)
    await_votes(other.router, 3)


def test_sentinels_that_do_not_know_the_name_say_so(make_stage: MakeStage, watched: Watched) -> None:
    stage = make_stage().start(store={"url": watched.url.replace("/votes/", "/feed/")})
    await_reason(stage, "sentinel monitor NAME")
    kill(stage)


def test_a_server_that_is_no_primary_is_not_written_to_though_sentinels_name_it(
    make_stage: MakeStage, watched: Watched
) -> None:
    """As in the moment before it is promoted, or when it was demoted by hand."""
    for sentinel in watched.sentinels:  # they would mend it
        sentinel.ask("SENTINEL", "SET", "votes", "down-after-milliseconds", "60000")
    replica = watched.servers[1]
    watched.first.ask("REPLICAOF", "127.0.0.1", str(replica.port))
    stage = make_stage().start(store={"url": watched.url})
    await_reason(stage, "is no primary")
    assert vote(stage, "a") == {"accepted": 0, "ignored": 0, "buffered": 1}
    watched.first.ask("REPLICAOF", "NO", "ONE")
    await_votes(stage.router, 1)


def test_a_primary_that_stands_still_is_replaced(make_stage: MakeStage, watched: Watched) -> None:
    stage = make_stage().start(store={"url": watched.url})
    assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
    await_copies(watched.first, 2)
    watched.first.send_signal(signal.SIGSTOP)
    try:
        assert vote(stage, "b") == {"accepted": 0, "ignored": 0, "buffered": 1}
        await_votes(stage.router, 2)
    finally:
        watched.first.send_signal(signal.SIGCONT)
    assert vote(stage, "c") == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 3)


def test_users_of_the_store_and_of_its_sentinels_are_told_apart(
    make_stage: MakeStage, make_redis: MakeRedis, tmp_path: Path
) -> None:
    rights = f"{USER} +role"
    watched = Watched(make_redis, tmp_path, "--user", *rights.split()[1:])
    try:
        watched.start()
        for sentinel in watched.sentinels:
            sentinel.ask("ACL", "SETUSER", "asks", "on", ">an0ther", "+sentinel|get-master-addr-by-name")
            sentinel.ask("ACL", "SETUSER", "default", "resetpass", ">n0body")
        bare = watched.url.replace("://", f"://interleaver:{SECRET}@")
        stage = make_stage().start(store={"url": f"{bare}?sentinel_username=asks&sentinel_password=an0ther"})
        assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
        refused = make_stage().start(store={"url": bare})
        await_reason(refused, "not alike: AuthenticationError")
        for each in (stage, refused):
            said = each.router.log_file.read_text() + each.router.admin("GET", "/config").body.decode()
            assert not [secret for secret in (SECRET, "an0ther") if secret in said]
        kill(refused)
    finally:
        watched.close()

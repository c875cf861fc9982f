"""A store that is a cluster: the run is found, followed when it moves, and taken over when its node dies."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.certificates import make_certificates
from tests.router.conftest import Stage
from tests.router.programs import wait_until
from tests.router.redis import Redis
from tests.router.redis_nodes import Cluster, Migration, await_copies

from .test_shared_votes import await_up, await_votes, kill, read, show, vote
from .test_store_access import SECRET, USER

MakeStage = Callable[..., Stage]
MakeRedis = Callable[..., Redis]


def list_ends(log: Stage) -> list[str]:
    """What was said of a store that is away or refuses."""
    return [event["event"] for event in log.router.events() if event["event"] in ("store-away", "store-refuses")]


def test_votes_find_their_node_by_any_node_of_a_cluster(make_stage: MakeStage, make_redis: MakeRedis) -> None:
    cluster = Cluster(make_redis)
    stages = [make_stage().start(store={"url": f"redis+cluster://127.0.0.1:{node.port}"}) for node in cluster.nodes]
    for number, stage in enumerate(stages):
        assert vote(stage, f"{number}", "everywhere")["accepted"] >= 1
    for stage in stages:
        await_votes(stage.router, 4)
        assert list_ends(stage) == []
    assert [bool(node.keys()) for node in cluster.nodes].count(True) == 1, "all keys of a run are on one node"


def test_runs_of_several_experiments_lie_on_several_nodes_and_a_router_knows_them_all(
    make_stage: MakeStage, make_redis: MakeRedis
) -> None:
    cluster = Cluster(make_redis)
    stage = make_stage().start(store={"url": cluster.url})
    for number in range(2, 8):
        vote(stage, "a", "b")
        stage.configure(run=f"r{number}", store={"url": cluster.url})
    vote(stage, "a", "b")
    for number in range(6, 8):
        await_votes(stage.router, 2, run=f"r{number}")
    assert [bool(node.keys()) for node in cluster.nodes].count(True) > 1
    assert list_ends(stage) == []


def test_a_run_is_followed_to_another_node(make_stage: MakeStage, make_redis: MakeRedis) -> None:
    cluster = Cluster(make_redis)
    stage = make_stage().start(store={"url": cluster.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    epoch = read(stage.router, "epoch")
    migration = Migration(cluster)
    migration.move_all()
    assert vote(stage, "c") == {"accepted": 1, "ignored": 0}
    assert vote(stage, "a") == {"accepted": 1, "ignored": 0}  # a conversion without a vote
    await_votes(stage.router, 3)
    assert read(stage.router, "epoch") == epoch
    assert list_ends(stage) == []
    assert (migration.source.keys(), bool(migration.target.keys())) == ([], True)


def test_votes_wait_while_keys_of_the_run_are_on_their_way(make_stage: MakeStage, make_redis: MakeRedis) -> None:
    cluster = Cluster(make_redis)
    stage = make_stage().start(store={"url": cluster.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    migration = Migration(cluster)
    migration.begin()
    migration.move(*migration.source.keys("*:voted"))
    assert vote(stage, "b", "c") == {"accepted": 0, "ignored": 0, "buffered": 2}
    refusal = wait_until(lambda: stage.router.find_event("store-refuses"), "it is logged")
    assert refusal["code"] == "TryAgainError"
    assert "on their way" in refusal["meaning"]
    migration.end()
    await_votes(stage.router, 3)
    assert read(stage.router, "conversions") == 4
    assert not stage.router.find_event("store-forgot"), "nothing was begun anew between the two nodes"


def test_lists_of_a_unit_are_found_while_they_are_on_their_way(
    make_stage: MakeStage, make_redis: MakeRedis, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("t")
    cluster = Cluster(make_redis)
    stage = make_stage().start(store={"url": cluster.url}, feedbackTokenFile=str(token))
    for unit in "uv":
        show(stage, unit)
    migration = Migration(cluster)
    held = migration.source
    shown = wait_until(lambda: len(keys := held.keys("*:shown:*")) == 2 and keys, "the lists are remembered")
    migration.begin()
    migration.move(shown[0])
    events = [{"unit": unit, "item": "a"} for unit in "uv"]
    said = stage.router.feed_back(events, Authorization="Bearer t").json()
    assert said.get("ignored") == 0, "neither is taken for a unit that was shown nothing"
    migration.end()
    await_votes(stage.router, 2)


def test_a_replica_that_is_told_to_takes_over_without_a_vote_lost_or_doubled(
    make_stage: MakeStage, make_redis: MakeRedis
) -> None:
    cluster = Cluster(make_redis, replicas=True)
    stage = make_stage().start(store={"url": cluster.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    primary = cluster.find_holder()
    replica = cluster.find_replica(primary)
    assert replica.ask("CLUSTER", "FAILOVER") == "OK"
    wait_until(lambda: replica.ask("ROLE").startswith("master"), "the replica has taken over")
    said = vote(stage, "b", "c")
    assert said.get("ignored") == 0
    await_votes(stage.router, 3)
    assert not stage.router.find_event("store-forgot")


def test_a_node_that_is_killed_is_replaced_and_votes_wait_meanwhile(
    make_stage: MakeStage, make_redis: MakeRedis
) -> None:
    cluster = Cluster(make_redis, replicas=True)
    stage = make_stage().start(store={"url": cluster.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    epoch = read(stage.router, "epoch")
    primary = cluster.find_holder()
    replica = cluster.find_replica(primary)
    await_copies(primary, 1)
    primary.kill()
    assert vote(stage, "b", "c")["accepted"] == 0
    wait_until(lambda: replica.ask("ROLE").startswith("master"), "the replica has taken over")
    await_votes(stage.router, 3)
    await_up(stage.router, True)
    assert read(stage.router, "epoch") == epoch
    assert replica.ask("SCARD", replica.keys("*:voted")[0]) == "3"
    primary.start()  # as a replica, which refuses
    assert vote(stage, "d") == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 4)


def test_a_server_without_cluster_mode_is_named(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": f"redis+cluster://127.0.0.1:{redis.port}"})
    refusal = wait_until(lambda: stage.router.find_event("store-refuses"), "it is logged")
    assert "no node of a cluster" in refusal["meaning"]
    kill(stage)


def test_a_cluster_asks_for_few_rights_more(make_stage: MakeStage, make_redis: MakeRedis) -> None:
    rights = f"{USER} +cluster|slots +asking"
    cluster = Cluster(make_redis, "--user", *rights.split()[1:])
    url = cluster.url.replace("://", f"://interleaver:{SECRET}@")
    stage = make_stage().start(store={"url": url})
    assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
    Migration(cluster).move_all()
    assert vote(stage, "b") == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 2)
    assert SECRET not in stage.router.log_file.read_text()


def test_nodes_are_called_by_the_names_that_they_announce(make_stage: MakeStage, make_redis: MakeRedis) -> None:
    names = ("--cluster-announce-hostname", "localhost", "--cluster-preferred-endpoint-type", "hostname")
    cluster = Cluster(make_redis, *names)
    ports = ",".join(f"localhost:{node.port}" for node in cluster.nodes)
    stage = make_stage().start(store={"url": f"redis+cluster://localhost:1,{ports}"})
    assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
    Migration(cluster).move_all()
    assert vote(stage, "b") == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 2)
    assert list_ends(stage) == []


def test_tls_proves_who_each_node_is(make_stage: MakeStage, make_redis: MakeRedis, tmp_path: Path) -> None:
    make_certificates(tmp_path, "127.0.0.1")
    cluster = Cluster(partial(make_with_tls, make_redis, tmp_path), "--requirepass", SECRET, "--masterauth", SECRET)
    bare = cluster.url.replace("redis+cluster://", f"rediss+cluster://:{SECRET}@")
    stage = make_stage().start(store={"url": f"{bare}?ssl_ca_certs={tmp_path}/ca.crt"})
    assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
    stranger = make_stage().start(store={"url": bare})
    wait_until(lambda: stranger.router.find_event("store-away"), "no authority of this machine vouches for it")
    kill(stranger)


def make_with_tls(make_redis: MakeRedis, folder: Path, *options: str, host: str) -> Redis:
    """A node that speaks nothing but TLS."""
    files = {"--tls-cert-file": "redis.crt", "--tls-key-file": "redis.key", "--tls-ca-cert-file": "ca.crt"}
    own = [word for option, name in files.items() for word in (option, str(folder / name))]
    own += ["--tls-auth-clients", "no", "--tls-cluster", "yes", "--tls-replication", "yes"]
    redis = make_redis(*options, *own, host=host, secret=SECRET)
    redis.options += ("--tls-port", str(redis.port), "--port", "0")
    return redis

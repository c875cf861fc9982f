"""Reaching the shared store: passwords, users, TLS, sockets, clusters, and a URL that nobody ever gets to see."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hack.chart import STORE_RIGHTS

from tests.certificates import make_certificates
from tests.router.conftest import Stage
from tests.router.ports import find_port
from tests.router.programs import wait_until
from tests.router.redis import Redis

from .test_shared_votes import await_up, await_votes, kill, read, vote

MakeStage = Callable[..., Stage]
MakeRedis = Callable[..., Redis]

SECRET = "s3cret-in-the-url"
# The least that a user of the store needs: what the chart's own store gives routers.
USER = f"user interleaver on >{SECRET} ~interleaver:* {STORE_RIGHTS}"


def assert_secret(stage: Stage, *secrets: str) -> None:
    """Nothing that a router says anywhere holds a secret."""
    said = stage.router.log_file.read_text()
    for page in ("/metrics", "/config", "/readyz"):
        said += stage.router.admin("GET", page).body.decode()
    for secret in secrets:
        assert secret not in said


@pytest.mark.parametrize(
    ("options", "url", "password"),
    [
        (("--requirepass", SECRET), f"redis://:{SECRET}@127.0.0.1:{{port}}/3", SECRET),
        (("--user", *USER.split()[1:]), f"redis://interleaver:{SECRET}@127.0.0.1:{{port}}", None),
        ((), "unix://{folder}/redis.sock", None),
        (("--requirepass", SECRET), f"unix://:{SECRET}@{{folder}}/redis.sock?db=2", SECRET),
    ],
    ids=["a password and a database", "a user with the least rights", "a socket", "a socket, a password, a database"],
)
def test_the_url_says_how_to_reach_the_store(
    make_stage: MakeStage, make_redis: MakeRedis, options: tuple[str, ...], url: str, password: str | None
) -> None:
    redis = make_redis(*options, url=url, secret=password).start()
    stage = make_stage().start(store={"url": redis.url})
    assert vote(stage, "a", "b") == {"accepted": 2, "ignored": 0}
    await_votes(stage.router, 2)
    assert_secret(stage, SECRET, "redis.sock", f"127.0.0.1:{redis.port}")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("redis://:wrong-s3cret@127.0.0.1:{port}", "AuthenticationError"),
        ("redis://wrong-s3cret:x@127.0.0.1:{port}", "AuthenticationError"),
        ("redis://127.0.0.1:{port}?protocol=wrong-s3cret&timeout=s3cret", "the URL is no good"),
        ("redis://127.0.0.1:1/wrong-s3cret", "ConnectionError"),
        ("rediss://:wrong-s3cret@127.0.0.1:{port}", "TimeoutError"),  # no TLS there: it waits for the rest of a line
        ("unix:///nonexistent/wrong-s3cret", "ConnectionError"),
        ("redis://127.0.0.1:{port}?retry=wrong-s3cret", "the URL is no good"),
        ("redis://:s3cret-in-the-url@127.0.0.1:{port}?redis_connect_func=wrong-s3cret", "TypeError"),
    ],
)
def test_a_store_that_refuses_is_away_and_the_reason_holds_no_secret(
    make_stage: MakeStage, make_redis: MakeRedis, url: str, reason: str
) -> None:
    redis = make_redis("--requirepass", SECRET, secret=SECRET).start()
    stage = make_stage().start(store={"url": url.format(port=redis.port)})
    assert wait_until(lambda: stage.router.find_event("store-away"), "it is logged")["reason"] == reason
    assert vote(stage, "a") == {"accepted": 0, "ignored": 0, "buffered": 1}
    assert read(stage.router, "up") == 0
    assert_secret(stage, SECRET, "wrong-s3cret")
    kill(stage)  # for it would wait for the store


def test_while_the_store_is_away_whoever_is_refused_is_told_why(make_stage: MakeStage) -> None:
    """Compiled code may leave one failure lying where the parser looks for another one."""
    stage = make_stage().start(store={"url": "redis://127.0.0.1:1"})
    wait_until(lambda: stage.router.find_event("store-away"), "it is away")
    with stage.router.client() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: no host\r\n\r\n")
        assert client.receive().status == 400
    assert stage.router.find_event("fault") is None


def test_a_configuration_with_a_bad_url_is_refused_without_showing_it(make_stage: MakeStage) -> None:
    stage = make_stage().start()
    stage.router.write(
        json.dumps({**json.loads(stage.router.config_file.read_text()), "store": {"url": "http://s3cret"}})
    )
    wait_until(lambda: stage.router.find_event("config-rejected"), "it is refused")
    assert_secret(stage, "s3cret")


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """A certificate authority of our own and a certificate for the loopback address."""
    return make_certificates(tmp_path, "127.0.0.1")


def start_with_tls(make_redis: MakeRedis, folder: Path, url: str) -> Redis:
    files = ("--tls-cert-file", "redis.crt", "--tls-key-file", "redis.key", "--tls-ca-cert-file", "ca.crt")
    options = [str(folder / each) if not each.startswith("--") else each for each in files]
    redis = make_redis(*options, "--tls-auth-clients", "no", "--requirepass", SECRET, url=url, secret=SECRET)
    redis.options += ("--tls-port", str(redis.port), "--port", "0")
    return redis.start()


def test_tls_proves_who_the_store_is(make_stage: MakeStage, make_redis: MakeRedis, certificates: Path) -> None:
    url = f"rediss://:{SECRET}@127.0.0.1:{{port}}/0?ssl_ca_certs={certificates}/ca.crt"
    redis = start_with_tls(make_redis, certificates, url)
    stage = make_stage().start(store={"url": redis.url})
    assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 1)
    assert_secret(stage, SECRET)


def test_a_store_of_an_unknown_authority_is_not_trusted(
    make_stage: MakeStage, make_redis: MakeRedis, certificates: Path
) -> None:
    redis = start_with_tls(make_redis, certificates, f"rediss://:{SECRET}@127.0.0.1:{{port}}")
    stage = make_stage().start(store={"url": redis.url})
    wait_until(lambda: stage.router.find_event("store-away"), "it is logged")
    assert vote(stage, "a") == {"accepted": 0, "ignored": 0, "buffered": 1}
    assert redis.keys() == []
    kill(stage)


def test_the_url_may_come_later_and_change(make_stage: MakeStage, make_redis: MakeRedis, tmp_path: Path) -> None:
    file = tmp_path / "url"
    redis = make_redis().start()
    stage = make_stage().start(store={"file": str(file)})
    away = wait_until(lambda: stage.router.find_event("store-away"), "there is no file")
    assert away["reason"] == "there is no usable URL"
    assert vote(stage, "a") == {"accepted": 0, "ignored": 0, "buffered": 1}
    file.write_text("no url at all\n")
    file.write_text(f"{redis.url}\n")
    await_votes(stage.router, 1)
    redis.ask("CONFIG", "SET", "requirepass", SECRET)
    redis.secret = SECRET
    redis.ask("CLIENT", "KILL", "TYPE", "normal")
    await_up(stage.router, False)
    file.write_text(f"redis://:{SECRET}@127.0.0.1:{redis.port}/0")
    await_up(stage.router, True)
    assert vote(stage, "b") == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 2)
    assert_secret(stage, SECRET, f"127.0.0.1:{redis.port}")


def test_whatever_a_url_holds_the_next_one_is_followed(
    make_stage: MakeStage, make_redis: MakeRedis, tmp_path: Path
) -> None:
    redis = make_redis().start()
    file = tmp_path / "url"
    file.write_text(f"{redis.url}?credential_provider=wrong-s3cret")
    stage = make_stage().start(store={"file": str(file)})
    wait_until(lambda: stage.router.find_event("store-away"), "it is no good")
    assert vote(stage, "a") == {"accepted": 0, "ignored": 0, "buffered": 1}
    file.write_text(f"{redis.url}?encoding=utf-16")
    await_votes(stage.router, 1)
    assert_secret(stage, "wrong-s3cret")


def test_another_url_is_followed_though_the_former_store_answers(
    make_stage: MakeStage, make_redis: MakeRedis, tmp_path: Path
) -> None:
    first, second = make_redis().start(), make_redis().start()
    file = tmp_path / "url"
    file.write_text(first.url)
    stage = make_stage().start(store={"file": str(file)})
    assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
    file.write_text(second.url)
    wait_until(lambda: second.keys("*:totals"), "the run's memory is begun there")
    assert vote(stage, "b") == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 1)
    assert second.ask("SCARD", second.keys("*:voted")[0]) == "1"


def test_the_keys_of_a_run_lie_on_one_node_of_a_cluster(
    make_stage: MakeStage, make_redis: MakeRedis, tmp_path: Path
) -> None:
    """A cluster refuses a script whose keys do not share a slot, even when it is one node."""
    redis = make_redis("--cluster-enabled", "yes", "--cluster-port", str(find_port())).start()
    redis.ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
    wait_until(lambda: "cluster_state:ok" in redis.ask("CLUSTER", "INFO"), "the cluster is ready")
    token = tmp_path / "token"
    token.write_text("t")
    stage = make_stage().start(store={"url": redis.url}, feedbackTokenFile=str(token))
    assert vote(stage, "a") == {"accepted": 1, "ignored": 0}
    await_votes(stage.router, 1)

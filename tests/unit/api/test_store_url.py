"""What is wrong with a store's URL is told before a client fails on it, and nothing of the URL with it."""

from typing import Any

import pytest
from redis.asyncio.connection import Connection, parse_url

from interleaver.api.store_form import take_apart
from interleaver.api.store_url import find_store_fault

GOOD = (
    "redis://votes",
    "redis://votes:6379/0",
    "redis://votes.shop.svc:6379/12",
    "redis://feed:s3cret@10.0.0.5:6379",
    "redis://:p%23ss%2Fw%40rd@votes:6379/1",
    "redis://[fd00::7]:6379/0",
    "redis://votes:6379?db=3&socket_timeout=2&client_name=feed",
    "rediss://votes:6380/0?ssl_cert_reqs=none&ssl_check_hostname=false",
    "unix:///run/redis.sock",
    "unix://feed:s3cret@/run/redis.sock?db=1",
)
SEVERAL = {
    "redis+cluster://votes": 1,
    "redis+cluster://feed:s3cret@votes-0:6379,votes-1:6379,[fd00::7]:6379": 3,
    "rediss+cluster://votes-0:6379,votes-1:6379/0?ssl_ca_certs=/etc/ca.crt": 2,
    "redis+sentinel://votes:26379/feed": 1,
    "redis+sentinel://votes-0,votes-1:26380/feed/3": 2,
    "rediss+sentinel://feed:p%23ss@votes-0:26379,votes-1:26379/feed/0?ssl_ca_certs=/etc/ca.crt": 2,
    "redis+sentinel://:s3cret@votes/feed?sentinel_username=u&sentinel_password=p%2Fw&socket_timeout=2": 1,
}
BAD = {
    "": "no URL of a store",
    "http://votes:6379": "no URL of a store",
    "REDIS://votes": "no URL of a store",
    "redis://a b": "no URL of a store",
    "redis://votes\n": "no URL of a store",
    "redis://v\u00f6tes:6379": "no URL of a store",
    "redis://votes/" + "0" * 3000: "no URL of a store",
    "redis://votes:sixthousand": "a host or port that cannot be read",
    "redis://votes:70000": "a host or port that cannot be read",
    "redis://[fd00::7:6379": "a host or port that cannot be read",
    "redis://:s3cr/et@votes:6379/0": "a host or port that cannot be read",
    "redis://:s3cr?et@votes:6379/0": "a host or port that cannot be read",
    "redis://feed:s3cret#1@votes:6379": "a host or port that cannot be read",
    "redis://votes:6379/0#s3cret": "a URL with a #",
    "redis://": "without a host",
    "redis://:6379/0": "without a host",
    "redis://feed:s3cret@:6379": "without a host",
    "redis://votes:0": "port 0",
    "redis://votes:6379/votes": "a database that is no number",
    "redis://feed:12/3@votes:6379": "a database that is no number",
    "redis://votes:6379?db=first": "a database that is no number",
    "redis://votes:6379?databse=1": "an option that clients do not know",
    "redis://votes:6379?ssl_cert_reqs=none": "an option that clients do not know",
    "unix://": "without a socket",
    "redis-sentinel://votes:26379/feed": "no URL of a store",
    "unix+cluster:///run/votes": "no URL of a store",
    "redis://votes-0:6379,votes-1:6379": "one server with several hosts",
    "redis+cluster://": "without a host",
    "redis+cluster://votes-0:6379,,votes-1:6379": "without a host",
    "redis+cluster://votes-0:6379,votes-1:s3cret": "a host or port that cannot be read",
    "redis+cluster://votes:6379/3": "a cluster with a database",
    "redis+cluster://votes:6379?db=3": "a cluster with a database",
    "redis+cluster://votes:6379?sentinel_password=s3cret": "an option that clients do not know",
    "redis+cluster://votes:6379?ssl_cert_reqs=none": "an option that clients do not know",
    "redis+sentinel://votes:26379": "without the name of what they watch over",
    "redis+sentinel://votes:26379//0": "without the name of what they watch over",
    "redis+sentinel://votes:0/feed": "port 0",
    "redis+sentinel://votes/feed/first": "a database that is no number",
    "redis+sentinel://votes/feed?sentinel_pasword=s3cret": "an option that clients do not know",
    "redis+sentinel://:s3cr/et@votes/feed": "a host or port that cannot be read",
    "redis+sentinel://votes/#s3cret": "a URL with a #",
}


@pytest.mark.parametrize("url", GOOD)
def test_a_url_that_the_client_can_read_is_none_to_complain_of(url: str) -> None:
    assert find_store_fault(url) is None
    options: dict[str, Any] = dict(parse_url(url))
    kind = options.pop("connection_class", Connection)
    assert kind(**options)


@pytest.mark.parametrize(("url", "words"), BAD.items())
def test_a_url_that_leads_nowhere_is_told_by_what_is_wrong_and_never_quoted(url: str, words: str) -> None:
    fault = find_store_fault(url)
    assert fault is not None
    assert words in fault.what
    assert fault.fix
    assert not any(part in "".join(fault) for part in ("s3cr", "feed", "votes", "sixthousand"))


@pytest.mark.parametrize(("url", "hosts"), SEVERAL.items())
def test_a_url_of_several_hosts_comes_apart_into_plain_ones_that_the_client_can_read(url: str, hosts: int) -> None:
    assert find_store_fault(url) is None
    form = take_apart(url)
    assert len(form.servers) == hosts
    assert len(form.sentinels) == (hosts if "sentinel" in url else 0)
    for plain in (*form.servers, *form.sentinels):
        assert find_store_fault(plain) is None
        options: dict[str, Any] = dict(parse_url(plain))
        assert options["host"]
        assert options.pop("connection_class", Connection)(**options)


def test_who_asks_sentinels_is_not_who_asks_the_store() -> None:
    form = take_apart("rediss+sentinel://u:p@h/feed/3?sentinel_username=s%2F&sentinel_password=w&ssl_ca_certs=%2Fca")
    assert form.servers == ("rediss://u:p@h/3?ssl_ca_certs=%2Fca",)
    assert form.sentinels == ("rediss://s%2F:w@h:26379?ssl_ca_certs=%2Fca",)
    assert form.primary == "feed"

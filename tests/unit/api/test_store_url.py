"""What is wrong with a store's URL is told before a client fails on it, and nothing of the URL with it."""

from typing import Any

import pytest
from redis.asyncio.connection import Connection, parse_url

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

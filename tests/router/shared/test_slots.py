"""What is known of a cluster: slots by keys, nodes by slots, and where a node says that it can be reached."""

import pytest

from interleaver.router.shared.link import Address
from interleaver.router.shared.script import SCRIPT
from interleaver.router.shared.slots import find_key, find_primary, find_slot, read_spans

ASKED = Address("seed", 6379)


@pytest.mark.parametrize(
    ("key", "slot"),
    [
        ("123456789", 12739),  # the specification's test of the checksum, 0x31C3
        ("{user1000}.following", 3443),  # what Redis itself says: CLUSTER KEYSLOT
        ("{user1000}.followers", 3443),
        ("foo{}{bar}", 8363),  # an empty tag is none: the whole key counts
        ("foo{{bar}}zap", 4015),  # the tag is {bar
        ("foo{bar}{zap}", 5061),  # the tag is bar
    ],
)
def test_a_key_lies_where_the_specification_says(key: str, slot: int) -> None:
    assert find_slot(key) == slot


def test_the_first_key_of_a_command_is_found() -> None:
    assert find_key(("EVAL", SCRIPT, 2, "{a}:totals", "{a}:voted", "argument")) == "{a}:totals"
    assert find_key(("LRANGE", "{a}:shown:u", 0, 4)) == "{a}:shown:u"


def test_a_slot_lies_on_the_primary_that_holds_it() -> None:
    spans = read_spans(
        [[0, 99, [b"10.0.0.1", 6379, b"id", []], [b"10.0.0.9", 6379, b"id", []]], [200, 16383, [b"10.0.0.2", 7000]]],
        ASKED,
    )
    assert find_primary(spans, 99) == Address("10.0.0.1", 6379)
    assert find_primary(spans, 100) is None
    assert find_primary(spans, 200) == Address("10.0.0.2", 7000)


@pytest.mark.parametrize(
    ("node", "host"),
    [
        ([b"10.0.0.1", 7000], "10.0.0.1"),  # before version 7
        ([b"votes-0.votes", 7000, b"id", [b"ip", b"10.0.0.1"]], "votes-0.votes"),  # a name is preferred
        ([b"?", 7000, b"id", [b"ip", b"10.0.0.1"]], "10.0.0.1"),  # a name is preferred, and none announced
        ([None, 7000, b"id", [b"ip", b"10.0.0.1"]], "seed"),  # only who asks knows how it got there
        ([b"", 7000, b"id", []], "seed"),  # a node that was met by nobody does not know its own address
        ([b"fd00::7", 7000, b"id", []], "fd00::7"),
    ],
)
def test_a_node_is_reached_where_it_says(node: list[object], host: str) -> None:
    assert read_spans([[0, 16383, node]], ASKED)[0].primary == Address(host, 7000)

"""A head that was read before is not read again, unless it would say something else."""

import pytest

from interleaver.lab.asking.heads import MOST_HEADS, Head, KnownHeads

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
FIELDS = {b"content-length": b"5"}


def learn(data: bytes = HEAD + b"hello", fields: dict[bytes, bytes] = FIELDS, length: int = 5) -> KnownHeads:
    heads = KnownHeads()
    heads.learn(data, 200, fields, length)
    return heads


def test_the_same_head_says_the_same_of_another_body() -> None:
    assert learn().recall(HEAD + b"world") == (Head(200, FIELDS, 5), len(HEAD))


@pytest.mark.parametrize("data", [HEAD, HEAD + b"hell", HEAD + b"hello!", HEAD[:-1], b"", b"hello"])
def test_what_is_not_one_whole_answer_with_that_head_is_to_be_read(data: bytes) -> None:
    assert learn().recall(data) is None


@pytest.mark.parametrize(
    "heads",
    [
        learn(fields={}),
        learn(fields=FIELDS | {b"transfer-encoding": b"chunked"}),
        learn(fields={b"content-length": b"05"}),
        learn(data=HEAD + b"hello" + HEAD),
        learn(length=4),
    ],
)
def test_a_head_that_does_not_say_how_long_the_body_is_is_not_kept(heads: KnownHeads) -> None:
    assert heads.heads == {}


def test_no_more_are_kept_than_there_is_room_for() -> None:
    heads = KnownHeads()
    for number in range(3 * MOST_HEADS):
        head = b"HTTP/1.1 200 OK\r\nDate: %d\r\nContent-Length: 0\r\n\r\n" % number
        heads.learn(head, 200, {b"content-length": b"0"}, 0)
        assert heads.recall(head) is not None
        assert len(heads.heads) <= MOST_HEADS

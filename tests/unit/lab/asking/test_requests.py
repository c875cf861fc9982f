"""What is sent for a case."""

import pytest

from interleaver.lab.asking.address import read_address
from interleaver.lab.asking.request import Writer
from interleaver.lab.suites.suite import Request
from interleaver.lab.terms.unusable import Unusable

BODY = b'{"user": 1}'


def split(sent: bytes) -> tuple[str, dict[str, str], bytes]:
    """First line, fields and body of a request."""
    head, _, body = sent.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def test_a_request_goes_to_the_contracts_path_below_the_models_own() -> None:
    writer = Writer(read_address("http://models:9000/home-feed/"), "/v1/recommend")
    first, fields, body = split(writer.write(Request(BODY, {})))
    assert first == "POST /home-feed/v1/recommend HTTP/1.1"
    assert fields == {
        "Host": "models:9000",
        "User-Agent": "interleaver-lab",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "Content-Length": "11",
    }
    assert body == BODY


def test_the_suites_headers_win_over_the_runs_and_those_over_ours() -> None:
    writer = Writer(read_address("http://h"), "/", [("AUTHORIZATION", "Bearer t"), ("X-Tenant", "a")])
    _, fields, _ = split(writer.write(Request(BODY, {"x-tenant": "b", "content-type": "application/x-json"})))
    assert fields["Authorization"] == "Bearer t"
    assert fields["X-Tenant"] == "b"
    assert fields["Content-Type"] == "application/x-json"


def test_the_unit_is_sent_in_its_header_unless_the_case_says_another() -> None:
    writer = Writer(read_address("http://h"), "/", [("x-user-id", "nobody")], unit="X-User-Id")
    _, fields, _ = split(writer.write(Request(BODY, {}), "jörg"))
    assert fields["X-User-Id"] == "jörg"
    sent = writer.write(Request(BODY, {"x-user-id": "other"}), "u1")
    assert split(sent)[1]["X-User-Id"] == "other"
    assert sent.lower().count(b"x-user-id") == 1


def test_cases_with_the_same_names_of_headers_keep_their_own_values() -> None:
    writer = Writer(read_address("http://h"), "/", unit="U")
    sent = [writer.write(Request(b"%d" % row, {"A": str(row), "B": f"b{row}"}), f"u{row}") for row in range(3)]
    found = [split(each) for each in sent]
    assert [(fields["A"], fields["B"], fields["U"], body) for _, fields, body in found] == [
        (str(row), f"b{row}", f"u{row}", b"%d" % row) for row in range(3)
    ]


def test_a_secret_that_cannot_be_sent_is_not_repeated() -> None:
    with pytest.raises(Unusable, match="Authorization has a line break") as refusal:
        Writer(read_address("http://h"), "/", [("Authorization", "Bearer abc\n")])
    assert "abc" not in str(refusal.value)


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "Connection", "a b", "", "a:b", "ä"])
def test_a_header_that_would_break_the_request_is_refused(name: str) -> None:
    writer = Writer(read_address("http://h"), "/")
    with pytest.raises(Unusable, match="none that a suite may send"):
        writer.write(Request(BODY, {name: "x"}))


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "\x00", "\x7f"])
def test_a_value_with_a_line_break_is_refused(value: str) -> None:
    for writer, request, unit in (
        (Writer(read_address("http://h"), "/", unit="X-User-Id"), Request(BODY, {}), value),
        (Writer(read_address("http://h"), "/"), Request(BODY, {"X-User-Id": value}), ""),
    ):
        with pytest.raises(Unusable, match="X-User-Id has a line break or another control character"):
            writer.write(request, unit)

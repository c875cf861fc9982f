"""Clients that speak another protocol to the data port are told so in words, and counted."""

import pytest

from tests.router.conftest import Stage
from tests.router.programs import Answer, Client

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"
HELLO = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"


def speak(stage: Stage, pieces: list[bytes]) -> Answer:
    """The answer, after which the connection ends."""
    with Client(stage.router.port) as client:
        for piece in pieces:
            client.send(piece)
        answer = client.receive()
        assert answer.header("Connection") == "close"
        assert client.take_rest() == b""
        return answer


@pytest.mark.parametrize("cut", [0, 1, 3, 14, 18, 24])
def test_a_client_that_begins_with_http_2_is_told_to_speak_http_1(stage: Stage, cut: int) -> None:
    before = stage.router.sample("interleaver_refusals_total", status="505")
    answer = speak(stage, [each for each in (PREFACE[:cut], PREFACE[cut:] + SETTINGS) if each])
    assert answer.status == 505
    assert "began to speak HTTP/2, and the router speaks HTTP/1.1" in answer.json()["error"]
    assert stage.router.sample("interleaver_refusals_total", status="505") == before + 1


def test_the_preface_after_a_request_is_told_as_well(stage: Stage) -> None:
    with stage.router.client() as client:
        client.send(b"GET /x HTTP/1.1\r\nHost: shop\r\n\r\n" + PREFACE)
        assert [client.receive().status, client.receive().status] == [200, 505]


def test_a_client_that_begins_a_tls_handshake_is_told_to_speak_in_clear(stage: Stage) -> None:
    answer = speak(stage, [HELLO])
    assert answer.status == 400
    assert "began a TLS handshake, and the router speaks plain HTTP" in answer.json()["error"]


@pytest.mark.parametrize("line", [b"PRI / HTTP/1.1", b"PRI * HTTP/1.1", b"PRX * HTTP/2.0"])
def test_what_only_resembles_the_preface_is_malformed(stage: Stage, line: bytes) -> None:
    answer = speak(stage, [line + b"\r\nHost: shop\r\n\r\n"])
    assert answer.status == 400
    assert "malformed request" in answer.json()["error"]

"""Requests that are excluded by a header: which ones, and at no cost to the others whatever the pattern."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api.routing import Exclude
from interleaver.router.config.exclusion import LONGEST_KNOWN, MOST_KNOWN, Exclusion, Rule
from interleaver.router.http1.message import Header, Request, index_headers

from .test_configuration import await_refusals, change_contract, list_refusals

HEADER = "X-Interleaver-Impression"
BROWSER = b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"
PATTERNS = [r"(?i)bot|crawl|spider", r"^bot", r"[yz.]+$", r"a{2,3}", r"[^a-z]{3}", r"x?y*z+", "\xe9|\xff", r"(?:)"]
COSTLY = ["(a+)+$", "(a|aa)+$", ".*.*.*=.*", "(x+x+)+y", "(.*a){20}b"]


def ask(*fields: tuple[bytes, bytes], target: bytes = b"/recommend") -> Request:
    """A request with these headers."""
    headers = [Header(*field) for field in fields]
    path, peer, known = target.partition(b"?")[0], Header(b"X-Forwarded-For", b"::1"), index_headers(headers)
    return Request(b"GET", target, path, headers, True, True, 0, False, False, peer, known)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(value=st.binary(max_size=30) | st.text("abotxyz \xe9\xff", max_size=12).map(lambda text: text.encode("latin-1")))
def test_what_is_found_is_what_python_finds_in_latin_1(pattern: str, value: bytes) -> None:
    value = value.replace(b"\n", b" ")  # which no header holds
    rule = Rule(Exclude("user-agent", pattern))
    found = re.search(pattern, value.decode("latin-1")) is not None
    assert [rule.matches([value]) for _ in range(2)] == [found, found]


def test_any_rule_excludes_and_a_header_that_is_missing_does_not() -> None:
    is_excluded = Exclusion((Exclude("User-Agent", "bot"), Exclude("x-test", "1"))).takes
    assert is_excluded(ask((b"User-Agent", b"a robot")))
    assert is_excluded(ask((b"User-Agent", BROWSER), (b"X-Test", b"1")))
    assert not is_excluded(ask((b"User-Agent", BROWSER), (b"X-Tests", b"1")))
    assert not is_excluded(ask())
    assert not Exclusion(()).takes(ask((b"User-Agent", b"a robot")))


def test_every_value_of_a_repeated_header_counts() -> None:
    is_excluded = Exclusion((Exclude("X-Flags", "^test$"),)).takes
    assert is_excluded(ask((b"X-Flags", b"a"), (b"x-flags", b"test"), (b"X-Flags", b"b")))
    assert not is_excluded(ask((b"X-Flags", b"a"), (b"X-Flags", b"tests")))


def test_a_request_without_a_header_or_a_parameter_can_be_excluded() -> None:
    is_excluded = Exclusion((Exclude("X-Consent", when="Missing"), Exclude(query="q", when="Missing"))).takes
    assert not is_excluded(ask((b"x-consent", b""), target=b"/r?q"))
    assert is_excluded(ask(target=b"/r?q=1"))
    assert is_excluded(ask((b"X-Consent", b"yes"), target=b"/r?Q=1"))


def test_every_value_of_a_query_parameter_is_searched_decoded_as_utf_8() -> None:
    is_excluded = Exclusion((Exclude(query="tag", pattern="^caf\xe9 .$"),)).takes
    assert is_excluded(ask(target=b"/r?tag=tea&%74ag=caf%C3%A9+%F0%9F%98%80"))
    assert not is_excluded(ask(target=b"/r?tag=caf%E9+x&gat=caf%C3%A9+x"))


@pytest.mark.parametrize(
    ("body", "excluded"),
    [
        (b'{"client": {"kind": "robot"}}', True),
        (b'{"client": {"kind": ["a", 7, "a bot"]}}', True),
        (b'{"client": {"kind": "\\u0062ot"}}', True),
        (b'{"client": {"kind": ["a", ["bot"]]}}', False),
        (b'{"client": {"kind": {"bot": 1}}}', False),
        (b'{"client": {"kind": null}, "kind": "bot"}', False),
        (b'{"client": "bot"}', False),
        (b"bot", False),
        (b"", False),
    ],
)
def test_what_stands_in_the_body_can_exclude(body: bytes, excluded: bool) -> None:
    exclusion = Exclusion((Exclude(pointer="/client/kind", pattern="bot"),))
    assert exclusion.takes_body(body) == excluded
    assert exclusion.reads_bodies
    assert not exclusion.reads_heads


@pytest.mark.parametrize(
    ("body", "excluded"), [(b"", True), (b"{}", True), (b'{"user": null}', True), (b'{"user": false}', False)]
)
def test_so_can_what_does_not(body: bytes, excluded: bool) -> None:
    assert Exclusion((Exclude(pointer="/user", when="Missing"),)).takes_body(body) == excluded


@given(st.binary(max_size=40) | st.text('{}[]":,abot01 ', max_size=40).map(str.encode))
def test_no_body_is_too_odd_to_be_looked_at(body: bytes) -> None:
    assert Exclusion((Exclude(pointer="/a/0", pattern="bot"),)).takes_body(body) in (True, False)


def test_answers_are_remembered_in_bounds() -> None:
    rule = Rule(Exclude("user-agent", "0$"))
    for number in range(2 * MOST_KNOWN + 5):
        assert rule.matches([b"%d" % number]) == (number % 10 == 0)
    assert len(rule.known) == 5
    assert rule.matches([b"0".rjust(LONGEST_KNOWN + 1)])
    assert len(rule.known) == 5


@pytest.mark.parametrize("pattern", COSTLY)
def test_no_pattern_and_no_header_hold_the_router_up(set_up: Any, pattern: str) -> None:
    """With an engine that tries all ways this would take years."""
    contract = change_contract(path="/recommend", unit={"header": "X-User-Id"}, items="/items")["contract"]
    stage = set_up(contract=contract | {"exclude": [{"header": "User-Agent", "pattern": pattern}]})
    for letter in "ax":
        assert stage.router.rank("u", **{"User-Agent": letter * 15_000 + "!"}).header(HEADER)


def test_a_pattern_that_only_python_knows_is_refused(make_stage: Any) -> None:
    stage = make_stage().start()
    good = json.loads(stage.router.config_file.read_text())
    for number, pattern in enumerate(("(?=a)", r"(a)\1", "\u20ac"), 1):
        contract = change_contract(exclude=[{"header": "User-Agent", "pattern": pattern}])["contract"]
        stage.router.write(json.dumps(good | {"generation": 9, "contract": contract}))
        await_refusals(stage.router, number)
        assert "contract.exclude: pattern" in list_refusals(stage.router)[-1]["error"]


def test_a_router_that_excludes_nobody_does_not_load_the_engine() -> None:
    words = "import sys, interleaver.router.process.program as program; assert 're2' not in sys.modules, program"
    done = subprocess.run(
        [sys.executable, "-c", words], env={"PYTHONPATH": os.pathsep.join(sys.path)}, check=False, timeout=60
    )
    assert done.returncode == 0

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
from interleaver.router.config.exclusion import LONGEST_KNOWN, MOST_KNOWN, Rule, make_exclusion

from .test_configuration import await_refusals, change_contract, list_refusals

HEADER = "X-Interleaver-Impression"
BROWSER = b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"
PATTERNS = [r"(?i)bot|crawl|spider", r"^bot", r"[yz.]+$", r"a{2,3}", r"[^a-z]{3}", r"x?y*z+", "\xe9|\xff", r"(?:)"]
COSTLY = ["(a+)+$", "(a|aa)+$", ".*.*.*=.*", "(x+x+)+y", "(.*a){20}b"]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(value=st.binary(max_size=30) | st.text("abotxyz \xe9\xff", max_size=12).map(lambda text: text.encode("latin-1")))
def test_what_is_found_is_what_python_finds_in_latin_1(pattern: str, value: bytes) -> None:
    value = value.replace(b"\n", b" ")  # which no header holds
    rule = Rule(Exclude("user-agent", pattern))
    found = re.search(pattern, value.decode("latin-1")) is not None
    assert [rule.matches({b"user-agent": value}) for _ in range(2)] == [found, found]


def test_any_rule_excludes_and_a_header_that_is_missing_does_not() -> None:
    is_excluded = make_exclusion((Exclude("User-Agent", "bot"), Exclude("x-test", "1")))
    assert is_excluded({b"user-agent": b"a robot"})
    assert is_excluded({b"user-agent": BROWSER, b"x-test": b"1"})
    assert not is_excluded({b"user-agent": BROWSER, b"x-tests": b"1"})
    assert not is_excluded({})
    assert not make_exclusion(())({b"user-agent": b"a robot"})


def test_answers_are_remembered_in_bounds() -> None:
    rule = Rule(Exclude("user-agent", "0$"))
    for number in range(2 * MOST_KNOWN + 5):
        assert rule.matches({b"user-agent": b"%d" % number}) == (number % 10 == 0)
    assert len(rule.known) == 5
    assert rule.matches({b"user-agent": b"0".rjust(LONGEST_KNOWN + 1)})
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

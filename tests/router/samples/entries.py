"""Entries as requests would make them, and the lines of a folder."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interleaver.api.routing import BILLION, Config, Contract, Sampling, Target, Unit
from interleaver.interleaving.coins import Lot
from interleaver.router.http1.message import Header, Request
from interleaver.router.rankings.merge import merge
from interleaver.router.rankings.ranked import ListReader
from interleaver.router.samples.entry import Converted, Shown
from interleaver.router.samples.rule import Rule
from interleaver.router.tokens.keys import derive_key
from interleaver.router.tokens.sealing import seal

SECRET = bytes(range(32))
KEY = derive_key("k1", SECRET)
NONCE = b"8 bytes!"
AT = 1_796_034_633.4


def make_rule(folder: Path | str = "/samples", depth: int = 50, **sampling: Any) -> Rule:
    """A rule by which everybody is sampled."""
    settings = Sampling(folder=str(folder), per_billion=sampling.pop("per_billion", BILLION), **sampling)
    config = Config(
        version=1,
        generation=1,
        experiment="shop/home-feed",
        serving=Target("v41", "aaaaaa", "http://10.0.0.1:9000"),
        candidate=Target("v42", "bbbbbb", "http://10.0.0.2:9000"),
        contract=Contract("/recommend", Unit(header="X-User-Id"), items="/items"),
        run="r1",
        percent=50,
        depth=depth,
    )
    return Rule(config, settings, SECRET)


def make_request(headers: Mapping[bytes, bytes], target: bytes = b"/recommend") -> Request:
    """A request with these headers."""
    made = [Header(name, value) for name, value in headers.items()]
    fields = {header.key: header.value for header in made}
    forwarded = Header(b"X-Forwarded-For", b"10.0.0.9")
    return Request(b"POST", target, b"/recommend", made, True, True, 2, True, False, forwarded, fields)


def make_shown(
    rule: Rule,
    body: bytes = b"{}",
    champion: str = '["a", "b", "c"]',
    candidate: str = '["b", "a", "d"]',
    unit: str = "u1",
    headers: Mapping[bytes, bytes] | None = None,
    target: bytes = b"/recommend",
    nonce: bytes = NONCE,
) -> Shown:
    """An entry of a merged list, of plain ids."""
    answers = [f'{{"items": {ids}}}'.encode() for ids in (champion, candidate)]
    ours, theirs = [ListReader("/items", "").read(answer) for answer in answers]
    lot = Lot(SECRET, unit)
    merged = merge(answers[0], ours, theirs, rule.depth, lot.toss())
    items = merged.items + merged.tail
    token = seal(KEY, nonce, b"8 bytes.", lot.hash, int(AT), merged.items, merged.teams)
    request = make_request({b"X-User-Id": unit.encode(), **(headers or {})}, target)
    teams = merged.teams + [merged.teams[0].FILL] * len(merged.tail)
    return Shown(rule, AT, lot, request, body, ours, theirs, items, teams, token, 100)


def make_conversion(rule: Rule, item: Any = "a", nonce: bytes = NONCE) -> Converted:
    return Converted(rule, AT, nonce, item)


def read_lines(folder: Path) -> list[dict[str, Any]]:
    """What stands in the files of a folder, in the order of their names."""
    return [json.loads(line) for file in sorted(folder.iterdir()) for line in file.read_bytes().splitlines()]

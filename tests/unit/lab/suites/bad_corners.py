"""Corner cases that cannot be meant: each is wrong at one place."""

from dataclasses import dataclass
from typing import Final

CASE: Final = "cases:\n  - name: a\n    request: {}\n"


@dataclass(frozen=True)
class Bad:
    """One way to be wrong: what is wrong, what is said, and the file."""

    wrong: str
    said: str
    text: str
    scoring: bool = False


def case(wrong: str, said: str, more: str) -> Bad:
    """A ranking case with more keys."""
    return Bad(wrong, said, f"{CASE}    {more}\n")


def sample(wrong: str, said: str, keys: str) -> Bad:
    """A scoring case with these keys."""
    return Bad(wrong, said, f"cases:\n  - {{name: a, {keys}}}\n", scoring=True)


BAD: Final = [
    Bad("is empty", "corners.yaml: is empty", ""),
    Bad("is no YAML", "line 1: is no YAML", "cases: ["),
    Bad("is a list", "line 1: holds a list; cases: a list of cases, each with a name", "- a"),
    Bad("has no case", "line 1, cases: found []", "cases: []"),
    Bad("has a case without name", "line 2, cases[1].name: is not given", "cases:\n  - request: {}\n    atLeast: 1"),
    Bad("has a case without request", "line 2, cases[1].request: is not given", "cases:\n  - name: a\n    atLeast: 1"),
    Bad("has a case that demands nothing", "line 2, cases[1]: demands nothing; give one of must, mustNot", CASE),
    case(
        "has a key that is none", "line 4, cases[1].mustnt: is no such key; did you mean must", "mustnt: {items: [1]}"
    ),
    case("has a key twice", "line 5, cases[1].atLeast: stands twice, first in line 4", "atLeast: 1\n    atLeast: 2"),
    case(
        "looks for items in an unknown way",
        "cases[1].must.in: is no such key; known: items, within",
        "must: {items: [1], in: 5}",
    ),
    case("looks for no items", "line 4, cases[1].must.items: found []", "must: {items: []}"),
    case("has a list where items and places belong", "line 4, cases[1].must: holds a list", "must: [1]"),
    case("looks for an item that is null", "line 4, cases[1].must.items: found null", "must: {items: [null]}"),
    case("looks for an item that is not finite", "line 4, cases[1].must.items", "must: {items: [.nan]}"),
    case("looks in 0 places", "line 4, cases[1].must.within: found 0", "must: {items: [1], within: 0}"),
    case(
        "looks for two items in one place",
        "cases[1].must: has 2 items for 1 places",
        "must: {items: [1, 2], within: 1}",
    ),
    case("counts items by a fraction", "line 4, cases[1].atLeast: found 1.5", "atLeast: 1.5"),
    case(
        "has bounds that exclude each other",
        "line 5, cases[1].atMost: found 2, below atLeast 3",
        "atLeast: 3\n    atMost: 2",
    ),
    case("must be something unknown", 'line 4, cases[1].mustBe: found "rejected"', "mustBe: rejected"),
    case(
        "asks something of what must be refused",
        "line 5, cases[1].atLeast: stands beside mustBe: refused",
        "mustBe: refused\n    atLeast: 1",
    ),
    case(
        "has an item that must stand there and must not",
        "line 5, cases[1].mustNot: 1 must stand there and must not",
        "must: {items: [1], within: 3}\n    mustNot: {items: [1]}",
    ),
    case("must be the same as itself", "line 4, cases[1].sameAs: names the case itself", "sameAs: a"),
    case("must be the same as none", "line 4, cases[1].sameAs: no case is called 'b'; known: a", "sameAs: b"),
    case(
        "has a name twice",
        "line 5, cases[2].name: 'a' again; case 1 has this name",
        "atLeast: 1\n  - {name: a, request: {}, atLeast: 2}",
    ),
    case(
        "has a header that the lab sends",
        "line 4, cases[1].headers.Host: is a header that the lab sends itself",
        "headers: {Host: x}\n    atLeast: 1",
    ),
    Bad(
        "has a request that is no JSON",
        "line 2, cases[1].request",
        "cases:\n  - {name: a, request: {x: .nan}, atLeast: 1}",
    ),
    sample("has a sample without anything to send", "cases[1]: has neither input nor picture", "atMost: 1"),
    sample(
        "has a sample with two things to send",
        "cases[1]: has both input and picture",
        "input: 1, picture: a.png, atMost: 1",
    ),
    sample("names a picture that is not there", "cases[1].picture: a.png is not there", "picture: a.png, atMost: 1"),
    sample(
        "names a picture outside of the folder",
        "cases[1].picture: ../a.png leaves the folder",
        "picture: ../a.png, atMost: 1",
    ),
    sample("bounds a score by infinity", "cases[1].atMost: found Infinity", "input: 1, atMost: .inf"),
    sample("looks for items in a score", "cases[1].must: is no such key", "input: 1, must: {items: [1]}"),
]

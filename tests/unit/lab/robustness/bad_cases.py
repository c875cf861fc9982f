"""Files of a team's own cases that cannot be meant: each is wrong at one place."""

from typing import Final

CASE: Final = "cases:\n  - {name: a, "
BAD: Final[dict[str, tuple[str, str]]] = {
    "is empty": ("stress.yaml: is empty", ""),
    "is no YAML": ("line 1: is no YAML", "cases: ["),
    "is a list": ("line 1: holds a list; cases: a list of cases with names", "- a"),
    "has no case": ("line 1, cases: found []", "cases: []"),
    "has a case without name": ("line 2, cases[1].name: is not given", "cases:\n  - {remove: /a}"),
    "has a name twice": ("'a' again; case 1 has this name", CASE + "remove: /user}\n  - {name: a, remove: /user}"),
    "has a key that is none": ("cases[1].swop: is no such key; did you mean swap", CASE + "swop: /a}"),
    "disturbs nothing": ("says nothing of what is disturbed; give one of swap", CASE + "overlap: 1}"),
    "disturbs in two ways": ("has swap and remove; give one of", CASE + "swap: /a, values: [1], remove: /b}"),
    "swaps without values": ("cases[1].values: is not given; swap goes with values", CASE + "swap: /a}"),
    "has values without swap": ("cases[1].values: stands without swap", CASE + "remove: /a, values: [1]}"),
    "increases by nothing": ("cases[1].by: is not given", CASE + "increase: /a, item: 1}"),
    "increases by a number below 0": ("cases[1].by: found -1", CASE + "increase: /a, by: [-1], item: 1}"),
    "has a pointer without its first slash": ('found "user"; a JSON pointer begins with /', CASE + "remove: user}"),
    "bounds the overlap of what must be the same": (
        "cases[1].overlap: stands beside swap; it belongs to remove and set",
        CASE + "swap: /a, values: [1], overlap: 0.5}",
    ),
    "has an overlap above 1": ("cases[1].overlap: found 1.5", CASE + "remove: /user, overlap: 1.5}"),
    "watches no item of a ranking": ("watches no item; give the item", CASE + "add: /history, value: 3}"),
    "names what no request has": ("the case 'a' applies to no drawn request", CASE + "remove: /nowhere}"),
}

"""Descriptions that cannot be used."""

from typing import Final

from .breaking import change, describe, write
from .folders import CONTRACT, SCORING

DESCRIPTIONS: Final = [
    change("suite.yaml", "is not there", "suite.yaml: is not there", lambda f: (f / "suite.yaml").unlink()),
    write("suite.yaml", "a: [1", "is no YAML", "line 1: is no YAML: expected ',' or ']'"),
    write("suite.yaml", "- a", "is a list", "holds a list; keys and values are wanted"),
    write("suite.yaml", "", "is empty", "suite.yaml: is empty"),
    write(
        "suite.yaml",
        "task: ranking\nname: a\ntask: scoring\n",
        "has a key twice",
        "line 3, task: stands twice, first in line 1",
    ),
    write("suite.yaml", b"name: \xff\n", "is no UTF-8", "is no YAML"),
    write("suite.yaml", "name: a\x07\n", "has a control character", "is no YAML"),
    write("suite.yaml", "[" * 1100, "is nested thousands deep", "nested too deeply"),
    describe("suite.yaml", "has another task", 'task: found "regression"', task="regression"),
    describe("suite.yaml", "has no task", "task: is not given; write ranking or scoring", task=None),
    describe("suite.yaml", "has no name", "name: is not given", name=None),
    describe("suite.yaml", "has a number for a name", "name: found 2026; Input should be a valid string", name=2026),
    describe(
        "suite.yaml", "has an unknown key", "maximumGrad: is no such key; did you mean maximumGrade?", maximumGrad=4
    ),
    describe("suite.yaml", "has a key of the other task", "threshold: is no such key", threshold=0.5),
    describe("suite.yaml", "has a maximum grade of 0", "maximumGrade: found 0", maximumGrade=0),
    describe("suite.yaml", "has a text for a maximum grade", 'maximumGrade: found "4"', maximumGrade="4"),
    describe("suite.yaml", "has no contract", "contract: is not given", contract=None),
    describe("suite.yaml", "has a contract that is a text", "contract: found", contract="/recommend"),
    describe(
        "suite.yaml", "has a contract without path", "contract.path: is not given", contract={"unit": {"header": "A"}}
    ),
    describe(
        "suite.yaml",
        "has an unknown key in the contract",
        "contract.itemid: is no such key; did you mean itemId",
        contract=CONTRACT | {"itemid": "/id"},
    ),
    describe(
        "suite.yaml",
        "has a key as Python spells it",
        "contract.item_id: is no such key; did you mean itemId",
        contract=CONTRACT | {"item_id": "/id"},
    ),
    describe(
        "suite.yaml",
        "has both items and tensor",
        "contract: has both or none of items and tensor",
        contract={key: value for key, value in CONTRACT.items() if key != "itemId"} | {"tensor": {"ids": "a"}},
    ),
    describe(
        "suite.yaml",
        "has itemId beside tensor",
        "itemId belongs to items, not to tensor",
        contract={key: value for key, value in CONTRACT.items() if key != "items"} | {"tensor": {"ids": "a"}},
    ),
    describe(
        "suite.yaml", "has a unit of nothing", "exactly one of header and pointer", contract=CONTRACT | {"unit": {}}
    ),
    describe(
        "suite.yaml",
        "has a pointer without its first slash",
        'contract.items: found "items"; a JSON pointer begins with /: write /items',
        contract=CONTRACT | {"items": "items"},
    ),
    describe(
        "suite.yaml",
        "has a path with dots for a pointer",
        "a JSON pointer begins with /: write /data/items",
        contract=CONTRACT | {"items": "$.data.items"},
    ),
    describe(
        "suite.yaml",
        "has a pointer with a tilde",
        "in a JSON pointer ~ is written ~0",
        contract=CONTRACT | {"items": "/it~ems"},
    ),
    describe("suite.yaml", "was collected on no day", "collectedAt: found", collectedAt="yesterday"),
    describe(
        "suite.yaml (scoring)", "has a contract of the other task", "contract.input: is not given", contract=CONTRACT
    ),
    describe(
        "suite.yaml (scoring)",
        "has an input at the third place of a list",
        "of a list only 0 can be set",
        contract=SCORING["contract"] | {"input": "/inputs/2"},
    ),
]

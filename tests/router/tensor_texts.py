"""Open Inference Protocol v2 answers in any valid form, and a slow reader of them, of the standard library alone."""

import json
from math import prod
from random import Random
from typing import Any, NamedTuple

from interleaver.interleaving.ranking import identify

from .json_texts import BARE_WORDS, GAPS, find_members, skip_space, spell

IDS = "ids"


class Sort(NamedTuple):
    """A column that both models have."""

    name: str
    datatype: str
    row: tuple[int, ...]


SORTS = (
    Sort("score", "FP32", ()),
    Sort("a title", "BYTES", (1,)),
    Sort("box", "FP32", (2,)),
    Sort("masks", "INT64", (2, 3)),
    Sort("none", "INT64", (0,)),
)


class TensorWriter:
    """Writes one model's answers by the throws of its dice."""

    def __init__(self, seed: int, owner: str) -> None:
        self.dice = Random(seed)
        self.owner = owner  # of all elements, so that it shows whose row was taken

    def gap(self) -> str:
        return self.dice.choice(GAPS)

    def enclose(self, parts: list[str], brackets: str = "[]") -> str:
        inside = ",".join(f"{self.gap()}{part}{self.gap()}" for part in parts) or self.gap()
        return brackets[0] + inside + brackets[1]

    def write_object(self, members: list[tuple[str, str]]) -> str:
        """The members in any order."""
        self.dice.shuffle(members)
        texts = [f"{spell(name, self.dice.random() < 0.2)}{self.gap()}:{self.gap()}{text}" for name, text in members]
        return self.enclose(texts, "{}")

    def write_element(self, datatype: str, number: int) -> str:
        """One that no other model, and no other place, has, unless it is no number at all."""
        if datatype == "FP32" and self.dice.random() < 0.05:
            return self.dice.choice(BARE_WORDS)
        if datatype == "BYTES":
            return spell(f'{self.owner}[{number}],"', self.dice.random() < 0.3)
        sign = "" if self.owner == "champion" else "-"
        return f"{sign}{number + 1}" + ("" if datatype == "INT64" else self.dice.choice((".50", "e0", ".0E+1")))

    def write_data(self, elements: list[str], shape: list[int]) -> str:
        """Elements in one list, or in lists within lists."""
        if self.dice.random() < 0.5 or len(shape) == 1:
            return self.enclose(elements)
        return self.nest(elements, shape)

    def nest(self, elements: list[str], shape: list[int]) -> str:
        if len(shape) == 1:
            return self.enclose(elements)
        width = prod(shape[1:])
        return self.enclose([self.nest(elements[at * width : (at + 1) * width], shape[1:]) for at in range(shape[0])])

    def write_output(self, name: str, datatype: str, elements: list[str], shape: list[int]) -> str:
        members = [
            ("name", json.dumps(name)),
            ("datatype", json.dumps(datatype)),
            ("shape", self.enclose([str(size) for size in shape])),
            ("data", self.write_data(elements, shape)),
        ]
        if self.dice.random() < 0.5:
            members.append(("parameters", self.enclose(['"data": [1, 2]', '"shape":[2]'], "{}")))
        return self.write_object(members)

    def write_answer(self, ids: list[str], sorts: list[Sort]) -> str:
        """An answer that ranks these ids (as JSON), with these columns and an output that is none."""
        count, batch = len(ids), [1] * (self.dice.random() < 0.5)
        outputs = [self.write_output(IDS, "BYTES", ids, batch + [count] + [1] * (self.dice.random() < 0.5))]
        for name, datatype, row in sorts:
            width = prod(row)
            elements = [self.write_element(datatype, number) for number in range(count * width)]
            outputs.append(self.write_output(name, datatype, elements, [*batch, count, *row]))
        outputs.append(self.write_output("took", "INT32", ["7"] * 1000, [1000]))
        self.dice.shuffle(outputs)
        members = [("model_name", '"feed"'), ("id", f'"{self.owner}"'), ("outputs", self.enclose(outputs))]
        return self.gap() + self.write_object(members) + self.gap()


class Slow(NamedTuple):
    """An answer as the slow reader has it: its ids, and its outputs by name with numbers as they were spelled."""

    ids: list[Any]
    outputs: dict[str, Any]

    def cut(self, name: str) -> list[list[Any]]:
        """The elements of each row of a column."""
        leaves = flatten_slowly(self.outputs[name]["data"])
        width = len(leaves) // max(1, len(self.ids))
        return [leaves[row * width : (row + 1) * width] for row in range(len(self.ids))]


def read_slowly(text: str) -> Slow:
    """Read an answer with the standard library."""
    meant = {output["name"]: output for output in json.loads(text)["outputs"]}
    spelled = {
        output["name"]: output
        for output in json.loads(text, parse_int=str, parse_float=str, parse_constant=str)["outputs"]
    }
    return Slow([identify(value) for value in flatten_slowly(meant[IDS]["data"])], spelled)


def flatten_slowly(data: Any) -> list[Any]:
    """All elements of lists in lists."""
    return [leaf for each in data for leaf in flatten_slowly(each)] if isinstance(data, list) else [data]


def measure_slowly(data: Any) -> list[str]:
    """The shape of data, as far as lists show it."""
    return [str(len(data)), *(measure_slowly(data[0]) if data else [])] if isinstance(data, list) else []


def blank(text: str, names: set[str]) -> str:
    """The answer without the shapes and the data of these outputs: of the rest every byte is to stay."""
    (outputs,) = (place for place in find_members(text) if place[0] == "outputs")
    _, start, end = outputs
    cuts = []
    for at, stop in find_elements(text[start:end]):
        output = text[start + at : start + stop]
        if json.loads(output)["name"] in names:
            cuts += [
                (start + at + begin, start + at + close)
                for name, begin, close in find_members(output)
                if name in ("shape", "data")
            ]
    for begin, close in sorted(cuts, reverse=True):
        text = f"{text[:begin]}?{text[close:]}"
    return text


def find_elements(text: str) -> list[tuple[int, int]]:
    """Where the elements of a list stand, slowly."""
    found, position = [], skip_space(text, 1)
    while text[position] != "]":
        _, end = json.JSONDecoder().raw_decode(text, position)
        found.append((position, end))
        position = skip_space(text, end)
        position = skip_space(text, position + 1) if text[position] == "," else position
    return found

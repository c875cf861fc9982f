"""A ranking that the lab reads is the one that the router reads, and what it refuses the router refuses."""

import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api.v1alpha1 import Contract
from interleaver.lab.asking.reading.content import Reader as LabReader
from interleaver.lab.asking.reading.content import Unreadable
from interleaver.lab.asking.reading.contract import make_reader
from interleaver.lab.terms.ids import spell
from interleaver.router.rankings.ranked import ListReader, Reader, Unusable
from interleaver.router.rankings.tensor import TensorReader
from tests.router.json_texts import BARE_WORDS, NUMBERS_AS_IDS, Writer
from tests.router.json_texts import spell as write_string
from tests.router.rankings.test_recorded_servers import SERVERS, read_contract
from tests.router.recorded import IDS as ITEMS
from tests.router.recorded import read_recording
from tests.router.tensor_texts import IDS, SORTS, TensorWriter

from .scene import RANKING

POINTERS = (
    ("/items", "/id"),
    ("", ""),
    ("", "/id"),
    ("/items", ""),
    ("/items", "/0"),
    ("/items", "/a/id"),
    ("/a/1", "/-1"),
)


@cache
def keep_reader(contract: str) -> LabReader:
    """One reader for all answers, so that what it keeps of one is there when it reads the next."""
    fields = {name: value for name, value in RANKING.items() if name in ("path", "unit")} | json.loads(contract)
    return make_reader(Contract.model_validate(fields))


def read_as_lab(body: bytes, **contract: object) -> list[str] | None:
    """The lab's reading; None if it refuses."""
    try:
        return list(keep_reader(json.dumps(contract)).read(body).ranking or ())
    except Unreadable:
        return None


def read_as_router(body: bytes, reader: Reader) -> list[str] | None:
    """The router's."""
    try:
        return [spell(item) for item in reader.read(body).items]
    except Unusable:
        return None


def compare(body: bytes, items: str, item_id: str) -> list[str] | None:
    """What both read in a list."""
    ours = read_as_lab(body, items=items, itemId=item_id)
    assert ours == read_as_router(body, ListReader(items, item_id, plain=False))
    return ours


def compare_tensor(body: bytes, columns: tuple[str, ...] = ()) -> list[str] | None:
    """What both read in tensors."""
    ours = read_as_lab(body, tensor={"ids": IDS, "columns": list(columns)})
    assert ours == read_as_router(body, TensorReader(IDS, columns))
    return ours


@given(st.integers(0, 2**64), st.booleans())
def test_lists_in_odd_answers_are_read_alike(seed: int, bare: bool) -> None:
    body = Writer(seed, bare).write_answer().encode()
    for items, item_id in POINTERS:
        compare(body, items, item_id)


@given(st.integers(0, 2**64), st.sampled_from(POINTERS))
def test_any_document_is_read_alike(seed: int, pointers: tuple[str, str]) -> None:
    writer = Writer(seed, bare=True)
    compare((writer.write_gap() + writer.write_value(5)).encode(), *pointers)


@given(st.integers(0, 2**64), st.integers(0, 400), st.binary(min_size=0, max_size=3))
def test_damaged_answers_are_read_alike(seed: int, at: int, damage: bytes) -> None:
    body = Writer(seed, bare=True).write_answer().encode()
    at %= len(body)
    compare(body[:at] + damage + body[at + 1 :], "/items", "/id")


@given(
    st.lists(
        st.sampled_from([*NUMBERS_AS_IDS, '"1"', '"true"', "1.00", "10e-1", "1e400", "null", '"\\u0031"', *BARE_WORDS])
    )
)
def test_ids_that_look_alike_are_told_apart_alike(ids: list[str]) -> None:
    compare(f'{{"items": [{",".join(ids)}]}}'.encode(), "/items", "")
    listed = ",".join(f'{{"id": {each}}}' for each in ids)
    compare(f'{{"items": [{listed}], "took": NaN}}'.encode(), "/items", "/id")


@given(st.integers(0, 2**64), st.lists(st.sampled_from(["a", "b", "1", "c"]), max_size=6), st.booleans())
def test_tensors_of_every_form_are_read_alike(seed: int, names: list[str], named: bool) -> None:
    ids = [write_string(name, False) for name in names]
    body = TensorWriter(seed, "champion").write_answer(ids, list(SORTS)).encode()
    found = compare_tensor(body, ("score", "box") if named else ())
    assert found == list(dict.fromkeys(ids))


@given(st.integers(0, 2**64), st.integers(0, 4000), st.binary(min_size=0, max_size=2))
def test_damaged_tensors_are_read_alike(seed: int, at: int, damage: bytes) -> None:
    body = TensorWriter(seed, "champion").write_answer(['"a"', "1", "1.0"], list(SORTS[:3])).encode()
    at %= len(body)
    compare_tensor(body[:at] + damage + body[at + 1 :])


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{}", b"[]", b'{"items": null}',
        b'{"items": {}}', b'{"items": []}', b'{"items": [], "items": [{"id": 1}]}',
        b'{"items": [{"id": 1}]} x', b'\xef\xbb\xbf{"items": []}', b'{"items": [{"id": 1, "id": 2}]}',
        b'{"items": [{"id": 12345678901234567890123}]}',
        b'{"items": [{"id": "\xff"}]}', b'{"items": [{"id": "a", "x": "\xff"}]}',
        b'{"x": "\xff", "items": [{"id": "a"}]}',
        b'{"items": [{"id": "\\ud800"}]}', b'{"items": [{"id": -0.0}, {"id": 0}]}',
        b'{"items": [' + b"[" * 5000, b'{"items": [{"id": 1}, {"id": true}, {"id": "1"}, {"id": 1.0}]}',
    ],
)  # fmt: skip
def test_corner_cases_are_read_alike(body: bytes) -> None:
    for items, item_id in POINTERS:
        compare(body, items, item_id)


@pytest.mark.parametrize("name", SERVERS)
def test_what_real_servers_sent_is_read_by_the_contract_of_their_page(name: str) -> None:
    contract = {name: value for name, value in read_contract(SERVERS[name]).items() if name not in ("path", "unit")}
    body = read_recording(name).answer.body.encode()
    assert read_as_lab(body, **contract) == [f'"{item}"' for item in ITEMS]


@given(st.lists(st.sampled_from(["items", "model", "items ", "x"]), max_size=5), st.sampled_from(["", " ", "\n"]))
def test_a_name_twice_is_refused_also_after_answers_of_the_same_form(names: list[str], gap: str) -> None:
    members = [f'"{name}":{gap}' + ('[{"id": 1}]' if "items" in name else "[]") for name in names]
    found = compare(f"{{{f',{gap}'.join(members)}}}".encode(), "/items", "/id")
    assert (found is not None) is (names.count("items") == 1 and len(set(names)) == len(names))

"""Cases that come again are found, whatever their order, case and spaces."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from interleaver.lab.suites.checking.checking import check_suite
from interleaver.lab.suites.checking.finding import Finding
from interleaver.lab.suites.checking.looks import shrink
from interleaver.lab.suites.checking.normal import key_of
from interleaver.lab.suites.checking.shingles import cut, pair_texts, share
from interleaver.lab.suites.reading import read_suite

from ..folders import make_ranking, make_scoring, write_lines

NOW = datetime(2026, 11, 30, tzinfo=UTC)
TEXT = "the quick brown fox jumps over the lazy dog and runs into the dark wood where nobody will ever find it"


def find(folder: Path, kind: str) -> Finding | None:
    """The finding of a kind, if there is one."""
    found = [finding for finding in check_suite(read_suite(folder), NOW) if finding.kind == kind]
    return found[0] if found else None


def ask(request: Any, source: str = "production", **more: Any) -> dict[str, Any]:
    """A query of this request."""
    return {"request": request, "source": source} | more


def number(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Rows with an id each."""
    return [{name: f"{name}{place}"} | row for place, row in enumerate(rows, 1)]


def test_requests_that_differ_in_order_case_and_spaces_are_duplicates(tmp_path: Path) -> None:
    requests = [
        {"q": "Red  Shoes", "in": ["a", "b"]},
        {"in": ["B", "A"], "q": " red shoes"},
        {"q": "red shoe", "in": []},
    ]
    folder = make_ranking(tmp_path, queries=number([ask(request) for request in requests], "query"), judgments=[])
    finding = find(folder, "duplicates")
    assert finding is not None
    assert list(finding.examples) == ["query2 (production) is query1 (production) again"]


@pytest.mark.parametrize("other", [{"user": 2}, {"user": "1"}, {"User": [1]}, {"user": 1, "k": 5}, [{"user": 1}]])
def test_requests_that_ask_something_else_are_no_duplicates(other: Any) -> None:
    assert key_of(b'{"user":1}', {}) != key_of(repr(other).replace("'", '"').encode(), {})


def test_the_order_of_features_is_what_they_mean() -> None:
    assert key_of(b"[1,2]", {}) != key_of(b"[2,1]", {})
    assert key_of(b"[0.1234567]", {}) == key_of(b"[0.12345672]", {})


def test_the_same_request_of_another_user_in_a_header_is_no_duplicate(tmp_path: Path) -> None:
    queries = number([ask({"k": 5}, headers={"X-User-Id": user}) for user in ("a", "b")], "query")
    assert find(make_ranking(tmp_path, queries=queries, judgments=[]), "duplicates") is None


def test_texts_that_are_nearly_the_same_are_found_and_others_are_not(tmp_path: Path) -> None:
    inputs = [TEXT, TEXT.replace("lazy", "lame"), TEXT[::-1], "short", "shore"]
    samples = number([{"input": {"text": text}, "label": 1, "source": "production"} for text in inputs], "sample")
    finding = find(make_scoring(tmp_path, samples=samples), "near duplicates")
    assert finding is not None
    assert list(finding.examples) == ["sample2 (production) is sample1 (production) again"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("abc ", min_size=20, max_size=40), min_size=2, max_size=12))
def test_whatever_is_called_near_shares_most_of_its_shingles(texts: list[str]) -> None:
    pairs = pair_texts(texts)
    for earlier, later in zip(pairs.earlier, pairs.later, strict=True):
        assert earlier < later
        assert share(cut(texts[earlier]), cut(texts[later])) >= 0.8


def test_nine_in_ten_near_copies_are_found_among_a_thousand_others() -> None:
    rng = np.random.default_rng(1)
    words = ["".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz"), 6)) for _ in range(1000)]
    texts = [" ".join(rng.choice(words, 30)) for _ in range(1000)]
    copies = [text[:-12] + "changed word" for text in texts[:200]]
    pairs = pair_texts(texts + copies)
    found = set(zip(pairs.earlier.tolist(), pairs.later.tolist(), strict=True))
    made = {(row, 1000 + row) for row in range(200)}
    assert len(found & made) > 180
    assert found <= made


def draw(seed: int) -> Image.Image:
    """A picture of some shapes."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (120, 90), (200, 200, 200))
    for _ in range(8):
        left, top = rng.integers(0, 100), rng.integers(0, 70)
        shade = tuple(int(part) for part in rng.integers(0, 255, 3))
        ImageDraw.Draw(picture).ellipse((int(left), int(top), int(left) + 40, int(top) + 30), fill=shade)
    return picture


def make_pictures(folder: Path, pictures: dict[str, tuple[int, str]]) -> Path:
    """A suite of pictures: the label and the source of each by the name of its file, which `save` has written."""
    place = make_scoring(folder)
    drawn = draw(0)
    drawn.save(place / "first.png")
    drawn.resize((240, 180)).save(place / "resized.png")
    drawn.convert("RGB").save(place / "pressed.jpg", quality=60)
    draw(1).save(place / "other.png")
    (place / "again.png").write_bytes((place / "first.png").read_bytes())
    (place / "broken.png").write_bytes(b"no picture")
    rows = [{"picture": name, "label": label, "source": source} for name, (label, source) in pictures.items()]
    write_lines(place / "samples.jsonl", number(rows, "sample"))
    return place


def test_pictures_that_were_resized_or_compressed_again_look_alike(tmp_path: Path) -> None:
    names = ("first.png", "other.png", "resized.png", "pressed.jpg", "again.png")
    folder = make_pictures(tmp_path, {name: (1, "production") for name in names})
    same, near = find(folder, "duplicates"), find(folder, "near duplicates")
    assert same is not None
    assert near is not None
    assert list(same.examples) == ["sample5 (production) is sample1 (production) again"]
    assert [example.split()[0] for example in near.examples] == ["sample3", "sample4"]


def test_a_file_that_is_no_picture_is_said_and_compared_for_equality(tmp_path: Path) -> None:
    finding = find(make_pictures(tmp_path, {"broken.png": (1, "corner"), "other.png": (0, "corner")}), "pictures")
    assert finding is not None
    assert finding.count == 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "DDS", "WEBP"])
def test_a_damaged_picture_is_no_fault_of_the_check(kind: str, tmp_path: Path) -> None:
    whole = BytesIO()
    draw(0).save(whole, kind)
    for at in range(4, min(200, len(whole.getvalue())), 7):
        damaged = bytearray(whole.getvalue())
        damaged[at : at + 5] = b"\xff\x00\x40\x18\x02"
        (tmp_path / "picture").write_bytes(damaged)
        thumbnail = shrink(tmp_path / "picture")
        assert thumbnail is None or thumbnail.shape == (16, 16)


def test_what_stands_in_two_sources_is_a_leak(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path, {"first.png": (1, "production"), "resized.png": (1, "benchmark")})
    finding = find(folder, "leaks")
    assert finding is not None
    assert list(finding.examples) == ["sample2 (benchmark) is sample1 (production) again"]


def test_a_person_in_two_sources_is_said(tmp_path: Path) -> None:
    queries = [ask({"user": 1}, unit="eva"), ask({"user": 2}, "benchmark", unit="eva"), ask({"user": 3}, unit="adam")]
    finding = find(make_ranking(tmp_path, queries=number(queries, "query"), judgments=[]), "units in sources")
    assert finding is not None
    assert list(finding.examples) == ["eva: production, benchmark"]


def test_near_copies_with_other_labels_are_in_doubt(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path, {"first.png": (1, "production"), "pressed.jpg": (0, "production")})
    finding = find(folder, "labels in doubt")
    assert finding is not None
    assert list(finding.examples) == ["sample2 (production) is 0, sample1 (production) is 1"]


def test_the_same_request_with_other_gains_is_in_doubt(tmp_path: Path) -> None:
    queries = number([ask({"q": text}) for text in ("shoes", "Shoes ", "boots")], "query")
    gains = [("query1", "a", 1), ("query2", "a", 0), ("query1", "b", 1), ("query2", "b", 1), ("query3", "a", 4)]
    judgments = [{"query": query, "item": item, "gain": gain} for query, item, gain in gains]
    finding = find(make_ranking(tmp_path, queries=queries, judgments=judgments), "gains in doubt")
    assert finding is not None
    assert list(finding.examples) == ['"a" for query1 and its copies: 0 to 1']

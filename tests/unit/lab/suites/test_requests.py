"""What is sent for a case, made when its turn comes."""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from interleaver.lab.suites.reading import read_suite

from .folders import SAMPLES, make_scoring, write_lines


def test_a_picture_travels_as_base64_where_the_contract_says(tmp_path: Path) -> None:
    contract = {"path": "/v1/models/face:predict", "input": "/instances/0/b64", "score": "/predictions/0"}
    samples = [{"sample": "a", "picture": "faces/a.png", "label": 1, "source": "benchmark"}]
    folder = make_scoring(tmp_path, description={"task": "scoring", "name": "faces", "contract": contract})
    (folder / "faces").mkdir()
    (folder / "faces" / "a.png").write_bytes(b"\x89PNG")
    write_lines(folder / "samples.jsonl", samples)
    suite = read_suite(folder)
    body = json.loads(suite.cases.requests[0].body)
    assert b64decode(body["instances"][0]["b64"]) == b"\x89PNG"
    assert suite.cases.pictures == ["faces/a.png"]


def test_another_picture_under_the_same_name_is_another_suite(tmp_path: Path) -> None:
    samples = [SAMPLES[0] | {"picture": "a.png"}]
    del samples[0]["input"]
    folder = make_scoring(tmp_path)
    write_lines(folder / "samples.jsonl", samples)
    digests = set()
    for content in (b"a", b"b"):
        (folder / "a.png").write_bytes(content)
        digests.add(read_suite(folder).digest)
    assert len(digests) == 2


@pytest.mark.parametrize(("pointer", "body"), [("", b"[1]"), ("/a~1b/~0", b'{"a/b":{"~":[1]}}'), ("/0", b"[[1]]")])
def test_an_input_stands_where_its_pointer_leads(pointer: str, body: bytes, tmp_path: Path) -> None:
    description = {"task": "scoring", "name": "a", "contract": {"path": "/", "input": pointer, "score": ""}}
    samples = [{"sample": "a", "input": [1], "label": 1, "source": "corner"}]
    requests = read_suite(make_scoring(tmp_path, description=description, samples=samples)).cases.requests
    assert requests[0].body == requests[-1].body == body
    with pytest.raises(IndexError):
        requests[1]

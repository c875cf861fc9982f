"""Models and files that cannot be used, and answers that are none: rows of docs/reference/lab-bad-input.md."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Any, Final, NamedTuple

from interleaver.lab.asking.answer_file import read_answers
from interleaver.lab.asking.asking import ask
from interleaver.lab.asking.exchange import Exchange, Lost, Received, Trouble
from interleaver.lab.asking.journal import open_journal
from interleaver.lab.asking.options import Options
from interleaver.lab.terms.metric import Task

from .scene import make_cases, make_suite

URL: Final = "http://model:9000"


class Bad(NamedTuple):
    """One row: what is wrong, what is said, and what meets it, given a folder."""

    file: str
    wrong: str
    said: str
    meet: Callable[[Path], object]


def at(url: str) -> Callable[[Path], object]:
    """Asks at a URL."""
    return lambda folder: ask(make_suite(), url, Options(file=folder / "a.jsonl"))


def send(**headers: str) -> Callable[[Path], object]:
    """Asks with headers of the run."""
    return lambda folder: ask(make_suite(), URL, Options(headers=tuple(headers.items())))


def run(**options: Any) -> Callable[[Path], object]:
    """Asks with such options."""
    return lambda folder: ask(make_suite(), URL, Options(**options))


def ask_as(unit: str) -> Callable[[Path], object]:
    """Asks for a unit that its header cannot hold."""
    return lambda folder: ask(make_suite(cases=replace(make_cases(1), unit_names=[unit])), URL)


def write(text: str) -> Callable[[Path], Path]:
    """Writes lines behind the header of a suite's answers."""

    def make(folder: Path) -> Path:
        open_journal(folder / "a.jsonl", URL, make_suite())[0].close()
        with (folder / "a.jsonl").open("a") as file:
            file.write(text)
        return folder / "a.jsonl"

    return make


def read(text: str) -> Callable[[Path], object]:
    """Reads answers with a line that cannot be used."""
    return lambda folder: read_answers(write(text + "\n")(folder), make_suite())


def go_on(digest: str = "d" * 64, url: str = URL, **contract: Any) -> Callable[[Path], object]:
    """Goes on with answers to another suite."""
    return lambda folder: open_journal(write("")(folder), url, make_suite(digest=digest, **contract))


def begin(text: str) -> Callable[[Path], object]:
    """Goes on with a file of another kind."""

    def meet(folder: Path) -> object:
        (folder / "a.jsonl").write_text(text)
        return open_journal(folder / "a.jsonl", URL, make_suite())

    return meet


def write_twice(folder: Path) -> object:
    journal, _ = open_journal(folder / "a.jsonl", URL, make_suite())
    try:
        return open_journal(folder / "a.jsonl", URL, make_suite())
    finally:
        journal.close()


BAD: Final = [
    Bad("(URL)", "has no scheme", "model:9000: this is no URL of http or https", at("model:9000")),
    Bad("(URL)", "names no host", "http://: it names no host", at("http://")),
    Bad("(URL)", "has a host that is none", "its host 'häuser' is none", at("http://häuser")),
    Bad("(URL)", "has a port that is none", "Port out of range 0-65535", at("http://model:66000")),
    Bad("(URL)", "has a user and a password", "model: a URL with a user in it; send a header", at("http://a:b@model")),
    Bad("(URL)", "has a query", "a base URL has no query and no fragment", at("http://model/?a=1")),
    Bad("(URL)", "has white space", "a URL holds no white space", at("http://model /")),
    Bad("(URL)", "has letters beyond ASCII in its path", "percent-encode what is not ASCII", at("http://model/ä")),
    Bad("(option)", "nothing may be in flight", "concurrency: is 0; at least one", run(concurrency=0)),
    Bad("(option)", "there is no time for an answer", "timeout: is 0.0; give seconds, more than 0", run(timeout=0.0)),
    Bad("(option)", "there is no number of seconds", "timeout: is nan; give seconds, more than 0", run(timeout=nan)),
    Bad("(option)", "there are fewer retries than none", "retries: is -1; give 0 or more", run(retries=-1)),
    Bad("(header)", "has a line break", "has a line break or another control character in it", send(Token="a\nb")),
    Bad(
        "(header)",
        "is one that the lab writes",
        "'content-length' is none that a suite may send",
        send(**{"Content-Length": "1"}),
    ),
    Bad("(suite)", "names a unit with a line break", "cannot be sent in the header X-User-Id", ask_as("u\n1")),
    Bad("(answers)", "is a file of another kind", "line 1: this is no answer file", begin("query,item\n")),
    Bad(
        "(answers)",
        "has a format of the future",
        "line 1, answers: its format is 2, not 1",
        begin('{"answers":2,"model":"m","suite":"s","contract":"c","task":"ranking"}\n'),
    ),
    Bad("(answers)", "is about another suite", "line 1, suite: these are answers to another suite", go_on("e" * 64)),
    Bad(
        "(answers)",
        "was read by another contract",
        "line 1, contract: these answers were read by another",
        go_on(items="/list"),
    ),
    Bad(
        "(answers)",
        "is another model's",
        "line 1, model: these are answers of http://model:9000, not of",
        go_on(url="http://other"),
    ),
    Bad("(answers)", "is being written by another run", "another run is writing to it", write_twice),
    Bad("(answers)", "has a line that is no JSON", "line 2: JSON is malformed", read("x")),
    Bad(
        "(answers)",
        "has a case that the suite has not",
        "line 2: the suite has no case 'q9'",
        read('{"case":"q9","state":"refused"}'),
    ),
    Bad(
        "(answers)", "has an unknown state", "line 2: Invalid enum value 'great'", read('{"case":"q0","state":"great"}')
    ),
    Bad(
        "(answers)",
        "has an answer without a ranking",
        "line 2: an answer to a query has a ranking",
        read('{"case":"q0","state":"answered"}'),
    ),
    Bad(
        "(answers)",
        "has null for an id",
        "line 2: no list of items",
        read('{"case":"q0","state":"answered","ranking":[null]}'),
    ),
    Bad("(answers)", "is a folder", "Is a directory", lambda folder: read_answers(folder, make_suite())),
    Bad("(answers)", "is not there", "No such file", lambda folder: read_answers(folder / "none", make_suite())),
]


class Answer(NamedTuple):
    """One row: what a server answers, what becomes of it, and its words."""

    what: str
    state: str
    words: str
    exchange: Exchange
    task: Task = Task.RANKING


def rank(items: str, status: int = 200, **fields: str) -> Received:
    """An answer with these items."""
    named = {name.replace("_", "-").encode(): text.encode() for name, text in fields.items()}
    return Received(status, named, f'{{"items": {items}}}'.encode(), 1.0)


def score(text: str) -> Received:
    """An answer with this score."""
    return Received(200, {}, f'{{"score": {text}}}'.encode(), 1.0)


def pack(text: bytes) -> Received:
    return Received(200, {b"content-encoding": b"gzip"}, text, 1.0)


ANSWERS: Final = [
    Answer("an empty list", "answered", "", rank("[]")),
    Answer("an item twice", "answered", "", rank('[{"id": 1}, {"id": 1.0}]')),
    Answer('`1` and `"1"`', "answered", "", rank('[{"id": 1}, {"id": "1"}]')),
    Answer("NaN beside what is read", "answered", "", rank('[{"id": 1, "score": NaN}]')),
    Answer(
        "no list where the contract has it", "unreadable", "no list of items at '/items'", Received(200, {}, b"{}", 1.0)
    ),
    Answer("a page of HTML", "unreadable", "JSON is malformed", Received(200, {}, b"<html>", 1.0)),
    Answer("null for an id", "unreadable", "no list of items at '/items' with ids at '/id'", rank('[{"id": null}]')),
    Answer("NaN for an id", "unreadable", "NaN or Infinity stands where an id is read", rank('[{"id": NaN}]')),
    Answer(
        "the list under a name that stands twice",
        "unreadable",
        "a name comes twice",
        Received(200, {}, b'{"items": [], "items": []}', 1.0),
    ),
    Answer("NaN for a score", "unreadable", "the score at '/score' is NaN", score("NaN"), Task.SCORING),
    Answer("infinity for a score", "unreadable", "the score at '/score' is Infinity", score("Infinity"), Task.SCORING),
    Answer(
        "a score beyond 64 bits", "unreadable", "is beyond what a number of 64 bits holds", score("1e999"), Task.SCORING
    ),
    Answer("true for a score", "unreadable", "is true, and a score is a number", score("true"), Task.SCORING),
    Answer("a text for a score", "unreadable", "is a text, and a score is a number", score('"0.5"'), Task.SCORING),
    Answer("a list for a score", "unreadable", "is a list; point at the number in it", score("[0.5]"), Task.SCORING),
    Answer("gzip that is none", "unreadable", "it is no gzip", pack(b"{}")),
    Answer("gzip that gets too large", "unreadable", "it gets larger than", pack(gzip.compress(b" " * 2_000_000))),
    Answer("more bytes than are read", "unreadable", "too large", Lost(Trouble.TOO_LARGE, "the answer is too large")),
    Answer("404, 422 or another 4xx", "refused", "status 404 Not Found", rank("[]", 404)),
    Answer("a redirect", "refused", "redirects are not followed", rank("[]", 302, location="/x")),
    Answer("204 or another 2xx", "refused", "only 200 is an answer", rank("[]", 204)),
    Answer("408, 425, 429 or 5xx", "again", "status 503 Service Unavailable", rank("[]", 503)),
    Answer("nothing in time", "again", "no whole answer in time", Lost(Trouble.TIMEOUT, Trouble.TIMEOUT.value)),
    Answer(
        "a connection that is closed", "again", "the connection was closed", Lost(Trouble.CLOSED, Trouble.CLOSED.value)
    ),
    Answer("what is no HTTP/1.1", "again", "what came is no HTTP/1.1", Lost(Trouble.GARBLED, Trouble.GARBLED.value)),
]

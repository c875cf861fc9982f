"""Suites that cannot be used: each breaks a sound one at one place."""

from typing import Final

from .bad_descriptions import DESCRIPTIONS
from .breaking import Bad, change, column, damage, picture, put, row, turn_into_folder, twice, write
from .folders import make_ranking

TABLES: Final = [
    change("(folder)", "has no queries", "has no table queries", lambda f: (f / "queries.jsonl").unlink()),
    change("(folder)", "has no judgments", "has no table judgments", lambda f: (f / "judgments.jsonl").unlink()),
    change(
        "(folder)",
        "has a table in both forms",
        "stands beside queries.jsonl; keep one of the two",
        lambda f: (f / "queries.parquet").write_bytes(b""),
    ),
    change(
        "(folder)",
        "has a table of the other task",
        "is no table of a ranking suite",
        lambda f: (f / "samples.jsonl").write_text(""),
    ),
    change(
        "(folder)",
        "has a table with a slip in its name",
        "is no table of a suite; did you mean judgments?",
        lambda f: (f / "judgements.jsonl").write_text(""),
    ),
    change(
        "queries.jsonl",
        "is a folder",
        "queries.jsonl: cannot be read: Is a directory",
        lambda f: turn_into_folder(f / "queries.jsonl"),
    ),
    write("queries.jsonl", "", "is empty", "queries.jsonl: has no rows"),
    write("queries.jsonl", "\n \r\n", "has blank lines only", "queries.jsonl: has no rows"),
]
LINES: Final = [
    row("queries", '{"query": ', "has a line that is no JSON", "line 2: is no JSON"),
    row("queries", '{"query": "a"} {}', "has two objects on a line", "line 2: is no JSON"),
    row("queries", '["a"]', "has a line that is a list", "line 2: holds a list; one object a line is wanted"),
    row(
        "queries",
        '{"query": "a", "query": "b"}',
        "has a key twice",
        "line 2: is no JSON: the key 'query' is given twice",
    ),
    row("queries", "[" * 100_000, "has a line nested too deeply", "line 2: is no JSON: it is nested too deeply"),
    write("queries.jsonl", b'{"query": "\xff"}\n', "is no UTF-8", "line 1: is no JSON: byte 12 is no UTF-8"),
    row("queries", {"querry": "x"}, "has an unknown key", "line 2, querry: is no such key; did you mean query"),
    row("queries", {"query": ...}, "has a query without a name", "line 2, query: is missing"),
    row("queries", {"query": None}, "has null for a name", "line 2, query: is missing"),
    row("queries", {"query": ""}, "has an empty name", "line 2, query: is empty"),
    row("queries", {"query": "a" * 1025}, "has a name of 1,025 characters", "line 2, query: has 1025 characters"),
    row("queries", {"query": 7}, "has a number for a name", "line 2, query: found a number (7); a text is wanted"),
    row("queries", '{"query": "\\ud800"}', "has half a character", "line 2, query: found half a character"),
    row("queries", {"query": "q1"}, "has a query twice", '"q1" stands in'),
    row("queries", {"unit": 7}, "has a number for a unit", "line 2, unit: found a number (7)"),
    row("queries", {"source": ...}, "has a query without a source", "line 2, source: is missing"),
    row("queries", {"request": ...}, "has a query without a request", "line 2, request: is missing"),
    row("queries", {"headers": {"X Y": "a"}}, "has a header of no name", "line 2, headers.X Y: is no name of a header"),
    row(
        "queries",
        {"headers": {"Host": "a"}},
        "has a header of the lab's",
        "line 2, headers.Host: is a header that the lab",
    ),
    row("queries", {"headers": {"A": "b\nc"}}, "has a line break in a header", "line 2, headers.A: found"),
    row("queries", {"headers": {"A": 1}}, "has a number for a header", "line 2, headers: found"),
    row("queries", {"attributes": "f"}, "has attributes that are a text", "line 2, attributes: found a text"),
    row("queries", {"attributes": {"a": [1]}}, "has a list for an attribute", "line 2, attributes.a: found a list"),
    row("queries", {"attributes": {"a,b": 1}}, "has a comma in an attribute's name", "attributes.a,b: is no name"),
    row("queries", {"attributes": {"a\n": 1}}, "has a line break in an attribute's name", "is no name of an attribute"),
    row("queries", {"weight": -1}, "has a weight below 0", "line 2, weight: found -1"),
    row("queries", {"weight": "1"}, "has a text for a weight", "line 2, weight: found a text"),
    row("queries", {"weight": 1e300}, "has a weight beyond sums", "line 2, weight: found 1e+300; 0, or a number from"),
    row("queries", {"weight": 1e-300}, "has a weight below sums", "line 2, weight: found 1e-300; 0, or a number from"),
    row("judgments", {"gain": -0.5}, "has a gain below 0", "line 2, gain: found -0.5; a finite number of 0 or more"),
    row(
        "judgments",
        '{"query": "q1", "item": 1, "gain": NaN}',
        "has NaN for a gain",
        "line 2: is no JSON: NaN is no JSON",
    ),
    row(
        "judgments",
        '{"query": "q1", "item": 1, "gain": 1e999}',
        "has a gain beyond all numbers",
        "line 2, gain: found inf",
    ),
    row("judgments", {"gain": 10**400}, "has a gain of 400 digits", "line 2, gain: found 1000000"),
    row("judgments", {"gain": True}, "has true for a gain", "line 2, gain: found true or false"),
    row("judgments", {"gain": "1"}, "has a text for a gain", "line 2, gain: found a text"),
    row("judgments", {"gain": ...}, "has a judgment without a gain", "line 2, gain: is missing"),
    row(
        "judgments",
        {"gain": 5},
        "has a gain above the maximum grade",
        "line 2, gain: found 5; the suite's maximumGrade is 4",
    ),
    row(
        "judgments", {"query": "q9"}, "judges an unknown query", 'line 2, query: "q9" is no query of the table queries'
    ),
    row("judgments", {"item": "é"}, "judges an item twice", 'line 4, item: "é" is judged for query "q1" in'),
    row("judgments", {"item": None}, "has null for an item", "line 2, item: is missing"),
    row("judgments", {"item": [1]}, "has a list for an item", "line 2, item: an item's id must be a string, a number"),
    row("judgments", {"source": "x"}, "has a column of other tables", "line 2, source: is no such key"),
    row("samples", {"label": 2}, "has a label of 2", "line 2, label: found 2; write 0 or 1"),
    row("samples", {"label": 0.5}, "has a label of 0.5", "line 2, label: found 0.5; write 0 or 1"),
    row("samples", {"label": True}, "has true for a label", "line 2, label: found true or false"),
    row("samples", {"label": ...}, "has a sample without a label", "line 2, label: is missing"),
    row("samples", {"input": ...}, "has nothing to send", "line 2: has neither input nor picture"),
    row("samples", {"picture": "suite.yaml"}, "has an input and a picture", "line 2: has both input and picture"),
    picture("none.png", "names a picture that is not there", 'line 2, picture: "none.png" is not there'),
    picture("../outside.png", "names a picture above the folder", '"../outside.png" leaves the folder'),
    picture("a\\b.png", "names a picture with a backslash", "is no path, whose parts / separates"),
    picture("/etc/hostname", "names a picture by its whole path", '"/etc/hostname" leaves the folder'),
    picture("link.png", "names a link that leads out of the folder", '"link.png" leaves the folder'),
    picture(
        "away/outside.png", "names a picture in a folder that is such a link", '"away/outside.png" leaves the folder'
    ),
]
PARQUET: Final = [
    Bad(
        "queries.parquet",
        "is no Parquet",
        "queries.parquet: is no Parquet",
        lambda f: put(make_ranking(f, "parquet"), "queries.parquet", b"PAR1"),
    ),
    Bad(
        "queries.parquet",
        "is damaged",
        "queries.parquet: is no Parquet: could not verify page integrity",
        lambda f: damage(make_ranking(f, "parquet"), "queries.parquet"),
    ),
    column("queries", "query", [1, 2, 3], "has numbers for names", "query: is a column of int64; text is wanted"),
    column("queries", "query", ["a", None, "c"], "has null for a name", "row 2, query: is missing"),
    column("queries", "query", None, "has no names", "query: is no column of it"),
    column("queries", "request", ["{}", "{", "{}"], "has a request that is no JSON", 'row 2, request: found "{"'),
    column("queries", "request", [{"a": 1}] * 3, "has requests that are structs", "request: is a column of struct"),
    column("queries", "attributes", [{"a": 1}] * 3, "has attributes in one column", "attributes: is one column"),
    column("queries", "attributes.a", [[1]] * 3, "has lists for an attribute", "attributes.a: is a column of list"),
    column("queries", "weight", [1.0, float("inf"), 1.0], "has an infinite weight", "row 2, weight: found inf"),
    column(
        "queries",
        "weight",
        [1e-9, 0.0, 2.0],
        "has a weight that is nothing beside another",
        "row 1, weight: found 1e-09, and 2 in",
    ),
    column("queries", "weight", [0, 0, 0], "weighs nothing", "weight: is 0 in all rows"),
    column("queries", "lable", [0, 0, 0], "has an unknown column", "lable: is no such column"),
    column("judgments", "gain", [1, float("nan"), 1, 1], "has NaN for a gain", "row 2, gain: found nan"),
    column("judgments", "gain", [1, float("inf"), 1, 1], "has infinity for a gain", "row 2, gain: found inf"),
    column("judgments", "gain", ["1"] * 4, "has texts for gains", "gain: is a column of string; numbers are wanted"),
    column("judgments", "item", [1, 2, 3, 4], "has numbers for items", "item: is a column of int64; text is wanted"),
    column("judgments", "item", ["1", "film", "2", "3"], "has an item that is no JSON", 'row 2, item: found "film"'),
    column("judgments", "item", ["1", "null", "2", "3"], "has null as JSON for an item", 'row 2, item: found "null"'),
    Bad(
        "judgments.parquet",
        "has two columns of one name",
        "gain: is there twice; keep one of the columns",
        lambda f: twice(make_ranking(f, "parquet")),
    ),
    column("samples", "label", [True, False], "has true and false for labels", "label: is a column of bool"),
]

BAD: Final = [*DESCRIPTIONS, *TABLES, *LINES, *PARQUET]

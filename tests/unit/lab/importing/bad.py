"""Files of strangers that cannot be imported, each wrong at one place, and what `interleaver lab import` is asked."""

from dataclasses import dataclass
from typing import Final

RATINGS: Final = (
    "ratings ratings.csv --output suite --contract contract.yaml --request /user --held-out all --gain rating"
    " --scale 5 --item-ids number"
)
ITEMS: Final = f"{RATINGS} --items movies.csv"
DATA: Final = RATINGS.replace("ratings.csv", "u.data")
PARQUET: Final = RATINGS.replace("ratings.csv", "ratings.parquet")
LETOR: Final = "letor train.txt --output suite --contract contract.yaml --request /documents"
TREC: Final = "trec qrels.txt --output suite --contract contract.yaml --request /query"
TOPICS: Final = "trec qrels.txt --topics topics.tsv --output suite --contract contract.yaml --request /text"
RUN: Final = "trec-run run.txt --suite judged --output answers.jsonl"
PICTURES: Final = "pictures table.csv --pictures faces --output suite --contract scoring.yaml"
HEAD: Final = "user,item,rating\n"
TIMED: Final = "user,item,rating,timestamp\n"


@dataclass(frozen=True)
class Bad:
    """One way to be wrong: the file, what is wrong with it, what is said, its content, and what is asked for."""

    file: str
    wrong: str
    said: str
    content: str | bytes | None
    """None: the file is not there."""
    words: str


BAD: Final = [
    Bad("ratings.csv", "is not there", "ratings.csv: No such file or directory", None, RATINGS),
    Bad("ratings.csv", "is a gzip file", "ratings.csv: this is a gzip file; unpack it", b"\x1f\x8b\x08", RATINGS),
    Bad("ratings.csv", "is UTF-16", "ratings.csv: this is UTF-16 text", HEAD.encode("utf-16"), RATINGS),
    Bad(
        "ratings.csv",
        "is no UTF-8",
        "line 2: byte 0xe9 is no utf-8; name the file's encoding",
        HEAD.encode() + b"\xe9,1,5\n",
        RATINGS,
    ),
    Bad("ratings.csv", "has a byte 0", "line 2: a byte 0", HEAD + "7,\0,5\n", RATINGS),
    Bad("ratings.csv", "is empty", "ratings.csv: no row", "", RATINGS),
    Bad("ratings.csv", "has a header and no row", "ratings.csv: no rating", HEAD, RATINGS),
    Bad(
        "ratings.csv",
        "has no column for the rating",
        "no column for rating among user, item",
        "user,item\n7,1\n",
        RATINGS,
    ),
    Bad("ratings.csv", "has no header", "no column for user among 7, 1, 5; --columns", "7,1,5\n", RATINGS),
    Bad(
        "ratings.csv",
        "has two columns that may be the user",
        "user and userId may both be the user",
        "user,userId,item,rating\n7,7,1,5\n",
        RATINGS,
    ),
    Bad(
        "ratings.csv",
        "has a column twice",
        "line 1, user: two columns of this name",
        "user,user,rating\n7,1,5\n",
        RATINGS,
    ),
    Bad(
        "ratings.csv",
        "has a row of another width",
        "line 3: 4 fields; 3 fields in each row",
        HEAD + "7,1,5\n7,2,5,9\n",
        RATINGS,
    ),
    Bad("ratings.csv", "has a rating without user", "line 2, user: nothing", HEAD + ",1,5\n", RATINGS),
    Bad("ratings.csv", "has a rating without item", "line 2, item: nothing", HEAD + "7,,5\n", RATINGS),
    Bad(
        "ratings.csv",
        "has an id that is no number, and numbers are asked for",
        "line 2, item: '01'; a whole number",
        HEAD + "7,01,5\n",
        RATINGS,
    ),
    Bad("ratings.csv", "has an empty rating", "line 4, rating: nothing", HEAD + "7,1,5\n\n7,2,\n", RATINGS),
    Bad(
        "ratings.csv",
        "has a rating that is NaN",
        "line 2, rating: 'nan'; a rating is a finite number",
        HEAD + "7,1,nan\n",
        RATINGS,
    ),
    Bad(
        "ratings.csv",
        "has a rating that is a word",
        "line 2, rating: 'good'; a rating is a finite number",
        HEAD + "7,1,good\n",
        RATINGS,
    ),
    Bad(
        "ratings.csv",
        "has a rating above the scale",
        "line 2, rating: 6; the greatest rating was said to be 5",
        HEAD + "7,1,6\n",
        RATINGS,
    ),
    Bad(
        "ratings.csv",
        "has a time for some ratings",
        "line 3, timestamp: nothing; each rating has a time, or none has",
        TIMED + "7,1,5,1\n7,2,5,\n",
        RATINGS,
    ),
    Bad(
        "ratings.csv",
        "has no times, and the latest are asked for",
        "--held-out: the ratings have no timestamp",
        HEAD + "7,1,5\n",
        RATINGS.replace("all", "latest:1"),
    ),
    Bad(
        "u.data",
        "does not say what separates its fields",
        "u.data: .data does not say what separates its fields; say --separator",
        "7\t1\t5\n",
        DATA,
    ),
    Bad("ratings.parquet", "is no Parquet", "ratings.parquet: no Parquet file", b"PAR1", PARQUET),
    Bad(
        "movies.csv",
        "tells an item in two ways",
        "movies.csv, line 3, item: item 1 again, and it differs",
        "item,title\n1,A\n1,B\n",
        ITEMS,
    ),
    Bad(
        "movies.csv",
        "has a quote that is closed nowhere",
        "movies.csv, line 2: no row: unexpected end of data; close each quote",
        'item,title\n1,"A\n',
        ITEMS,
    ),
    Bad("contract.yaml", "is no contract", "contract.yaml: no contract", "- path\n", RATINGS),
    Bad(
        "contract.yaml",
        "is the contract of the other task",
        "contract.yaml, contract.unit: is not given",
        "{path: /score, input: /a, score: /b}",
        RATINGS,
    ),
    Bad(
        "contract.yaml",
        "is an experiment without a contract",
        "contract.yaml: no contract",
        "{kind: InterleavingExperiment, spec: {}}",
        RATINGS,
    ),
    Bad(
        "train.txt",
        "has a line without qid",
        "line 2, qid: '1:0.5' where the qid stands",
        "2 qid:1 1:0.5\n2 1:0.5\n",
        LETOR,
    ),
    Bad(
        "train.txt",
        "has a grade that is no number",
        "line 1, grade: 'good' is no finite number",
        "good qid:1 1:0.5\n",
        LETOR,
    ),
    Bad(
        "train.txt",
        "has an index below the base",
        "line 1, feature 0: index 0, and indices begin at 1; --base 0",
        "2 qid:1 0:0.5\n",
        LETOR,
    ),
    Bad(
        "train.txt",
        "has a feature twice",
        "line 1, feature 1: index 1 after 1; indices rise",
        "2 qid:1 1:0.5 1:0.5\n",
        LETOR,
    ),
    Bad(
        "train.txt",
        "has a feature that is NaN",
        "line 1, feature 1: 'nan' is no finite number",
        "2 qid:1 1:nan\n",
        LETOR,
    ),
    Bad("train.txt", "has a word that is no feature", "line 1: 'x' is no feature", "2 qid:1 x\n", LETOR),
    Bad(
        "train.txt",
        "has a feature far too great",
        "index 10000000; at most 100000 features",
        "2 qid:1 10000000:1\n",
        LETOR,
    ),
    Bad(
        "train.txt",
        "has a query in two places",
        "line 3, qid: query 1 began in line 1 and comes again",
        "2 qid:1 1:1\n2 qid:2 1:1\n2 qid:1 1:1\n",
        LETOR,
    ),
    Bad(
        "train.txt",
        "has a document twice in a query",
        "line 2, docid: document a of query 1, which stands in line 1",
        "2 qid:1 1:1 # a\n0 qid:1 1:2 # a\n",
        LETOR,
    ),
    Bad(
        "train.txt",
        "has docids in some lines",
        "line 2: no docid, and line 1 has one",
        "2 qid:1 1:1 # a\n0 qid:1 1:2\n",
        LETOR,
    ),
    Bad("train.txt", "has comments only", "train.txt: no document", "# nothing\n", LETOR),
    Bad(
        "qrels.txt",
        "has a line of three fields",
        "line 1: 3 fields; 4 fields: query, iteration, document, grade",
        "301 0 a\n",
        TREC,
    ),
    Bad(
        "qrels.txt", "has a grade that is no number", "line 1, grade: 'yes' is no finite number", "301 0 a yes\n", TREC
    ),
    Bad(
        "qrels.txt",
        "has two grades for a pair",
        "line 2, grade: grade 2 of a for query 301, and another in line 1",
        "301 0 a 1\n301 0 a 2\n",
        TREC,
    ),
    Bad("qrels.txt", "has carriage returns alone between its lines", "line 1: 7 fields", "1 0 a 1\r1 0 b 1\r", TREC),
    Bad("qrels.txt", "is empty", "qrels.txt: no judgment", "\n", TREC),
    Bad(
        "topics.tsv",
        "lacks a judged query",
        "--topics: no topic for 1 judged queries, among them 302",
        "301\tcrime\n",
        TOPICS,
    ),
    Bad("topics.tsv", "has no tab", "topics.tsv, line 1: no tab with a text behind it", "301 crime\n", TOPICS),
    Bad("topics.tsv", "has a query twice", "topics.tsv, line 2: query 301 again", "301\tcrime\n301\tcrimes\n", TOPICS),
    Bad(
        "run.txt",
        "has a line of five fields",
        "line 1: 5 fields; 6 fields: query, Q0, document, rank, score",
        "301 Q0 a 1 5\n",
        RUN,
    ),
    Bad(
        "run.txt",
        "has a rank that is no number",
        "line 1, rank: 'first' is no whole number",
        "301 Q0 a first 5 x\n",
        RUN,
    ),
    Bad(
        "run.txt", "has a score that is infinite", "line 1, score: 'inf' is no finite number", "301 Q0 a 1 inf x\n", RUN
    ),
    Bad(
        "run.txt",
        "has a rank twice in a query",
        "line 2, rank: rank 1 of query 301, as in line 1; --order score",
        "301 Q0 a 1 5 x\n301 Q0 b 1 4 x\n",
        RUN,
    ),
    Bad(
        "run.txt",
        "is about other queries",
        "run.txt: none of its 1 queries, 999 and others, is in the suite",
        "999 Q0 a 1 5 x\n",
        RUN,
    ),
    Bad("run.txt", "is empty", "run.txt: no line", "", RUN),
    Bad("table.csv", "has no column for the label", "no column for label among path", "path\na.png\n", PICTURES),
    Bad(
        "table.csv",
        "has a label that is a word",
        "line 2, label: 'fake'; 0 or 1; --positive",
        "path,label\na.png,fake\n",
        PICTURES,
    ),
    Bad("table.csv", "has a picture without label", "line 2, label: nothing", "path,label\na.png,\n", PICTURES),
    Bad(
        "table.csv",
        "has a picture twice",
        "line 3, path: a.png again, first in table.csv, line 2",
        "path,label\na.png,1\na.png,0\n",
        PICTURES,
    ),
    Bad(
        "table.csv",
        "leads out of the folder of pictures",
        "line 2, path: '../a.png'; a path below the folder of pictures",
        "path,label\n../a.png,1\n",
        PICTURES,
    ),
    Bad(
        "table.csv",
        "names a picture that is not there",
        "table.csv, path: faces/b.png: No such file",
        "path,label\nb.png,1\n",
        PICTURES,
    ),
    Bad("faces/a.png", "is no picture", "faces/a.png: no picture; PNG, JPEG", "<html>", PICTURES),
    Bad("faces/a.png", "is empty", "faces/a.png: an empty file", "", PICTURES),
    Bad(
        "table.csv", "has an attribute that cannot be called so", "attributes.", "path,label,a/b\na.png,1,x\n", PICTURES
    ),
    Bad(
        "--request",
        "names what is not known",
        "--request: {usr} is not known; did you mean {user}?",
        HEAD + "7,1,5\n",
        RATINGS.replace("/user", "{usr}"),
    ),
    Bad(
        "--request",
        "asks the same of everybody",
        "--request: '{}' asks the same for every query",
        HEAD + "7,1,5\n",
        RATINGS.replace("/user", "{}"),
    ),
    Bad(
        "--gain",
        "is no rule",
        "--gain: 'stars'; rating, at-least:4 or above:3",
        HEAD + "7,1,5\n",
        RATINGS.replace("--gain rating", "--gain stars"),
    ),
    Bad(
        "--held-out",
        "is no rule",
        "--held-out: 'some'; all, latest:10, latest:20% or random:50%",
        HEAD + "7,1,5\n",
        RATINGS.replace("all", "some"),
    ),
    Bad(
        "train.txt",
        "has a grade above the greatest",
        "line 1, grade: found 3; the greatest grade was said to be 2",
        "3 qid:1 1:1\n",
        f"{LETOR} --maximum-grade 2",
    ),
    Bad(
        "qrels.txt",
        "has a grade above the greatest",
        "line 2, grade: found 2; the greatest grade was said to be 1",
        "301 0 a 1\n301 0 b 2\n",
        f"{TREC} --maximum-grade 1",
    ),
    Bad(
        "--gain",
        "makes nothing relevant",
        "--gain: no rating up to 5 is above 5",
        HEAD + "7,1,5\n",
        RATINGS.replace("--gain rating", "--gain above:5"),
    ),
    Bad(
        "--rest",
        "is there already",
        "ratings.csv: is there already; give a file that is not there yet",
        HEAD + "7,1,5\n",
        f"{RATINGS} --rest ratings.csv",
    ),
    Bad(
        "--rest",
        "lies in a folder that is not there",
        "none/rest.csv: its folder is not there",
        HEAD + "7,1,5\n",
        f"{RATINGS} --rest none/rest.csv",
    ),
]

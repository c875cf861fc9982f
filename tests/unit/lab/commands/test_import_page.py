"""Every command of the page on importing does what the page says, with files of the names that it uses."""

import json
import re
import shlex
from pathlib import Path
from typing import Final

import pytest

from interleaver.lab.commands.program import main
from interleaver.lab.suites.reading import read_suite

PAGE: Final = Path(__file__).parents[4] / "docs" / "how-to" / "import-a-benchmark.md"
TEXT: Final = PAGE.read_text()
COMMANDS: Final = [
    shlex.split(line)
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
]
CONTRACT, SCORING = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
USERS: Final = range(1, 41)  # fewer tell nothing apart
FILES: Final = {
    "contract.yaml": CONTRACT,
    "scoring.yaml": SCORING,
    "ratings.csv": "userId,movieId,rating,timestamp\n"
    + "".join(f"{user},{item},{item % 5 + 1},{item}\n" for user in USERS for item in range(1, 6)),
    "movies.csv": "movieId,title,genres\n" + "".join(f"{item},Film (199{item}),Drama\n" for item in range(1, 6)),
    "ratings.dat": "".join(f"{user}::{item}::5::{item}\n" for user in USERS for item in range(1, 13)),
    "movies.dat": '1::"Great Performances" Cats (1998)::Musical\n2::Café Society (1995)::Drama|Comedy\n',
    "train.txt": "2 qid:10032 1:0.05 2:0.5 #docid = GX029 inc = 1 prob = 0.1\n0 qid:10032 2:1 #docid = GX030 inc = 1\n",
    "qrels.txt": "".join(f"{user} 0 good 1\n" for user in USERS),
    "topics.tsv": "".join(f"{user}\tcrime {user}\n" for user in USERS),
    "bm25.txt": "".join(f"{user} Q0 new 1 9 bm25\n{user} Q0 good 2 8 bm25\n" for user in USERS),
    "dense.txt": "".join(f"{user} Q0 good 1 9 other\n{user} Q0 newer 2 8 other\n" for user in USERS),
    "faces.csv": "path,label,unit,attack,gender\na.png,attack,anna,print,f\nb.png,real,bert,,m\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all files that the page names, in which its commands were run."""
    made = tmp_path_factory.mktemp("page")
    (made / "faces").mkdir()
    for name, text in FILES.items():
        (made / name).write_bytes(text.encode("latin-1" if name.endswith(".dat") else "utf-8"))
    for name in ("a.png", "b.png"):
        (made / "faces" / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        run_all()
    return made


def run_all() -> None:
    """Run the commands in the order of the page."""
    for program, lab, *words in COMMANDS:
        assert (program, lab) == ("interleaver", "lab")
        assert main(words) == 0, words


def test_every_command_of_the_page_works(folder: Path) -> None:
    assert len(COMMANDS) == 10
    made = {place.name for place in folder.iterdir() if (place / "suite.yaml").is_file()}
    assert made == {"movielens", "movielens-1m", "letor", "trec", "spoofs"}
    assert (folder / "pairs.csv").is_file()
    assert (folder / "evaluation" / "report.html").is_file()
    assert (folder / "training.csv").is_file()


def test_runs_are_compared_without_a_server(folder: Path) -> None:
    document = json.loads((folder / "evaluation" / "evaluation.json").read_text())
    assert (document["champion"], document["candidate"]) == ("bm25.txt", "dense.txt")
    (figure,) = [f for f in document["figures"] if f["metric"] == "nDCG@10" and f["slice"] is None]
    assert figure["verdict"] == "not told"
    assert "depends on how unjudged items are counted" in figure["why"]


def test_what_the_page_says_of_the_ratings_stands_in_the_suite(folder: Path) -> None:
    suite = read_suite(folder / "movielens")
    assert set(suite.cases.attributes) == {"activity", "genre", "decade"}
    assert suite.cases.requests[0].body == b'{"user":1,"count":20}'
    assert suite.maximum_grade == 1
    assert read_suite(folder / "movielens-1m").items is not None

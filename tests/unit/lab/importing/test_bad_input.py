"""What cannot be imported is refused where it is wrong, and leaves no suite."""

from pathlib import Path
from typing import Final

import pytest

from interleaver.lab.commands.program import main
from tests.unit.lab.bad_input import Told, list_told

from .bad import BAD, TREC, Bad

CONTRACT: Final = "{path: /r, unit: {pointer: /user}, items: /items, itemId: /id}"
SOUND: Final = {
    "contract.yaml": CONTRACT,
    "scoring.yaml": "{path: /score, input: /input, score: /score}",
    "ratings.csv": "user,item,rating\n7,1,5\n",
    "qrels.txt": "301 0 a 1\n302 0 c 2\n",
    "table.csv": "path,label\na.png,1\n",
}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.file} {bad.wrong}")
def test_a_file_that_cannot_be_imported_is_refused_with_the_place(
    bad: Bad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("faces").mkdir()
    Path("faces/a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for name, text in SOUND.items():
        Path(name).write_text(text)
    if "--suite judged" in bad.words:
        assert main(["import", *TREC.replace("suite", "judged").split()]) == 0
    if bad.content is None:
        Path(bad.file).unlink()
    elif not bad.file.startswith("--"):
        Path(bad.file).write_bytes(bad.content if isinstance(bad.content, bytes) else bad.content.encode())
    assert main(["import", *bad.words.split()]) == 2
    assert bad.said in capsys.readouterr().err
    assert not Path("suite").exists()
    assert not Path("answers.jsonl").exists()


def test_the_page_of_bad_input_has_a_row_for_each_of_them() -> None:
    assert list_told("Imports") == [Told(bad.file, bad.wrong, bad.said, "2") for bad in BAD]

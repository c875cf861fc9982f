"""What cannot be used is refused where it is wrong, with what was found and what to do."""

from pathlib import Path

import pytest

from interleaver.lab.suites.reading import read_suite
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.bad_input import Told, list_told

from .bad import BAD
from .breaking import Bad


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.file} {bad.wrong}")
def test_a_suite_that_cannot_be_used_is_refused_with_the_place(bad: Bad, tmp_path: Path) -> None:
    folder = bad.make(tmp_path)
    with pytest.raises(Unusable) as refused:
        read_suite(folder)
    assert bad.said in str(refused.value)
    assert str(folder) in str(refused.value)


def test_the_page_of_bad_input_has_a_row_for_each_of_them() -> None:
    assert list_told("Suites") == [Told(bad.file, bad.wrong, bad.said, "2") for bad in BAD]

"""The page of bad input has a row for every gate that is refused, with the words that it is refused with."""

from tests.unit.lab.bad_input import Told, list_told

from .test_checking import OF_SCORES
from .test_checking import REFUSED as IN_A_SUITE
from .test_reading import REFUSED as BY_ITSELF


def test_the_page_has_a_row_for_each_gate_that_is_refused() -> None:
    by_itself = [Told("gate.yaml", wrong, said, "2") for wrong, (_, said) in BY_ITSELF.items()]
    in_a_suite = [Told("gate.yaml", wrong, said, "2") for wrong, (_, _, said) in {**IN_A_SUITE, **OF_SCORES}.items()]
    not_there = Told("gate.yaml", "a file that is not there", "gate.yaml: cannot be read: No such file", "2")
    assert list_told("Gates") == [not_there, *by_itself, *in_a_suite]

"""Which reader a contract asks for."""

from interleaver.api.v1alpha1 import Contract
from interleaver.lab.suites.suite import ScoringContract
from interleaver.lab.terms.ids import Spellings

from .content import Reader
from .lists import ListReader
from .scores import ScoreReader
from .tensors import TensorReader


def make_reader(contract: Contract | ScoringContract) -> Reader:
    """What finds the ranking or the score in an answer."""
    if isinstance(contract, ScoringContract):
        return ScoreReader(contract.score)
    if contract.tensor is not None:
        return TensorReader(contract.tensor.ids, contract.tensor.columns, Spellings())
    assert contract.items is not None
    return ListReader(contract.items, contract.item_id, Spellings())

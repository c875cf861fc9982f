"""The map of the package: its programs, layers and rooms, drawn from the contracts and from the imports themselves."""

from .drawing import draw_house
from .imports import read_house

__all__ = ["draw_house", "read_house"]

"""The cases, by what is odd about them. `python -m tests.router.differential` prints them."""

from .bodies import BODIES
from .case import Case
from .connections import CONNECTIONS
from .heads import HEADS
from .lengths import LENGTHS

CASES: tuple[Case, ...] = (*HEADS, *LENGTHS, *BODIES, *CONNECTIONS)

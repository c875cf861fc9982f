"""Identities between metrics, checked in every run: a violated one is a fault of the lab, and no figure is shown."""

import numpy as np

CLOSE = 1e-9


class ViolatedIdentity(ArithmeticError):
    """Two figures contradict each other. Nothing that was computed with them can be trusted."""

    def __init__(self, identity: str, left: float, right: float) -> None:
        super().__init__(f"{identity} does not hold: {left!r} against {right!r}; this is a fault of the lab, report it")


def hold(identity: str, left: float, right: float) -> None:
    """Raises ViolatedIdentity unless both are the same number, or neither was measured."""
    if not np.isclose(left, right, rtol=CLOSE, atol=CLOSE, equal_nan=True):
        raise ViolatedIdentity(identity, float(left), float(right))

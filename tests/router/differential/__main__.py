"""Prints the cases: what the router makes of each, and where it differs from uvicorn, and why."""

from .case import Case
from .cases import CASES


def describe(case: Case) -> str:
    """One case in words."""
    statuses = " ".join(map(str, case.statuses))
    lines = [f"{case.name}: {statuses}, connection {'kept' if case.kept else 'closed'}"]
    lines += [f"    unlike uvicorn with {parser}: {why}" for parser, why in sorted(case.differs.items())]
    return "\n".join(lines)


if __name__ == "__main__":
    print("\n".join(map(describe, CASES)))  # noqa: T201 - it prints
    print(f"{len(CASES)} cases, {sum(bool(case.differs) for case in CASES)} with a difference")  # noqa: T201

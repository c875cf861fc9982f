"""The comparison: what is granted and never used, what is used and not granted. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from tests.rights.calls import Call
from tests.rights.granted import Right

FILE: Final = "deploy/operator.yaml, deploy/namespaced and the chart"  # have the same rules
TABLE: Final = "hack/rights.py (then `make generate`)"
DISCOVERY: Final = "system:discovery"  # which everybody has who is known: what kinds there are, under /api and /apis

Reasons = Mapping[str, str]


def covers(right: Right, call: Call, verb: str) -> bool:
    """Whether a right allows a call as far as a verb is asked for."""
    is_kind = (right.verb, right.group, right.resource) == (verb, call.group, call.resource)
    return is_kind and right.name in ("", call.name) and right.namespace in ("", call.namespace)


def find_uses(rights: Iterable[Right], calls: Iterable[Call]) -> dict[Right, list[Call]]:
    """The calls that each right was needed for."""
    done = [call for call in calls if not call.is_refused]
    return {right: [call for call in done for verb in call.verbs if covers(right, call, verb)] for right in rights}


def compare(rights: Iterable[Right], calls: Iterable[Call], unused: Reasons, refused: Reasons) -> list[str]:
    """What is wrong. `unused` and `refused` say why a right is not used here, and why a call may be refused; what they
    say of rights and calls that are not so is wrong, too."""
    rights, calls = list(rights), list(calls)
    uses = find_uses(rights, calls)
    return [
        *find_unused(uses, unused),
        *find_refused(calls, refused),
        *find_stale(uses, calls, unused, refused),
        *find_strange(rights, calls),
    ]


def find_unused(uses: Mapping[Right, list[Call]], unused: Reasons) -> list[str]:
    return [
        f"{FILE}: {right.role} grants {str(right)!r}, and no call used it: remove it from {TABLE}, drive what needs it "
        "in tests/rights/life.py, or say in tests/rights/reasons.py why that cannot be"
        for right, calls in uses.items()
        if not calls and str(right) not in unused
    ]


def find_refused(calls: Iterable[Call], refused: Reasons) -> list[str]:
    words = sorted({str(call) for call in calls if call.is_refused and name_kind(call) not in refused})
    return [
        f"{FILE}: no role grants {word!r}, and the operator asked for it: let it not ask, or add the right to {TABLE}"
        for word in words
    ]


def find_stale(uses: Mapping[Right, list[Call]], calls: Iterable[Call], unused: Reasons, refused: Reasons) -> list[str]:
    used, met = (
        {str(right) for right, some in uses.items() if some},
        {name_kind(one) for one in calls if one.is_refused},
    )
    granted = {str(right) for right in uses}
    said = [f"{word!r} is used by now" for word in unused if word in used]
    said += [f"{word!r} is not granted any more" for word in unused if word not in granted]
    said += [f"{word!r} was not refused" for word in refused if word not in met]
    return [f"tests/rights/reasons.py: {words}: remove the entry" for words in said]


def find_strange(rights: Iterable[Right], calls: Iterable[Call]) -> list[str]:
    """Calls that others' rights allowed: a cluster that is stricter would refuse them."""
    roles = {right.role.split()[1] for right in rights} | {DISCOVERY}
    strange = {
        f"{call}: {call.reason}"
        for call in calls
        if not call.is_refused and not any(f'Role "{role}"' in call.reason for role in roles)
    }
    return [f"{FILE}: not by a role of ours was allowed {words}" for words in sorted(strange)]


def name_kind(call: Call) -> str:
    """A verb and a resource, wherever it is."""
    return str(Right(call.verb, call.group, call.resource, "", "", ""))


def write_table(uses: Mapping[Right, list[Call]]) -> str:
    """The audit, a line for each right: by whom it is granted, how many calls needed it, and where."""
    rows = [("right", "role", "calls", "of them, in")]
    for right, calls in uses.items():
        places = sorted({call.namespace or "all namespaces" for call in calls})
        rows.append((str(right), right.role, str(len(calls)), ", ".join(places) or "-"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join([*map(str.ljust, row[:3], widths), row[3]]) for row in rows)

"""A resource that does not fit the model: what its conditions say. Pure."""

from datetime import datetime

from pydantic import ValidationError

from interleaver.api import conditions
from interleaver.api.fields import timestamp
from interleaver.api.manifest import Manifest
from interleaver.api.status import LONGEST_MESSAGE


def explain_invalid(error: ValidationError) -> tuple[str, str]:
    """Reason and message for the first thing that is wrong: the field, and what is wrong with it."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    reason = conditions.INVALID_SPEC if first["loc"][:1] == ("spec",) else "InvalidStatus"
    more = f" ({error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return reason, f"{field}: {first['msg']}{more}"


def stalled(raw: Manifest, reason: str, message: str, now: datetime) -> Manifest | None:
    """The status patch that says Stalled; None when the status says so already. All other conditions are kept, but for
    Reconciling, which never stands beside it.

    The generation counts as observed: GitOps tools would otherwise wait, and not see that something is wrong.
    """
    former = (raw.get("status") or {}).get("conditions") or []
    old = next((one for one in former if one.get("type") == conditions.STALLED), None)
    new = {
        "type": conditions.STALLED,
        "status": "True",
        "reason": reason,
        "message": conditions.shorten(message, LONGEST_MESSAGE),
        "lastTransitionTime": timestamp(now),
        "observedGeneration": raw["metadata"].get("generation", 0),
    }
    if old and old.get("status") == "True":
        new["lastTransitionTime"] = old.get("lastTransitionTime") or new["lastTransitionTime"]
    kept = [one for one in former if one.get("type") not in conditions.WHILE_TRUE]
    if old == new and len(kept) == len(former) - 1:
        return None
    return {"observedGeneration": new["observedGeneration"], "conditions": [new, *kept]}

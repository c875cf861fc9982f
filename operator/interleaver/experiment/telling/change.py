"""The change of the resource in Git that records a promotion: a patch that fits the document as it stands there.

It moves what the candidate is to where the champion stands. So it names no template and no default, of which a document
in Git has as much as its author liked.
"""

import json

from interleaver.api.revision import resolve
from interleaver.api.status import Serving
from interleaver.api.verdict_event import Change, Operation
from interleaver.experiment.view import View

CHAMPION, CANDIDATE = "/spec/champion", "/spec/candidate"


def find_change(view: View, serving: Serving) -> Change | None:
    """The change to commit; None when spec.candidate is not, or not any more, what serves."""
    champion, candidate = view.spec.champion, view.spec.candidate
    if candidate is None or candidate.revision != serving.revision or candidate.revision == champion.revision:
        return None
    resolved = resolve(candidate)
    if resolved is not None and resolved.hash != serving.hash:
        return None
    patch = [
        Operation(op="test", path=f"{CHAMPION}/revision", value=champion.revision),
        Operation(op="test", path=f"{CANDIDATE}/revision", value=candidate.revision),
        Operation(op="move", from_=CANDIDATE, path=CHAMPION),
    ]
    words = (
        f"what spec.candidate holds ({candidate.revision}) replaces all of spec.champion ({champion.revision}), and "
    )
    return Change(words=f"{words}spec.candidate goes", patch=patch, yaml="".join(map(write_line, patch)))


def write_line(operation: Operation) -> str:
    """An operation as a line of YAML. A name such as 1e3 or no is a text in quotes alone."""
    pointers = {key: value for key, value in operation.to_dict().items() if key != "value"}
    parts = [f"{key}: {value}" for key, value in pointers.items()]
    parts += [f"value: {json.dumps(operation.value)}"] if operation.value is not None else []
    return f"- {{{', '.join(parts)}}}\n"

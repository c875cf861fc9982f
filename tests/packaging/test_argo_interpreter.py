"""What Argo CD's own code makes of experiments by the scripts that we ship, where it is built.

Everywhere else tests/unit/health runs them, in another interpreter of the same Lua; this holds it to the real one.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.built import find, is_built
from tests.layers import LEFT_OUT
from tests.unit.health.situations import SITUATIONS
from tests.unit.health.test_actions import apply, offer
from tests.unit.health.test_argo import SHIPPED, judge

PROGRAM: Final = "argocd"


def ask() -> Iterator[tuple[str, dict[str, Any]]]:
    """What it says of each situation."""
    documents = "\n".join(json.dumps(situation.document) for situation in SITUATIONS.values())
    done = subprocess.run(
        [find(PROGRAM), "judge", SHIPPED], input=documents, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    yield from zip(SITUATIONS, map(json.loads, done.stdout.splitlines()), strict=True)


def test_argo_cds_interpreter_comes_to_the_same_as_that_of_the_unit_tests(
    record_property: Callable[[str, object], None],
) -> None:
    if not is_built(PROGRAM):
        return record_property(LEFT_OUT, "Argo CD's own interpreter: hack/gitops/build argocd")
    for name, found in ask():
        document = SITUATIONS[name].document
        told = (found["health"]["status"], found["health"]["message"])
        leaving = "deletionTimestamp" in document["metadata"]
        assert told == (("Progressing", "Pending deletion") if leaving else judge(document)), name
        assert found["health"]["status"] == SITUATIONS[name].argo, name
        assert set(found["actions"]) == offer(document), name
        for action, (changed,) in found["actions"].items():
            assert changed == apply(action, document), (name, action)

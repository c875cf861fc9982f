"""A field that Git names and a person changes, for tools to heal."""

import json
from typing import Any, Final

from tests.e2e.scene import Scene

DRIFTED: Final = frozenset({"generation"})  # what is another one once it was changed and healed
FIELD: Final = ("analysis", "minimumVotes")


def drift(scene: Scene) -> None:
    """Change it by hand."""
    patch = {"spec": {FIELD[0]: {FIELD[1]: 60}}}
    scene.kubectl("patch", "ilx", "feed", "--type=merge", f"-p={json.dumps(patch)}")


def has_drifted(scene: Scene, document: dict[str, Any]) -> bool:
    """Whether it is not what the document says."""
    spec = scene.get()["spec"]
    return bool(spec[FIELD[0]][FIELD[1]] != document["spec"][FIELD[0]][FIELD[1]])

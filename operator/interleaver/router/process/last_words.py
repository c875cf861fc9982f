"""The router's last words, where the kubelet finds them: they stand in the pod's status, which the operator reads."""

import os
from typing import Final

TERMINATION_LOG: Final = "/dev/termination-log"  # where the kubelet mounts it unless a container says otherwise
LONGEST: Final = 1000  # bytes, well below the 4096 that the kubelet reads


def leave_words(words: str, path: str = TERMINATION_LOG) -> None:
    """Write why the process ends. Outside a pod there is no such file, and none is made."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_TRUNC)
    except OSError:
        return
    with os.fdopen(file, "wb") as log:
        log.write(words.encode()[:LONGEST])

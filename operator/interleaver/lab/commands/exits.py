"""Exit codes of `interleaver lab`."""

from typing import Final

DONE: Final = 0
"""Done; the gate, where there is one, has passed."""
GATE_FAILED: Final = 1
UNUSABLE: Final = 2
"""Input that cannot be used; argparse exits with it, too."""
PARTIAL: Final = 3
"""A server did not answer everything, or the run was interrupted."""
CONTRADICTED: Final = 70
"""Metrics contradict each other, which is a fault of the lab, or of a number too large or too small to count with."""
INTERRUPTED: Final = 130
"""Ended by Ctrl-C before anything was asked: 128 and SIGINT. Later, what was answered until then is shown: 3."""
UNREAD: Final = 141
"""Whoever read what was printed, as `head` does, went away before its end; what shells say of it: 128 and SIGPIPE."""

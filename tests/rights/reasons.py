"""Why some of what the audit finds is right. An entry that is not needed any more fails."""

from typing import Final

# Rights that no test can make the operator use, and why; none today.
UNUSED: Final[dict[str, str]] = {}
# Calls that the API server refuses, and why the operator makes them all the same.
REFUSED: Final[dict[str, str]] = {
    "get secrets": "where an administrator has not bound interleaver-operator-secrets: the operator asks whether it "
    "may see whose the Secrets are that routers mount, and goes by status.keysMade where it may not",
}

"""References of the spec: what a person has to do about one that gives no template, and which changed behind a name."""

from collections.abc import Iterator

from interleaver.api.experiment import Experiment
from interleaver.api.references import list_owners, name_source
from interleaver.api.revision import Identity
from interleaver.api.status import Status
from interleaver.experiment.orders.refusal import Objection
from interleaver.experiment.orders.serving import is_obeyed, is_untried
from interleaver.experiment.view import View


def list_missing_sources(view: View) -> Iterator[Objection]:
    """References without a template, of revisions that are to be deployed. That of any other may be gone."""
    for role, found in view.observed.referenced.items():
        owner = list_owners(view.spec)[role]
        if found.reason and is_wanted(view.experiment, role):
            yield Objection(found.reason, f"{name_source(role, owner)} cannot be used: {found.message}")


def is_wanted(experiment: Experiment, role: str) -> bool:
    """Whether a revision that does not serve is to be deployed because the spec names it in this role."""
    serving = experiment.status.serving
    if role == "champion":
        return serving is None or not is_obeyed(experiment.spec, serving)
    return is_untried(experiment, experiment.status)


def note_changed_sources(view: View, status: Status) -> Status:
    """The status with the revisions in use whose object has another template by now."""
    owners = list_owners(view.spec)
    changed = [
        Identity(revision=owners[role].revision, hash=found.changed)
        for role, found in view.observed.referenced.items()
        if found.changed
    ]
    # Champion and candidate may be of one name, and so of one source.
    by_name = {one.revision: one for one in changed}
    return status.model_copy(update={"changed_sources": list(by_name.values())})

"""An entry Service that somebody else made: left alone, taken over when a person says so, given back likewise.

Both commands name the Service by its uid, so that a replay from Git beside another Service does nothing (decision 27).
"""

from interleaver.api import conditions, names
from interleaver.api.adoption import Terms
from interleaver.api.status import Status
from interleaver.experiment.orders.refusal import Objection
from interleaver.experiment.orders.serving import find_rollout
from interleaver.experiment.view import View

PAGE = "docs/how-to/adopt-a-service.md"


def is_adoption_ordered(view: View) -> bool:
    """Whether the Service of the entry's name is somebody else's, and is to be taken over."""
    terms = view.observed.terms
    return terms is not None and terms.former is not None and names_it(view, names.ANNOTATION_ADOPT_SERVICE, terms.uid)


def is_adoption_due(view: View, status: Status) -> bool:
    """Whether the Service may be taken over now: what it will lead to is Ready, at full size.

    Sooner, requests would be lost; the pods that the Service led to go on serving until its selector moves.
    """
    serving = status.serving
    is_settled = serving is not None and not find_rollout(view, serving)
    return is_adoption_ordered(view) and is_settled and view.is_ready(serving.hash if serving else "", view.replicas)


def is_giving_back_ordered(view: View) -> bool:
    """Whether an adopted Service is to be given back, although the experiment stays."""
    entry = view.observed.entry
    former = entry.former if entry and entry.ours else None
    return former is not None and view.metadata.annotations.get(names.ANNOTATION_GIVE_BACK_SERVICE) == former.uid


def names_it(view: View, command: str, uid: str) -> bool:
    """Whether a command names this Service, and is not revoked by the one to give it back."""
    given = view.metadata.annotations
    return bool(uid) and given.get(command) == uid and given.get(names.ANNOTATION_GIVE_BACK_SERVICE) != uid


def find_adoption_complaint(view: View) -> Objection | None:
    """What a person has to do about the entry Service; None when nothing."""
    entry, port = view.observed.entry, view.spec.service.port
    if entry and entry.ours and entry.former and entry.former.port != port:
        message = (
            f"spec.service.port is {port}, but port {entry.former.port} of the adopted Service leads to the routers: "
        )
        return Objection(conditions.ADOPTION_REFUSED, message + "set it back, or have the Service given back first")
    if entry is None or entry.ours or is_adoption_ordered(view):
        return None
    what = f"a Service {view.spec.service.name!r} exists that this experiment did not make, and it is left alone"
    refused, words = advise(view, view.observed.terms or Terms(uid=""))
    return Objection(conditions.ADOPTION_REFUSED if refused else conditions.SERVICE_EXISTS, f"{what}{words}")


def advise(view: View, terms: Terms) -> tuple[bool, str]:
    """Whether a command to take the Service over is refused, and what to do, in words."""
    given = view.metadata.annotations.get(names.ANNOTATION_ADOPT_SERVICE)
    if view.metadata.annotations.get(names.ANNOTATION_GIVE_BACK_SERVICE) == terms.uid:
        return (
            False,
            f", for it was given back: remove the annotation {names.ANNOTATION_GIVE_BACK_SERVICE} to undo that",
        )
    if given not in (None, terms.uid):
        wrong = f"the annotation {names.ANNOTATION_ADOPT_SERVICE} names another Service than this one, whose uid is"
        return True, f": {wrong} {terms.uid}"
    if terms.obstacle:
        return given is not None, f". It cannot be taken over: {terms.obstacle}"
    command = f"kubectl annotate ilx {view.metadata.name} {names.ANNOTATION_ADOPT_SERVICE}={terms.uid}"
    return False, f": take it over in place with `{command}` ({PAGE}), or make a new experiment with another name"

"""What the history says of the records: the digest of each before it is stored, its name, and what became of it.

Whoever may create ConfigMaps can write one with the name of a record. Nobody but the operator can write the status, so
the digest in there tells the true one, wherever it is kept.
"""

from interleaver.api.observed import FoundRecord
from interleaver.api.record import draw_up, fingerprint, write
from interleaver.api.status import Past, Status
from interleaver.experiment.view import View


def note_records(view: View, status: Status) -> Status:
    """The status with what was found of records, and with the digest of the one that is to be stored."""
    found = {record.run_id: record for record in view.observed.records}
    history = [note_found(past, found.get(past.run_id)) for past in status.history]
    is_open = bool(history) and (history[0].record is None or history[0].digest is None)
    if is_open and (digest := find_digest(view, status)):
        history[0] = history[0].model_copy(update={"digest": digest})
    return status if history == status.history else status.model_copy(update={"history": history})


def note_found(past: Past, found: FoundRecord | None) -> Past:
    """A run that has ended, with what was found of its record. One that is yet to be stored is not missing."""
    # Without a digest the run has another verdict than the one whose record was looked for.
    if found is None or past.digest is None or (found.state != "Kept" and found.awaited):
        return past
    changes = {"record_state": found.state} | ({"record": found.name} if found.state == "Kept" else {})
    return past.model_copy(update=changes)


def find_digest(view: View, status: Status) -> str | None:
    """The digest of the record of the newest run, while that is in the status; None when it is not."""
    record = draw_up(view.experiment.model_copy(update={"status": status}))
    if record is None or record.run.id != status.history[0].run_id:
        return None
    return fingerprint(write(record))

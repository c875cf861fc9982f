"""Many experiments, one to a line."""

from collections.abc import Iterable

from interleaver.plugin.reading.document import Told, dig
from interleaver.plugin.reading.situation import find_situation
from interleaver.plugin.showing.table import render_table

HEAD = ("NAME", "SERVING", "CANDIDATE", "SITUATION", "PERCENT", "VOTES", "DAYS LEFT")


def render_list(experiments: Iterable[Told], everywhere: bool) -> str:
    """The table; with namespaces when they are of all."""
    rows = [((one.namespace,) if everywhere else ()) + list_cells(one) for one in experiments]
    return render_table((("NAMESPACE",) if everywhere else ()) + HEAD, rows)


def list_cells(told: Told) -> tuple[str, ...]:
    run = told.run
    left = dig(run, "estimate", "daysLeft")
    serving = str(dig(told.status, "serving", "revision") or "-")
    numbers = [str(run[name]) if name in run else "-" for name in ("percent", "votes")]
    return (told.name, serving, told.candidate or "-", find_situation(told).word, *numbers, str(left or "-"))

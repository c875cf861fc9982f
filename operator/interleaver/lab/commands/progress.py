"""A progress bar with the time left, on standard error; nothing moves where that is no terminal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from interleaver.lab.asking.progress import Progress, Watch


@contextmanager
def draw_progress(console: Console, names: Sequence[str]) -> Iterator[list[Watch]]:
    """What `ask` tells of each model how far it has come."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Bar(*columns, TextColumn("{task.fields[odd]}"), console=console) as bar:
        tasks = [bar.add_task(f"asking {name}", total=None, odd="") for name in names]
        yield [partial(draw, bar, task) for task in tasks]


def draw(bar: Bar, task: TaskID, progress: Progress) -> None:
    """Move one bar."""
    odd = (progress.kept, "kept"), (progress.failed, "failed"), (progress.retries, "asked again")
    words = ", ".join(f"{number} {what}" for number, what in odd if number)
    bar.update(task, total=progress.total, completed=progress.done, odd=words)

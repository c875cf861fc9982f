"""Print the walks: `make walks`; `ARGS=--calls` prints every call."""

import argparse
import shutil
import tempfile
from pathlib import Path

from tests.router.redis import SERVER, Redis

from .look import count_repeats, walk_look
from .request import walk_request
from .trace import Walk
from .vote import walk_vote


def main() -> None:
    """Print all walks."""
    parser = argparse.ArgumentParser(prog="make walks", description=__doc__)
    parser.add_argument("--calls", action="store_true", help="every call, with the file that made it; * is a crossing")
    every = parser.parse_args().calls
    show("a merged request", walk_request(), every)
    show("a vote", walk_vote(), every)
    show_shared_vote(every)
    look = walk_look()
    show("a look", look, every)
    repeats = count_repeats(look)
    print(f"\nasked again about the run: {repeats.total()}")
    for function, times in repeats.most_common():
        print(f"{times:6} {function}")


def show_shared_vote(every: bool) -> None:
    """The walk of a vote through a shared store, where there is a server for one."""
    if shutil.which(SERVER) is None:
        print(f"\na vote through a shared store: there is no {SERVER}")
        return
    with tempfile.TemporaryDirectory(prefix="interleaver-") as folder:
        store = Redis(Path(folder)).start()
        try:
            show("a vote through a shared store", walk_vote(store.url), every)
        finally:
            store.kill()


def show(name: str, walk: Walk, every: bool) -> None:
    """One walk: its figures, then its files in the order of first entry, with their calls."""
    print(f"\n{name}: {len(walk.files)} files, {len(walk.calls)} calls, {walk.crossings} crossings")
    for file in walk.files:
        print(f"{sum(call.file == file for call in walk.calls):6} {file}")
    for call in walk.calls if every else ():
        print(f"{'*' if call.is_crossing else ' '} {call.caller or '(the event loop)'} -> {call.file} {call.function}")


if __name__ == "__main__":
    main()

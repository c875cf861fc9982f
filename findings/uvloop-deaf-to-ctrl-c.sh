#!/usr/bin/env bash
# uvloop 0.23.0: once a loop that heard SIGINT is closed, the process is deaf to Ctrl-C, where with asyncio it is not.
#
# asyncio takes its handlers back when a loop closes (BaseEventLoop.close in unix_events.py); uvloop leaves the closed
# loop's own method behind, which does nothing. A command that runs a loop with `add_signal_handler`, to end its work in
# order, and goes on afterwards cannot be ended by Ctrl-C any more, and nothing says why. `remove_signal_handler` before
# the end is no way out for a caller who had a handler of their own: it leaves Python's default in its place.
#
# Seen on 2026-11-30:
#   asyncio KeyboardInterrupt
#   uvloop deaf
# Exits non-zero if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'uvloop==0.23.0'
cat >hear.py <<'PYTHON'
import asyncio
import signal

import uvloop


async def work():
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, print)


for name, run in (("asyncio", asyncio.run), ("uvloop", uvloop.run)):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run(work())
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        print(name, "KeyboardInterrupt")
    else:
        print(name, "deaf")
PYTHON
venv/bin/python hear.py | tee seen
diff seen - <<'SEEN'
asyncio KeyboardInterrupt
uvloop deaf
SEEN

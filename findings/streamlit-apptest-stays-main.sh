#!/usr/bin/env bash
# streamlit 1.67.0, with Python's own concurrent.futures on Linux.
#
# AppTest, Streamlit's way of testing pages without a browser, leaves the module of the script that it ran as
# sys.modules["__main__"] when run() has returned. Processes that are spawned afterwards, by a pool with the start method
# "spawn" as scientific code has it, take that script for the program and run it first. One made by AppTest.from_function calls its
# function with arguments that exist in AppTest alone, so each child ends in a NameError, and the pool is broken: a test of pages breaks
# a test of computing that happens to come after it in the same process. To put sys.modules["__main__"] back helps.
#
# Output seen: "before: 9, __main__ is the program: True", "after: BrokenProcessPool, __main__ is the program: False",
# "put back: 9, __main__ is the program: True".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" --quiet --disable-pip-version-check install streamlit==1.67.0

cat >"$dir/test.py" <<'PY'
import multiprocessing
import operator
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from streamlit.testing.v1 import AppTest


def page(words):
    import streamlit as st

    st.text(words)


def square(moment, program):
    try:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            said = pool.submit(operator.mul, 3, 3).result(60)
    except BrokenProcessPool as error:
        said = type(error).__name__
    print(f"{moment}: {said}, __main__ is the program: {sys.modules['__main__'] is program}")


if __name__ == "__main__":
    program = sys.modules["__main__"]
    square("before", program)
    assert not AppTest.from_function(page, args=("hello",)).run(timeout=60).exception
    square("after", program)
    sys.modules["__main__"] = program
    square("put back", program)
PY
cd "$dir"
"$dir/venv/bin/python" test.py 2>/dev/null | tee said
diff said - <<'SAID'
before: 9, __main__ is the program: True
after: BrokenProcessPool, __main__ is the program: False
put back: 9, __main__ is the program: True
SAID

"""`interleaver lab console`: becomes a Streamlit server that tells nobody of itself."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from interleaver.console.options import read_options

SERVED: Final = Path(__file__).parent / "served" / "app.py"
LARGEST_UPLOAD: Final = 10
"""Megabytes of a picture that is played with: what a router takes of a request is less."""
SETTINGS: Final = {
    "browser.gatherUsageStats": "false",  # nothing is told to Streamlit's makers
    "server.headless": "true",  # no browser is started, and nobody is asked for an e-mail address
    "server.fileWatcherType": "none",  # the program does not change while it runs
    "server.maxUploadSize": str(LARGEST_UPLOAD),
    "client.toolbarMode": "minimal",  # no button that offers to deploy the console elsewhere
    "client.showErrorDetails": "type",
    "global.developmentMode": "false",
    "logger.hideWelcomeMessage": "true",
}


def main(words: Sequence[str]) -> int:
    """Serve the pages until Ctrl-C. What is wrong on the command line is said first, with 2."""
    options = read_options(words)
    if find_spec("streamlit") is None:
        print(
            "interleaver lab console: streamlit is not installed: pip install 'interleaver[lab,console]'",
            file=sys.stderr,
        )
        return 1
    print(f"the console is at http://{options.host}:{options.port}, until Ctrl-C", flush=True)
    os.execv(sys.executable, [sys.executable, *make_words(options, words)])


def make_words(options: argparse.Namespace, words: Sequence[str]) -> list[str]:
    """Arguments of the interpreter: Streamlit's, and behind them the console's own, which the page reads again."""
    settings = SETTINGS | {"server.address": options.host, "server.port": str(options.port)}
    settings["browser.serverAddress"] = options.host
    flags = [f"--{name}={value}" for name, value in settings.items()]
    return ["-m", "streamlit", "run", str(SERVED), *flags, *list_hosts(options.host), "--", *words]


def list_hosts(host: str) -> list[str]:
    """The names under which a console on loopback is asked: a page elsewhere that gave itself its address is refused.
    One that listens to others has names that are not known here."""
    local = host in ("127.0.0.1", "::1", "localhost")
    return [f"--server.allowedHosts={name}" for name in ("localhost", "127.0.0.1", "::1")] if local else []

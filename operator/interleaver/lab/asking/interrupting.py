"""Ctrl-C: who hears it while models are asked, and who afterwards."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keep_handler() -> Iterator[None]:
    """Whoever heard Ctrl-C before hears it afterwards."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if is_main_thread():
            signal.signal(signal.SIGINT, before)


def is_main_thread() -> bool:
    """Whether this thread may hear signals: Python gives them to the main one alone."""
    return threading.current_thread() is threading.main_thread()

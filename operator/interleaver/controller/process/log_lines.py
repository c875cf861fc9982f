"""Lines of the log: one for each event, with the experiment and the run that it is about.

Who writes a line inside a visit does not name them: the visit does, once, and so no line can be without. After a few
plain words come fields, `key=value`, as logfmt has them: a value with blanks is quoted, so that words of others, say of
a template's author, can neither begin a line nor a field of their own.
"""

import json
import logging
import re
import sys
import time
from typing import Final

from interleaver.controller.process import handlers
from interleaver.controller.visits.visit import SUBJECT

LINE: Final = "time=%(asctime)s.%(msecs)03dZ level=%(levelname)s logger=%(name)s%(subject)s %(message)s"
FIELD: Final = re.compile(r" (\w+)=")  # in what a line is made of
PLACE: Final = re.compile(r"%[srd]")
PLAIN: Final = re.compile(r'[^\s"=]+')  # a value that needs no quotes
BREAKS: Final = str.maketrans({"\n": "\\n", "\r": "\\r"})


class Lines(logging.Formatter):
    """Writes an event in one line, in UTC. Only a traceback takes more."""

    def __init__(self) -> None:
        super().__init__(LINE, datefmt="%Y-%m-%dT%H:%M:%S", defaults={"subject": ""})
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.subject = describe_subject()
        record.message = write_event(str(record.msg), record.args) or record.message.translate(BREAKS)
        return super().formatMessage(record)


def write_event(template: str, values: object) -> str | None:
    """An event with its fields, each with its value; None for a line that is not made of such, say of a library's."""
    words, *rest = FIELD.split(template)
    if not rest or PLACE.search(words) or not isinstance(values, tuple) or len(PLACE.findall(template)) != len(values):
        return None
    line, left = words, list(values)
    for key, pattern in zip(rest[::2], rest[1::2], strict=True):
        count = len(PLACE.findall(pattern))
        line += f" {key}={quote(pattern % tuple(left[:count]))}"
        del left[:count]
    return line


def quote(value: str) -> str:
    """A value as logfmt has it."""
    return value if PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def describe_subject() -> str:
    """Whom a line is about: empty outside of visits."""
    subject = SUBJECT.get()
    return "".join(f" {key}={value}" for key, value in subject._asdict().items() if value) if subject else ""


def write_logs() -> None:
    """Write to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    handlers.quieten()

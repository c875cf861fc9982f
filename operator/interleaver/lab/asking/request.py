"""The bytes of a request: what every one has in common is written once."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from interleaver.api.http import HEADER_PATTERN
from interleaver.api.v1alpha1 import Contract
from interleaver.lab.suites.headers import OWN
from interleaver.lab.suites.suite import Request, Suite
from interleaver.lab.terms.unusable import Unusable

from .address import Address
from .options import Options

NAME: Final = re.compile(HEADER_PATTERN)
VALUE: Final = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
USUAL: Final = {
    "user-agent": "interleaver-lab",
    "accept": "application/json",
    "accept-encoding": "identity",
    "content-type": "application/json",
}


class Form(NamedTuple):
    """What requests whose cases have the same names of headers have in common."""

    start: bytes
    """First line, and the headers that no case changes."""
    names: Sequence[bytes]
    """Of the case's own headers, each with its colon."""
    unit: bytes | None
    """The same of the unit's header; None where it is not sent, or is among the case's own."""


class Writer:
    """Writes a suite's requests to one model. A case's own headers win over the unit's, and that over the run's."""

    def __init__(
        self, address: Address, path: str, headers: Iterable[tuple[str, str]] = (), unit: str | None = None
    ) -> None:
        """`unit` names the header that the unit is sent in. Raises Unusable."""
        self.first = b"POST %s HTTP/1.1\r\nHost: %s\r\n" % (f"{address.base}{path}".encode(), address.authority)
        self.common = {**USUAL, **{name.lower(): value for name, value in headers}}
        self.unit = unit.lower() if unit is not None else None
        self.forms: dict[tuple[str, ...], Form] = {}
        form = self.find_form(())  # the run's own headers are refused before anything is sent
        self.plain = form.start + (form.unit or b"")

    def write(self, request: Request, unit: str = "") -> bytes:
        """A request. Raises Unusable."""
        body = request.body
        if not request.headers:  # the usual case
            return b"%b%bContent-Length: %d\r\n\r\n%b" % (self.plain, self.end_unit(unit), len(body), body)
        form = self.find_form(tuple(request.headers))
        fields = [name + encode(value, name) for name, value in zip(form.names, request.headers.values(), strict=True)]
        if form.unit is not None:
            fields.append(form.unit + self.end_unit(unit))
        return b"".join((form.start, *fields, b"Content-Length: %d\r\n\r\n" % len(body), body))

    def end_unit(self, unit: str) -> bytes:
        """The value of the unit's header, and the end of its line. Raises Unusable."""
        if self.unit is None:
            return b""
        if unit.isprintable():  # without control characters, which is quick to say of nearly all
            return f"{unit}\r\n".encode()
        return encode(unit, start_field(self.unit))

    def find_form(self, names: tuple[str, ...]) -> Form:
        """What cases with headers of these names have in common."""
        form = self.forms.get(names)
        if form is None:
            form = self.forms[names] = self.make_form([name.lower() for name in names])
        return form

    def make_form(self, names: Sequence[str]) -> Form:
        """The same, made. Raises Unusable."""
        unit = self.unit if self.unit not in names else None
        common = {name: value for name, value in self.common.items() if name not in names and name != unit}
        fields = [start_field(name) for name in common]
        lines = [name + encode(value, name) for name, value in zip(fields, common.values(), strict=True)]
        return Form(
            start=self.first + b"".join(lines),
            names=[start_field(name) for name in names],
            unit=start_field(unit) if unit is not None else None,
        )


def start_field(name: str) -> bytes:
    """A header up to its value. Raises Unusable."""
    if NAME.fullmatch(name) is None or name in OWN:
        raise Unusable("headers", f"{name!r} is none that a suite may send", "leave it out")
    return f"{name.title()}: ".encode()


def encode(value: str, name: bytes) -> bytes:
    """A header's value and the end of its line. Raises Unusable, without the value, which may be a secret."""
    if not may_send(value):
        found = f"{name.decode().rstrip(': ')} has a line break or another control character in it"
        raise Unusable("headers", found, "take it out")
    return value.encode("utf-8", "surrogatepass") + b"\r\n"


def may_send(value: str) -> bool:
    """Whether a text can stand in a header."""
    return value.isprintable() or VALUE.fullmatch(value) is not None  # the first is quick, and says yes to nearly all


def make_writer(suite: Suite, address: Address, options: Options) -> Writer:
    """What writes the requests of a suite. Raises Unusable for headers, and for units, that cannot be sent."""
    return Writer(address, suite.contract.path, options.headers, find_unit_header(suite))


def find_unit_header(suite: Suite) -> str | None:
    """The header that the contract names for the unit. Raises Unusable for a unit that cannot stand in one."""
    header = suite.contract.unit.header if isinstance(suite.contract, Contract) else None
    if header is not None:
        for name in suite.cases.unit_names:
            if not may_send(name):
                raise Unusable("unit", f"{name!r} cannot be sent in the header {header}", "take control characters out")
    return header

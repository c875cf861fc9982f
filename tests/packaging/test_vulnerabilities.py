"""What is known about packages: found, allowed for a time, or not to be asked about, which is never "none"."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hack.vulnerabilities.__main__ import main, tell_source
from hack.vulnerabilities.allowed import Allowed, read_allowed, split
from hack.vulnerabilities.contents import read_contents, read_status
from hack.vulnerabilities.debian import find_in_debian, is_newer, read_offers
from hack.vulnerabilities.finding import Finding, NotAsked
from hack.vulnerabilities.python import find_in_python, find_index

from tests.cluster import ROOT, find_folder
from tests.layers import LEFT_OUT

from .test_requirements import read_pins

TODAY = date(2026, 12, 1)
LEAK = Finding("requests", "2.30.0", ("CVE-2023-32681", "GHSA-j8r2-6x86-q33q", "PYSEC-2023-74"), "2.31.0")
# As the index writes them; it has an entry twice when two databases have it.
ENTRY = {"id": "PYSEC-2023-74", "aliases": ["CVE-2023-32681", "GHSA-j8r2-6x86-q33q"], "fixed_in": ["2.31.0"]}
KNOWN = {"requests/2.30.0": [{**ENTRY, "withdrawn": None}], "yaml/1": [{**ENTRY, "withdrawn": "2024-01-01T00:00:00Z"}]}


@contextmanager
def serve(known: dict[str, Any]) -> Iterator[str]:
    """An index that has these releases, and refuses all others."""

    class Index(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            release = self.path.removeprefix("/pypi/").removesuffix("/json")
            self.send_response(200 if release in known else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"vulnerabilities": known.get(release)}).encode())

        def log_message(self, *words: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def find_archive(image: str) -> Path:
    archive = find_folder() / f"images/interleaver-{image}-dev.tar"
    if not archive.exists():
        pytest.skip(f"{archive.name} has not been built: make image")
    return archive


def test_a_known_vulnerability_is_found_with_all_its_names_and_one_that_was_withdrawn_is_not() -> None:
    with serve(KNOWN) as index:
        assert find_in_python({"requests": "2.30.0", "yaml": "1"}, index) == [LEAK]


@pytest.mark.parametrize("packages", [{"requests": "2.29.0"}, {"requests": "2.30.0", "unheard-of": "1"}])
def test_a_release_that_the_index_does_not_answer_for_is_not_one_without_findings(packages: dict[str, str]) -> None:
    with serve(KNOWN) as index, pytest.raises(NotAsked, match="answers 404"):
        find_in_python(packages, index)


def test_without_a_network_nothing_is_said_to_be_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_source("Python", lambda: find_in_python({"requests": "2.30.0"}, "http://127.0.0.1:9"), [], TODAY) == 2
    said = capsys.readouterr().out
    assert "could not be asked" in said
    assert "none known" not in said


def test_a_finding_is_borne_until_its_day_and_fails_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    allowed = [Allowed("requests", "CVE-2023-32681", "no proxy is used", TODAY)]
    assert split([LEAK], allowed, TODAY) == ([], [LEAK])
    assert split([LEAK], allowed, date(2026, 12, 2)) == ([LEAK], [])
    assert tell_source("Python", lambda: [LEAK], allowed, TODAY) == 0
    assert tell_source("Python", lambda: [LEAK], [], TODAY) == 1
    assert "allowed: requests 2.30.0: CVE-2023-32681" in capsys.readouterr().out


@pytest.mark.parametrize("line", ['reason = ""', "until = 'soon'", "unit = 3"])
def test_an_entry_says_why_and_until_when(line: str, tmp_path: Path) -> None:
    entry = {"package": '"x"', "name": '"CVE-1"', "reason": '"r"', "until": "2027-01-31"}
    name, _, value = line.partition(" = ")
    file = tmp_path / "allowed.toml"
    file.write_text("\n".join(["[[allowed]]", *(f"{key} = {it}" for key, it in {**entry, name: value}.items())]))
    with pytest.raises(SystemExit, match="entry 1"):
        read_allowed(file)


def test_what_is_allowed_can_be_read() -> None:
    assert all(entry.reason for entry in read_allowed())


def test_what_is_asked_about_is_what_is_in_the_image() -> None:
    contents = read_contents(find_archive("router"))
    assert contents.python == read_pins(ROOT / "requirements/router.txt")
    assert contents.debian.keys() >= {"libssl3", "python3.11-minimal", "ca-certificates"}
    assert contents.release


def test_an_image_of_another_base_is_not_called_clean_of_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_source("Debian", lambda: find_in_debian({}, ""), [], TODAY) == 2
    assert "does not say which packages" in capsys.readouterr().out


def test_a_package_that_was_removed_is_not_there() -> None:
    there, gone = (
        "Package: a\nStatus: install ok installed\nVersion: 1",
        "Package: b\nStatus: deinstall ok config-files",
    )
    text = f"{there}\n\n{gone}\nVersion: 2\n"
    assert read_status(text) == {"a": "1"}


def test_the_newest_of_the_security_archives_versions_counts() -> None:
    offers = """\
   libssl3 | 3.0.22-1~deb12u2 | http://a/debian-security bookworm-security/main amd64 Packages
   libssl3 | 3.0.21-1~deb12u1 | http://a/debian-security bookworm-security/main amd64 Packages
   libssl3 | 3.0.20-1~deb12u2 | http://a/debian bookworm/main amd64 Packages
   libgmp10 | 2:6.2.1+dfsg1-1.1 | http://a/debian bookworm/main amd64 Packages
"""
    assert dict(read_offers(offers, "bookworm-security")) == {"libssl3": "3.0.22-1~deb12u2"}
    assert is_newer("3.0.22-1~deb12u2", "3.0.22-1~deb12u1")
    assert not is_newer("3.0.22-1~deb12u2", "3.0.22-1")


def test_a_version_that_is_known_to_be_vulnerable_is_found_by_the_real_index(
    record_property: Callable[[str, object], None],
) -> None:
    try:
        found = find_in_python({"requests": "2.30.0"}, find_index())
    except NotAsked as reason:
        record_property(LEFT_OUT, f"PyPI's own answer: {reason}")
        return
    assert any("CVE-2023-32681" in finding.names for finding in found)


@pytest.mark.timeout(120)
def test_a_package_of_debians_with_a_security_update_is_found_by_the_real_archive(
    record_property: Callable[[str, object], None],
) -> None:
    try:
        found = find_in_debian({"openssl": "1.0", "dash": "0.5.12-2"}, "bookworm")
    except NotAsked as reason:
        record_property(LEFT_OUT, f"Debian's own answer: {reason}")
        return
    assert [finding.package for finding in found] == ["openssl"]


def test_both_sources_of_an_image_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    archive = find_archive("router")
    assert main([str(archive), "--index", "http://127.0.0.1:9"], TODAY) in (1, 2)
    said = capsys.readouterr().out
    assert said.startswith("interleaver-router-dev: ")
    assert "Python: could not be asked" in said
    assert "  Debian: " in said

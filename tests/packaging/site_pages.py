"""The site of docs/, built and served; and what a page has, on the site and on GitHub."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

from markdown_it import MarkdownIt

from tests.cluster import ROOT

SHOWN: Final = {
    "h1",
    "h2",
    "h3",
    "p",
    "li",
    "ul",
    "ol",
    "table",
    "tr",
    "td",
    "pre",
    "blockquote",
    "em",
    "strong",
    "img",
}


def build(output: Path) -> None:
    """Build the site. Raises CalledProcessError, with what was wrong, where a link, an anchor or a page is lost."""
    command = ["hack/site/build", str(output)]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=True)


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The site at an address of this machine."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads along."""


def count_shown(html: str) -> Counter[str]:
    """How many headings, paragraphs, rows and so on people see."""
    counter = _Counter()
    counter.feed(html)
    return counter.found


def count_written(page: Path) -> Counter[str]:
    """The same, of a page as GitHub shows it."""
    return count_shown(MarkdownIt("commonmark").enable("table").render(page.read_text()))


def cut_article(html: str) -> str:
    """What of a page of the site is the page's own."""
    return html.partition("<article")[2].partition("</article>")[0]


class _Counter(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SHOWN:
            self.found[tag] += 1

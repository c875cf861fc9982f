"""A report as a reader who has no browser reads it: the elements of its page."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.gate.outcome import GateResult
from interleaver.lab.report.writing import render

NOW = datetime(2026, 11, 30, 12, 34, tzinfo=UTC)


class Page(HTMLParser):
    """Tags with their attributes, and the text that people see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.source = text
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.inside or not data.strip():
            return
        words = " ".join(data.split())
        if self.tags and self.tags[-1][0] == "wbr" and self.words:
            self.words[-1] += words  # where a line may break there is no gap
        else:
            self.words.append(words)

    @property
    def text(self) -> str:
        """All that people see, in one line."""
        return " ".join(self.words)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def read_page(evaluation: Evaluation, gate: GateResult | None = None, **told: Any) -> Page:
    """The page of an evaluation."""
    return Page(render(evaluation, [gate] * len(evaluation.trials), now=NOW, **told))

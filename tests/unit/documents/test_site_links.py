"""Links between files of the repository hold on the site, too, where docs/ is the root."""

from pathlib import PurePosixPath
from typing import Final

import pytest
from hack.site.links import find_outside, place, translate

from .blocks import PAGES, ROOT

README: Final = PurePosixPath("README.md")
PAGE: Final = PurePosixPath("docs/how-to/pages.md")


@pytest.mark.parametrize(
    ("page", "link", "turned"),
    [
        (README, "docs/how-to/pages.md#a-page", "how-to/pages.md#a-page"),
        (README, "docs/decisions", "decisions/index.md"),
        (README, "CONTRIBUTING.md", "contributing.md"),
        (README, "examples/full.yaml", "repository/examples/full.yaml.md"),
        (README, "https://example.com/docs/x.md", "https://example.com/docs/x.md"),
        (PAGE, "send-feedback.md#who-may-vote", "send-feedback.md#who-may-vote"),
        (PAGE, "../reference/api.md", "../reference/api.md"),
        (PAGE, "../../README.md#see-it-run", "../index.md#see-it-run"),
        (PAGE, "../../charts/interleaver/values.yaml", "../repository/charts/interleaver/values.yaml.md"),
        (PAGE, "#a-heading", "#a-heading"),
        (PAGE, "drawing.svg", "drawing.svg"),
    ],
)
def test_a_link_leads_to_where_the_file_stands_on_the_site(page: PurePosixPath, link: str, turned: str) -> None:
    assert translate(page, f"See [it]({link}).") == f"See [it]({turned})."


def test_what_is_shown_as_code_stays() -> None:
    text = "`[a](README.md)`\n\n```md\n[b](../../README.md)\n```\n"
    assert translate(PAGE, text) == text


def test_files_that_pages_link_to_come_along() -> None:
    text = "[a](../../examples/full.yaml) [b](../reference/api.md) [c](../../README.md) `[d](../../setup.py)`"
    assert find_outside(PAGE, text) == {PurePosixPath("examples/full.yaml")}


def test_every_page_stands_in_the_list_of_mkdocs_yml() -> None:
    """The build says so as well, in longer."""
    listed = (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")[2]
    pages = [place(PurePosixPath(page.relative_to(ROOT))) for page in PAGES]
    assert [str(page) for page in pages if page.parts[0] != "decisions" and f"- {page}\n" not in listed] == ["index.md"]

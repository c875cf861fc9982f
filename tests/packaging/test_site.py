"""The site of docs/: it is whole, shows what GitHub shows, finds what is searched for, and asks no other host.

`SCREENSHOTS=FOLDER` keeps the pictures that it takes.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cluster import ROOT
from tests.lab import browser as browsers
from tests.lab.browser import Browser

from .site_pages import build, count_shown, count_written, cut_article, serve

pytestmark = pytest.mark.timeout(300)  # MkDocs and Chromium may have to be installed first

DOCS: Final = ROOT / "docs"
PAGES: Final = sorted(DOCS.rglob("*.md"))
LOOKED_AT: Final = ("", "how-to/model-servers/", "reference/conditions/", "decisions/")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    output = tmp_path_factory.mktemp("site")
    try:
        build(output)
    except subprocess.CalledProcessError as error:
        pytest.fail(f"the site cannot be built:\n{error.stdout}\n{error.stderr}", pytrace=False)
    return output


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with serve(site) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    browsers.install()
    browser = Browser()
    yield browser
    browser.close()


def read_page(site: Path, page: Path) -> str:
    """A page of docs/ as it stands on the site."""
    return (site / page.relative_to(DOCS).with_suffix("") / "index.html").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_a_page_has_on_the_site_what_it_has_on_github(site: Path, page: Path) -> None:
    assert count_shown(cut_article(read_page(site, page))) == count_written(page)


def test_every_page_can_be_reached_from_the_first(site: Path) -> None:
    start = (site / "index.html").read_text()
    places = [page.relative_to(DOCS).with_suffix("").as_posix() for page in PAGES]
    assert len(places) > 80
    assert [place for place in places if f'href="{place}/"' not in start] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[gone](gone.md)", "'gone.md'"),
        ("[gone](page.md#gone)", "no such anchor"),
        ("[gone](/gone)", "absolute link '/gone'"),
    ],
)
def test_what_is_lost_fails_the_build(site: Path, tmp_path: Path, text: str, words: str) -> None:
    assert words in refuse(tmp_path, ["page.md"], text)


def test_a_page_that_no_list_names_fails_the_build(site: Path, tmp_path: Path) -> None:
    assert "page.md" in refuse(tmp_path, [], "Nothing is wrong with it.")


def refuse(folder: Path, nav: list[str], text: str) -> str:
    """What is said of a site of one page beside its first, by the rules of ours."""
    (folder / "docs").mkdir()
    (folder / "docs/index.md").write_text("# Start\n")
    (folder / "docs/page.md").write_text(f"# Page\n\n{text}\n")
    listed = ", ".join(["index.md", *nav])
    rules = f"INHERIT: {ROOT / 'mkdocs.yml'}\ndocs_dir: docs\nhooks: []\ntheme: mkdocs\nnav: [{listed}]\n"
    (folder / "mkdocs.yml").write_text(rules)
    script = (
        'source hack/cluster/progress.sh && source hack/environments.sh && "$(make_environment site)/bin/python" "$@"'
    )
    command = ["-m", "mkdocs", "build", "-f", str(folder / "mkdocs.yml"), "-d", str(folder / "out")]
    done = subprocess.run(
        ["bash", "-c", script, "bash", *command], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("place", LOOKED_AT)
def test_a_page_follows_its_readers_taste_and_asks_nobody_else(
    browser: Browser, address: str, tmp_path: Path, place: str, dark: bool
) -> None:
    browser.open(f"{address}/{place}", dark=dark)
    browser.wait_for_text("interleaver")
    assert browser.run("return document.body.dataset.mdColorScheme") == ("slate" if dark else "default")
    assert browser.complaints() == []
    assert [url for url in browser.requests() if not url.startswith((address, "data:"))] == []
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    browser.take_picture(
        folder / f"site-{place.strip('/').replace('/', '-')}-{'dark' if dark else 'light'}.png", most=1600
    )
    browser.resize(1400, 900)


SEARCH: Final = """
const field = document.querySelector('.md-search__input');
field.focus();
field.value = arguments[0];
field.dispatchEvent(new Event('keyup', {bubbles: true}));
field.dispatchEvent(new Event('input', {bubbles: true}));
"""
FOUND: Final = (
    "return [...document.querySelectorAll('.md-search-result__link')].map((one) => new URL(one.href).pathname)"
)


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("adopt service", "/how-to/adopt-a-service/"),
        ("PromotionRecorded", "/how-to/record-promotions/"),
        ("sentinels", "/how-to/share-votes-between-routers/"),
    ],
)
def test_a_search_finds_the_page(browser: Browser, address: str, words: str, page: str) -> None:
    browser.open(address)
    browser.run(SEARCH, words)
    found = browser.wait_for(FOUND)
    assert page in found[:20]

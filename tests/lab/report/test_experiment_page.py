"""`kubectl interleaver report` in a real browser: nothing is loaded, and everything can be read, dark and narrow, too.

It stands beside the lab's report for the sake of the browser, which takes long to start, and of what is asked there.
`SCREENSHOTS=FOLDER` keeps the pictures.
"""

from pathlib import Path

import pytest

from interleaver.plugin.reporting.page import render_page
from tests.lab.browser import Browser
from tests.lab.report.test_browser import FAINT, OVERLAPPING, STICKING_OUT
from tests.unit.plugin.reports import NOW, make_subject

pytestmark = pytest.mark.timeout(300)  # Chromium may have to be installed first

LINES = "return [...document.querySelectorAll('svg[role=img] path.line')].map(each => getComputedStyle(each).stroke)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render_page(make_subject(), NOW))
    return file.as_uri()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_loads_nothing_and_can_be_read_in_either_theme(
    browser: Browser, address: str, pictures: Path, dark: bool
) -> None:
    browser.open(address, dark=dark)
    assert [url for url in browser.requests() if not url.startswith("data:")] == [address]
    assert browser.complaints() == []
    assert "Attention by rank" in browser.read()
    assert browser.run(FAINT) == []
    drawn = browser.run(LINES)
    assert len(drawn) >= 6
    assert len(set(drawn)) >= 3, "lines are told apart"
    browser.take_picture(pictures / f"experiment-{browser.taste(dark)}.png")


@pytest.mark.parametrize("width", [380, 1400])
def test_a_page_is_as_wide_as_its_window_and_every_picture_has_a_size(
    browser: Browser, address: str, width: int
) -> None:
    browser.open(address, width=width)
    assert browser.run(STICKING_OUT) == []
    assert browser.run("return document.querySelectorAll('.plot svg text').length") > 40
    assert browser.run(OVERLAPPING) == []
    sizes = browser.run(
        "return [...document.querySelectorAll('svg[role=img]')].map(each => each.getBoundingClientRect())"
        ".map(each => [each.width, each.height])"
    )
    assert len(sizes) == 4
    assert all(wide > 250 and high > 100 for wide, high in sizes)


def test_on_paper_it_is_black_on_white_whatever_the_readers_theme(browser: Browser, address: str) -> None:
    browser.open(address, dark=True)
    taste = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.order("Emulation.setEmulatedMedia", media="print", features=taste)
    colours = browser.run("const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]")
    browser.order("Emulation.setEmulatedMedia", media="", features=taste)
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]

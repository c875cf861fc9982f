"""The report in a real browser: nothing is loaded, nothing complains, and everything can be read, narrow and dark, too.

`SCREENSHOTS=FOLDER` keeps the pictures that it takes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from interleaver.lab.evaluation.evaluation import CornerOutcome, Evaluation, Held
from interleaver.lab.gate.outcome import GateResult
from interleaver.lab.measures.custom import plot
from interleaver.lab.report.customs import draw_customs
from interleaver.lab.report.writing import write_report
from tests.lab.browser import Browser
from tests.unit.lab.builders import SLICES, make_evaluation, make_gate_result
from tests.unit.lab.report.pages import NOW

pytestmark = pytest.mark.timeout(300)  # Chromium may have to be installed first

LONG: Final = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
CORNERS: Final = (CornerOutcome("empty cart", Held.HELD), CornerOutcome(LONG, Held.BROKEN, "wine came third"))
KINDS: Final = ("ranking", "scoring", "alone", "partial")
WIDTHS: Final = (400, 1400)


@plot(name="spread")
def spread(evaluation: Evaluation) -> str:
    """How far scores lie apart."""
    radius = len(evaluation.suite.cases) / 100
    circle = f'<circle cx="100" cy="50" r="{radius}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">{circle}</svg>'


def write(evaluation: Evaluation, gate: GateResult | None, folder: Path, **told: Any) -> Path:
    """The page of an evaluation whose candidates all have one verdict."""
    return write_report(evaluation, [gate] * len(evaluation.trials), folder, now=NOW, **told)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Pages of several kinds of evaluations, by their addresses."""
    folder = tmp_path_factory.mktemp("reports")
    slices = (*SLICES, (("company", LONG),), (("company", "<b>bold</b> & co"), ("gender", None)))
    ranking = make_evaluation(count=500, slices=slices, corners=CORNERS, warnings=(LONG, "Two models gave one answer."))
    scoring = make_evaluation(count=3000, scoring=True)
    pages = {
        "ranking": write(ranking, make_gate_result(passed=False), folder / "ranking", raw=True),
        "scoring": write(
            scoring, make_gate_result(), folder / "scoring", raw=True, drawn=draw_customs([spread], scoring)
        ),
        "alone": write(make_evaluation(champion=False), None, folder / "alone"),
        "partial": write(make_evaluation(candidates=2, failed=3), make_gate_result(), folder / "partial"),
    }
    return {kind: page.as_uri() for kind, page in pages.items()}


@pytest.fixture
def wide(browser: Browser) -> Iterator[Browser]:
    """A browser whose next page is seen by a person at a desk."""
    yield browser
    browser.resize(1400, 900)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_loaded_and_nothing_complains(browser: Browser, reports: dict[str, str], kind: str) -> None:
    browser.open(reports[kind])
    browser.run("for (const details of document.querySelectorAll('details')) details.open = true")
    assert [url for url in browser.requests() if not url.startswith("data:")] == [reports[kind]]
    assert browser.complaints() == []


# Texts that stick out of what they belong to, or of the window, which would scroll to the side.
STICKING_OUT: Final = """
for (const details of document.querySelectorAll('details')) details.open = true;
const wide = document.documentElement.scrollWidth;
const out = wide > innerWidth ? [`the page is ${wide} wide`] : [];
for (const cell of document.querySelectorAll('td, th, dd, dt, li, p, h1, h2, h3, figcaption, caption, button'))
  if (cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).display !== 'inline')
    out.push(`${cell.tagName} ${cell.textContent.trim().slice(0, 60)}: ${cell.scrollWidth} > ${cell.clientWidth}`);
return out;
"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_sticks_out(browser: Browser, reports: dict[str, str], kind: str, width: int) -> None:
    browser.open(reports[kind], width=width)
    assert browser.run(STICKING_OUT) == []


# Pairs of texts within one drawing that lie over each other, and texts that its edge cuts off.
OVERLAPPING: Final = """
const found = [];
for (const svg of document.querySelectorAll('.plot svg')) {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
  texts.forEach(([text, box], place) => {
    const inside = box.left > frame.left - 1 && box.right < frame.right + 1;
    if (!inside || box.bottom > frame.bottom + 1 || box.top < frame.top - 1)
      found.push(`${text} is cut off`);
    for (const [other, its] of texts.slice(place + 1))
      if (box.left < its.right && its.left < box.right && box.top < its.bottom && its.top < box.bottom)
        found.push(`${text} over ${other}`);
  });
}
return found;
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_of_a_plot_lies_over_another(browser: Browser, reports: dict[str, str], width: int) -> None:
    browser.open(reports["scoring"], width=width)
    assert browser.run("return document.querySelectorAll('.plot svg text').length") > 50
    assert browser.run(OVERLAPPING) == []


# The contrast of every text with what is behind it: WCAG 2.2, 1.4.3, which wants 4.5.
FAINT: Final = """
for (const details of document.querySelectorAll('details')) details.open = true;
const channel = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const read = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
const behind = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const colour = read(getComputedStyle(one).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const found = new Set();
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const element = walk.currentNode.parentElement;
  if (!walk.currentNode.textContent.trim() || element.closest('script, style, title')) continue;
  const style = getComputedStyle(element);
  const [a, b] = [light(read(element.closest('svg') ? style.fill : style.color)), light(behind(element))];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const text = walk.currentNode.textContent.trim().slice(0, 30);
  if (contrast < 4.5) found.add(`${element.className} ${text} ${contrast.toFixed(2)}`);
}
return [...found];
"""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_text_stands_out_from_what_is_behind_it(
    browser: Browser, reports: dict[str, str], kind: str, dark: bool
) -> None:
    browser.open(reports[kind], dark=dark)
    assert browser.run(FAINT) == []


PAGE_COLOUR: Final = "return getComputedStyle(document.body).backgroundColor"


def test_the_page_follows_the_taste_of_its_reader_and_the_button_turns_it(
    browser: Browser, reports: dict[str, str]
) -> None:
    colours = []
    for dark in (False, True):
        browser.open(reports["ranking"], dark=dark)
        colours.append(browser.run(PAGE_COLOUR))
        browser.run("document.getElementById('theme').click()")
        colours.append(browser.run(PAGE_COLOUR))
    light, turned_dark, dark_colour, turned_light = colours
    assert light == turned_light != dark_colour == turned_dark


COLUMN: Final = """
const read = (cell) => [...cell.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE).map((one) => one.data)
  .join('').trim();
const box = [...document.querySelectorAll('section')].find((one) => one.textContent.includes('Groups, smallest first'))
  .querySelector('.table');
const heads = [...box.querySelectorAll('thead th')];
const column = heads.findIndex((head) => head.textContent === arguments[0]);
for (let click = 0; click < arguments[1]; click++) heads[column].querySelector('button').click();
return [heads[column].getAttribute('aria-sort'), ...[...box.querySelectorAll('tbody tr')].filter((row) => !row.hidden)
  .map((row) => row.cells[column].dataset.value ?? read(row.cells[column]))];
"""


def test_tables_are_sorted_by_number_whichever_way(browser: Browser, reports: dict[str, str]) -> None:
    for clicks, words in ((1, "ascending"), (2, "descending")):
        browser.open(reports["ranking"])
        direction, *values = browser.run(COLUMN, "difference", clicks)
        assert direction == words
        numbers = [float(value) for value in values]
        assert numbers == sorted(numbers, reverse=clicks == 2)
        assert len(set(numbers)) > 3


def test_tables_are_sorted_by_words_where_there_are_no_numbers(browser: Browser, reports: dict[str, str]) -> None:
    browser.open(reports["ranking"])
    _, *slices = browser.run(COLUMN, "slice", 1)
    assert slices == sorted(slices, key=str.casefold)


def test_a_filter_keeps_rows_with_all_of_its_words_and_says_how_many(browser: Browser, reports: dict[str, str]) -> None:
    browser.open(reports["ranking"])
    browser.run(
        "const input = [...document.querySelectorAll('section')].find((one) => one.textContent.includes('Groups, sma'))"
        ".querySelector('input'); input.value = 'GENDER=F 60+'; input.dispatchEvent(new Event('input'));"
    )
    _, *slices = browser.run(COLUMN, "slice", 0)
    assert slices == ["age_group=60+, gender=f"]
    assert "1 of 8" in browser.read()


def test_the_page_is_whole_without_scripts(browser: Browser, reports: dict[str, str]) -> None:
    browser.open(reports["ranking"], scripts=False)
    script = "return [...document.querySelectorAll('tbody tr')].filter((row) => row.hidden).length"
    browser.order("Emulation.setScriptExecutionDisabled", value=False)  # the page has long been read without them
    assert browser.run(script) == 0
    assert browser.run("return getComputedStyle(document.querySelector('.filter')).display") == "none"
    assert browser.run("return getComputedStyle(document.getElementById('theme')).display") == "none"
    assert "The candidate did not pass the gate." in browser.read()


def test_nothing_is_told_by_colour_alone(browser: Browser, reports: dict[str, str]) -> None:
    browser.open(reports["scoring"])
    dashes = "return ['champion', 'candidate', 'ideal'].map((one) => getComputedStyle(document.querySelector("
    assert len(set(browser.run(f"{dashes}`.plot .line.${{one}}`)).strokeDasharray)"))) == 3
    unnamed = (
        "return [...document.querySelectorAll('svg[role=img], img')].filter((one) => !(one.getAttribute('aria-label')"
    )
    assert browser.run(f"{unnamed} || one.getAttribute('aria-labelledby') || one.alt)).length") == 0


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_taken_for_people_to_look_at(
    wide: Browser, reports: dict[str, str], pictures: Path, kind: str, dark: bool, width: int
) -> None:
    wide.open(reports[kind], width=width, dark=dark)
    file = wide.take_picture(pictures / f"{kind}-{'dark' if dark else 'light'}-{width}.png", width=width)
    assert file.read_bytes().startswith(b"\x89PNG")
    assert file.stat().st_size > 20_000

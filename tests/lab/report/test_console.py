"""`interleaver lab console` in a real browser: every page, with the keyboard, dark and narrow, over 100,000 samples.

It stands beside the lab's report for the sake of the browser, which takes long to start. `SCREENSHOTS=FOLDER` keeps the
pictures.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from interleaver.lab.asking.answer_file import write_answers
from interleaver.lab.commands.program import main
from interleaver.lab.suites.reading import read_suite
from tests.lab.browser import Browser
from tests.lab.consoles import Console
from tests.lab.robustness.shops import answer_nearly, answer_robustly, make_queries
from tests.router.model_servers import Loop, Model, Reply
from tests.unit.lab.builders import make_answers, make_evaluation_document
from tests.unit.lab.suites.folders import CONTRACT, RANKING, make_ranking, make_scoring
from tests.unit.plugin.reports import make_document

from .test_browser import FAINT

pytestmark = pytest.mark.timeout(300)  # Chromium may have to be installed first

SAMPLES: Final = 100_000
PAGES: Final = {
    "Playground": "Ask about",
    "Histogram": "At the threshold",
    "Slices": "interval around 0",
    "Robustness and attacks": "what broke first",
    "Compare": "There is no MLflow to compare runs of.",
    "Experiments": "evidence: on par",
}
"""The title of every page, and words that it has only once it is whole."""
EVIL: Final = "<script>document.title='cheated'</script> ![x](http://example.com/x.png)"


@pytest.fixture(scope="module")
def shops(loop: Loop) -> Iterator[list[Model]]:
    """Two rankers."""
    models = [Model(loop, answer).start() for answer in (answer_robustly, answer_nearly)]
    yield models
    for model in models:
        model.stop()


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite of rankings; the title of one film would be markup anywhere else."""
    tables = make_queries()
    for item in tables["items"]:
        item["title"] = EVIL if item["item"] == 1 else f"Film number {item['item']}"
    description = {**RANKING, "contract": {**CONTRACT, "unit": {"pointer": "/user"}, "depth": 10}}
    return make_ranking(tmp_path_factory.mktemp("films"), description=description, **tables)


@pytest.fixture(scope="module")
def cluster(loop: Loop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A kubeconfig for what lists one experiment, whose run has gone on for days."""
    listed = {"kind": "List", "metadata": {}, "items": [make_document()]}
    server = Model(loop, lambda seen: Reply(json.dumps(listed).encode())).start()
    named = {"cluster": {"server": server.url}, "user": {}, "context": {"cluster": "here", "user": "here"}}
    document: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "current-context": "here"}
    document |= {f"{kind}s": [{"name": "here", kind: found}] for kind, found in named.items()}
    file = tmp_path_factory.mktemp("cluster") / "kubeconfig"
    file.write_text(json.dumps(document))
    yield file
    server.stop()
    assert {seen.method for seen in server.seen} == {"GET"}, "the console only reads"


@pytest.fixture(scope="module")
def scores(
    shops: list[Model], films: Path, cluster: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Console]:
    """A console with all there is: 100,000 samples with answers, an evaluation, stress, attacks, and a cluster."""
    folder = tmp_path_factory.mktemp("scores")
    rows = [
        {"sample": f"s{row}", "input": row, "label": row % 2, "source": "production", "attributes": {"half": row % 2}}
        for row in range(SAMPLES)
    ]
    place = make_scoring(folder, "parquet", samples=rows)
    suite = read_suite(place)
    (folder / "evaluation" / "answers").mkdir(parents=True)
    for name, skill in (("champion", 2.0), ("candidate", 3.0)):
        answers = make_answers(suite, f"http://{name}:9000", skill=skill)
        write_answers(folder / "evaluation" / "answers" / f"{name}.jsonl", suite, answers)
    (folder / "evaluation" / "evaluation.json").write_text(json.dumps(make_evaluation_document(scoring=True)))
    models = ["--champion", shops[0].url, "--candidate", shops[1].url]
    quick = {"stress": ["--requests", "1", "--burst", "2"], "attack": ["--cases", "2", "--requests", "8"]}
    quick["attack"] += ["--history", "/history"]
    for command, words in quick.items():
        assert main([command, str(films), *models, *words, "--output", str(folder / command)]) in (0, 1)
    console = Console(folder, str(place), *models, "--kubeconfig", str(cluster)).start()
    yield console
    console.stop()


def turn_to(browser: Browser, title: str) -> str:
    """Click on a page in the list of pages; its text once it is whole."""
    link = (
        "[...document.querySelectorAll('[data-testid=stSidebarNavLink]')].find(one => one.innerText === arguments[0])"
    )
    browser.run(f"{link}.click()", title)
    browser.wait_for(f"return (document.querySelector('h1') || {{}}).innerText === '{title}'")
    return browser.wait_for_text(PAGES[title])


WIDER: Final = """
const page = document.querySelector('[data-testid=stMain]');
return Math.max(page.scrollWidth - page.clientWidth, document.documentElement.scrollWidth - innerWidth);
"""
# The contrast of what the console itself draws; the rest is Streamlit's own.
EMPTY: Final = "!walk.currentNode.textContent.trim()"
OWN: Final = FAINT.replace(EMPTY, f"!element.closest('.lab') || {EMPTY}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_person_clicks_through_every_page_and_can_read_it_wide_and_narrow(
    browser: Browser, scores: Console, pictures: Path, dark: bool
) -> None:
    browser.open(scores.url, dark=dark)
    browser.wait_for_text("Playground")
    for title in PAGES:
        turn_to(browser, title)
        assert browser.run("return document.querySelectorAll('[data-testid=stException]').length") == 0, title
        assert browser.run(OWN) == [], title
        for width in (400, 1400):
            browser.resize(width, 900)
            assert browser.run(WIDER) <= 0, f"{title} scrolls to the side"
            name = f"console-{title.split()[0].lower()}-{browser.taste(dark)}-{width}.png"
            browser.take_picture(pictures / name, width=width)
    assert all(url.startswith((scores.url, "data:", "blob:")) for url in browser.requests()), "it asks nobody else"
    assert "Traceback" not in scores.log


def test_a_hundred_thousand_samples_are_shown_twelve_at_a_time(browser: Browser, scores: Console) -> None:
    browser.open(f"{scores.url}/histogram")
    browser.wait_for("return document.querySelectorAll('.samples figure').length")
    browser.wait_for(f"return document.querySelector({json.dumps(TURNED)})")
    words = browser.read()
    assert "50,000 samples of label 1 above the middle line, 50,000 of label 0 below it" in words
    assert browser.run("return document.querySelectorAll('.samples figure').length") == 12
    first = browser.run("return document.querySelector('.samples figcaption').innerText")
    browser.driver.find_element(By.CSS_SELECTOR, TURNED).send_keys(Keys.ARROW_UP)
    browser.wait_for(f"return document.querySelector('.samples figcaption').innerText !== {json.dumps(first)}")
    assert browser.run("return document.querySelectorAll('.samples figure').length") == 12


def test_pages_and_the_threshold_are_chosen_with_the_keyboard_alone(browser: Browser, scores: Console) -> None:
    browser.open(scores.url)
    browser.wait_for_text("Ask about")
    focused = "const one = document.activeElement; return one.innerText || one.getAttribute('role') || one.type"
    press(browser, Keys.TAB, lambda: browser.run(focused) == "Histogram")
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    browser.wait_for_text("At the threshold")
    press(browser, Keys.TAB, lambda: browser.run(focused) in ("slider", "range"))
    cells = "[...document.querySelectorAll('.lab td')].map(one => one.innerText).join()"
    shown = browser.run(f"return {cells}")
    ActionChains(browser.driver).send_keys(*[Keys.ARROW_RIGHT] * 20).perform()
    browser.wait_for(f"return {cells} !== {json.dumps(shown)}")


def press(browser: Browser, key: str, there: Callable[[], bool], most: int = 40) -> None:
    """Press a key until the focus is there."""
    for _ in range(most):
        if there():
            return
        ActionChains(browser.driver).send_keys(key).perform()
    raise AssertionError("the focus never came there")


def test_the_playground_merges_two_lists_and_shows_how_ranks_move(
    browser: Browser, shops: list[Model], films: Path, tmp_path: Path, pictures: Path
) -> None:
    words = ["--champion", shops[0].url, "--candidate", shops[1].url]
    console = Console(tmp_path, str(films), *words).start()
    try:
        browser.open(console.url)
        browser.wait_for_text("Request")
        ask(browser)
        browser.wait_for_text(EVIL)  # a title is a text, whatever it says
        assert {"champion", "candidate"} <= set(browser.run(TEAMS))
        area = browser.driver.find_element(By.CSS_SELECTOR, "textarea")
        area.send_keys(Keys.CONTROL, "a")
        area.send_keys('{"user": 1, "history": [25, 26]}', Keys.TAB)
        ask(browser)
        browser.wait_for("return [...document.querySelectorAll('.moved')].some(one => /[▲▼]/.test(one.innerText))")
        assert json.loads(shops[1].seen[-1].body)["history"] == [25, 26]
        browser.take_picture(pictures / "console-merged.png")
        assert browser.run("return document.title") != "cheated"
        assert not [url for url in browser.requests() if "example.com" in url]
    finally:
        console.stop()


TURNED: Final = "input[aria-label^='Page, 1 to']"
TEAMS: Final = "return [...document.querySelectorAll('.who')].map(one => one.innerText)"


def ask(browser: Browser) -> None:
    """Press the button that asks."""
    browser.run("[...document.querySelectorAll('button')].find(one => one.innerText === 'Ask').click()")

"""Custom metrics and plots: what is read, what is refused, and what goes wrong while they run."""

import math
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from interleaver.lab.measures.custom import CustomMetric, CustomPlot, Problem, call, draw, metric, plot
from interleaver.lab.measures.custom_files import Customs, read_customs
from interleaver.lab.terms.metric import Direction, Task
from interleaver.lab.terms.unusable import Unusable

HEAD = "from interleaver.lab.measures.custom import metric, plot\n"
COST = '''
@metric(name="fraud_cost", direction="lower", unit="EUR")
def fraud_cost(labels, scores, weights, threshold, attributes):
    """What wrong decisions
    cost.

    More."""
    return float(sum(weights))
'''
RANKED = '''
@metric(name="first_gain", direction="higher")
def first_gain(ranked, ideal):
    """Gain of the first item."""
    return ranked[0]
'''


def read(folder: Path, text: str, *, name: str = "ours.py") -> Customs:
    file = folder / name
    file.write_text(HEAD + text)
    return read_customs([file], points=())


def refuse(folder: Path, text: str) -> str:
    with pytest.raises(Unusable) as refused:
        read(folder, text)
    return str(refused.value).replace(str(folder), "…")


def test_a_file_has_metrics_of_both_tasks_and_plots(tmp_path: Path) -> None:
    customs = read(tmp_path, COST + RANKED + '\n@plot(name="p")\ndef p(evaluation):\n    "A plot."\n')
    cost, first = customs.metrics
    assert (cost.metric.name, cost.metric.direction, cost.metric.unit) == ("fraud_cost", Direction.LOWER, "EUR")
    assert cost.metric.words == "What wrong decisions cost."
    assert (cost.task, first.task) == (Task.SCORING, Task.RANKING)
    assert call(cost, [], [], [1, 2], 0.5, {}) == 3
    assert [(drawn.name, drawn.words) for drawn in customs.plots] == [("p", "A plot.")]


def test_a_file_may_have_what_wants_its_module_to_be_known(tmp_path: Path) -> None:
    text = "from dataclasses import dataclass\n\n@dataclass\nclass Bill:\n    euros: 'float' = 3.0\n" + COST
    assert read(tmp_path, text).metrics


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (\n", "…/ours.py, line 2: SyntaxError: '(' was never closed (ours.py, line 2)"),
        ("import missing_of_ours\n", "…/ours.py, line 2: ModuleNotFoundError: No module named 'missing_of_ours'"),
        ("x = 1\n", "…/ours.py: defines no metric and no plot; decorate a function with @metric or @plot"),
        (
            COST.replace('"""What wrong decisions\n    cost.\n\n    More."""', "pass"),
            "…/ours.py, line 3: metric fraud_cost has no docstring; its first sentence tells readers what they see",
        ),
        (
            COST.replace("lower", "down"),
            "…/ours.py, line 3: metric fraud_cost: direction 'down'; it is `higher` or `lower`",
        ),
        (
            RANKED.replace("ranked, ideal", "ranked"),
            "…/ours.py, line 3: metric first_gain takes 1 arguments; (labels, scores, weights, threshold, attributes) "
            "for scores, or (ranked, ideal) for rankings",
        ),
        (
            COST.replace("fraud_cost", "fraud@cost", 1),
            "…/ours.py, line 3: the name 'fraud@cost'; a letter, then letters, digits, `_`, `.` or `-`, at most 80",
        ),
        (
            COST + COST,
            "…/ours.py, line 11: the name fraud_cost is taken by …/ours.py, line 3; give one of them another name",
        ),
    ],
    ids=["syntax", "import", "nothing", "no docstring", "direction", "arguments", "name", "twice"],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert refuse(tmp_path, text) == said


def test_a_name_of_the_labs_own_is_refused(tmp_path: Path) -> None:
    for name in ("AUC", "flips", "AP", "latency_p99_ms", "corner_failures"):
        said = refuse(tmp_path, COST.replace('"fraud_cost"', f'"{name}"'))
        assert said == f"…/ours.py, line 3: the name {name} is a metric of the lab's own; give it another name"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="there is no such file"):
        read_customs([tmp_path / "none.py"], points=())


def test_installed_packages_bring_metrics_by_entry_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package_of_ours.py").write_text(HEAD + COST + RANKED)
    monkeypatch.syspath_prepend(tmp_path)
    one = EntryPoint("one", "package_of_ours:fraud_cost", "interleaver.lab.metrics")
    all_of_it = EntryPoint("all", "package_of_ours", "interleaver.lab.metrics")
    assert len(read_customs([], points=[one]).metrics) == 1
    assert len(read_customs([], points=[one, all_of_it]).metrics) == 2
    nothing = EntryPoint("nothing", "math", "interleaver.lab.metrics")
    with pytest.raises(Unusable, match=r"entry point nothing \(math\): defines no metric and no plot"):
        read_customs([], points=[nothing])
    broken = EntryPoint("broken", "package_of_ours:gone", "interleaver.lab.metrics")
    with pytest.raises(Unusable, match=r"entry point broken \(package_of_ours:gone\): AttributeError"):
        read_customs([], points=[broken])


@metric(name="ours", direction="higher")
def ours(ranked: list[float], ideal: list[float]) -> float:
    """Divides."""
    return ideal[0] / ranked[0]


def words(outcome: float | str | Problem) -> str:
    assert isinstance(outcome, Problem)
    return outcome.words


def test_what_a_metric_raises_is_told_with_the_line_that_led_to_it() -> None:
    assert isinstance(ours, CustomMetric)
    assert words(call(ours, [0.0], [1.0])) == (
        f"ours raised ZeroDivisionError: float division by zero ({__file__}, line {ours.line + 3})"
    )


@pytest.mark.parametrize(("value", "shown"), [(math.nan, "nan"), (math.inf, "inf")])
def test_a_value_that_is_no_finite_number_is_told(value: float, shown: str) -> None:
    assert words(call(ours, [1.0], [value])) == f"ours returned {shown} ({__file__}, line {ours.line})"


def test_a_metric_stays_a_function_for_its_own_tests() -> None:
    assert ours([2.0], [1.0]) == 0.5


def make_plot(drawn: object) -> CustomPlot:
    @plot(name="curve")
    def draw_curve(evaluation: object) -> object:
        """A curve."""
        return drawn

    return draw_curve


def test_a_plot_is_svg_text_or_a_figure_of_matplotlib() -> None:
    assert draw(make_plot('<?xml version="1.0"?>\n<svg></svg>'), None) == "<svg></svg>"
    figure = Figure()
    figure.add_subplot().plot([1, 2])
    assert str(draw(make_plot(figure), None)).startswith("<svg")


@pytest.mark.parametrize(("drawn", "said"), [("text", "plot curve returned no SVG"), (3, "plot curve raised Attrib")])
def test_a_plot_that_draws_nothing_is_told(drawn: object, said: str) -> None:
    assert words(draw(make_plot(drawn), None)).startswith(said)

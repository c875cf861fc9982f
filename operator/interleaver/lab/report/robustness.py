"""The page of what stressing or attacking came to: one file, with its figures in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from .numbers import show, show_signed
from .plot import Line, Mark, Plot, draw_line, mark_shares, x_of
from .writing import load_templates


def write_page(name: str, document: Mapping[str, Any], folder: Path, now: datetime) -> Path:
    """Write the page of this name (`stress.html`) into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    plots = [*draw_curves(document), *draw_rates(document)]
    template, written = load_templates().get_template(name), f"{now:%Y-%m-%d %H:%M} UTC"
    page = template.render(document=document, plots=plots, slices=list_slices, written=written)
    file.write_text(page, encoding="utf-8", errors="replace")
    return file


SHOWN: Final = "AUC"
STRENGTHS: Final = 5
STYLES: Final = ("champion", "candidate")
SLICED: Final = 3
"""The strength at which slices are compared: in the middle, where good models differ."""


def draw_curves(document: Mapping[str, Any]) -> Sequence[Plot]:
    """The AUC by strength for each corruption, champion and first candidate in one plot. 0 is undisturbed."""
    models = [model for model in document["models"] if model.get("curves") and model["name"] in STYLES]
    if not models:
        return []
    marks = [Mark(x_of(strength / STRENGTHS), str(strength)) for strength in range(STRENGTHS + 1)]
    plots = []
    for place, curve in enumerate(models[0]["curves"]):
        lines = [draw_model(model["name"], model["curves"][place]) for model in models]
        words = f"{SHOWN} by the strength of {curve['corruption']}; 0 is undisturbed."
        title = str(curve["corruption"]).capitalize()
        plots.append(Plot(title, words, "strength", SHOWN, marks, mark_shares(True), lines))
    return plots


def draw_model(style: str, curve: Mapping[str, Any]) -> Line:
    """One model's line."""
    whole = [find_figure(step["figures"], None) or {} for step in curve["strengths"]]
    values: list[float | None] = [whole[0].get("undisturbed"), *(figure.get("disturbed") for figure in whole)]
    points = [(at / STRENGTHS, value) for at, value in enumerate(values) if value is not None]
    return draw_line(style, points, dotted=True)


def find_figure(figures: Sequence[Mapping[str, Any]], part: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The shown metric of a slice."""
    return next((each for each in figures if each["metric"] == SHOWN and each["slice"] == part), None)


def list_slices(model: Mapping[str, Any]) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Each slice with its value and change under every corruption."""
    steps = [curve["strengths"][SLICED - 1]["figures"] for curve in model["curves"]]
    parts = [figure["slice"] for figure in steps[0] if figure["metric"] == SHOWN]
    rows = []
    for part in parts:
        found = [find_figure(figures, part) or {} for figures in steps]
        name = ", ".join(f"{key}={value or '(missing)'}" for key, value in (part or {}).items()) or "the whole suite"
        rows.append((name, [(show(one.get("disturbed")), show_signed(one.get("difference"))) for one in found]))
    return rows


def draw_rates(document: Mapping[str, Any]) -> Sequence[Plot]:
    """The share of successes of each attack, by requests or by what was forged, both models in one plot."""
    models = [model for model in document["models"] if model.get("attacks") and model["name"] in STYLES]
    plots = []
    for attack, size in dict.fromkeys((one["attack"], one["size"]) for model in models for one in model["attacks"]):
        found = {
            model["name"]: one
            for model in models
            for one in model["attacks"]
            if (one["attack"], one["size"]) == (attack, size) and len(one["byForged"] or one["byRequests"]) > 1
        }
        if found:
            plots.append(draw_rate(f"{attack} {size or ''}".strip(), found, document["forged"]))
    return plots


def draw_rate(title: str, found: Mapping[str, Mapping[str, Any]], forged: str | None) -> Plot:
    """One attack."""
    word, key = (forged, "forged") if forged else ("requests", "requests")
    steps = {name: one["byForged"] or one["byRequests"] for name, one in found.items()}
    last = max(len(each) for each in steps.values()) - 1
    longest = max(steps.values(), key=len)
    marks = [Mark(x_of(at / last), str(step[key])) for at, step in enumerate(longest)]
    lines = [
        draw_line(name, [(at / last, step["rate"]) for at, step in enumerate(each)], dotted=True)
        for name, each in steps.items()
    ]
    words = f"Share of attempts that succeeded with so many {word}, or fewer."
    return Plot(title, words, word, "success", marks, mark_shares(True), lines)

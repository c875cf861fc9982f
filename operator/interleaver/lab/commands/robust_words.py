"""What stressing came to, in the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

NOTHING: Final = {"n": 0, "notTold": 0}
"""A kind that was not measured of a model, as the fall of figures is not where it is partial."""


def print_stress(console: Console, document: Mapping[str, Any]) -> None:
    """A row for each kind with all models side by side, then what broke, in words."""
    console.print(f"[bold]{escape(document['suite']['name'])}[/]: what must hold when requests are disturbed")
    if document["models"][0]["kinds"]:
        console.print(draw_kinds(document))
    for model in document["models"]:
        if model["curves"]:
            console.print(draw_falls(model))
        if model["partial"]:
            console.print(f"[red]partial[/] {model['name']}: the server failed where nothing was disturbed")
        for kind in model["kinds"]:
            for example in kind["examples"][:1]:
                words = f"{example['case']}, {example['detail']}: {example['words']}"
                console.print(f"[red]broken[/] {model['name']}, {kind['kind']}: {escape(words)}")
    for warning in document["warnings"]:
        console.print(f"[yellow]note[/] {escape(warning)}")


def draw_kinds(document: Mapping[str, Any]) -> Table:
    """How many cases of each kind broke, and the least overlap."""
    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    for model in document["models"]:
        for name in (model["name"], "refused", "least overlap"):
            table.add_column(name, justify="right")
    names = dict.fromkeys(kind["kind"] for model in document["models"] for kind in model["kinds"])
    for name in names:
        found = [
            next((kind for kind in model["kinds"] if kind["kind"] == name), NOTHING) for model in document["models"]
        ]
        table.add_row(escape(name), *(cell for kind in found for cell in write_cells(kind)))
    return table


def write_cells(kind: Mapping[str, Any]) -> tuple[str, str, str]:
    """One kind of one model."""
    told = kind["n"] - kind["notTold"]
    if not told:
        return "not told", "", ""
    words = f"[red]{kind['broken']} of {told} broken[/]" if kind["broken"] else f"[green]{told} held[/]"
    overlap = f"{kind['overlap']['least']:.3f}" if kind["overlap"] else "–"
    return words, str(kind["refused"] or "–"), overlap


def draw_falls(model: Mapping[str, Any]) -> Table:
    """How the AUC of the whole changes with the strength of each corruption."""
    table = Table(title=f"{model['name']}: change of AUC by strength", title_justify="left", box=None, pad_edge=False)
    table.add_column("corruption")
    for strength in model["curves"][0]["strengths"]:
        table.add_column(str(strength["strength"]), justify="right")
    for curve in model["curves"]:
        table.add_row(curve["corruption"], *(find_change(step["figures"]) for step in curve["strengths"]))
    return table


def find_change(figures: Sequence[Mapping[str, Any]]) -> str:
    """The change of the AUC over the whole suite."""
    (found,) = [figure for figure in figures if figure["metric"] == "AUC" and figure["slice"] is None]
    change, verdict = found["difference"], found["verdict"]
    if change is None:
        return "–"
    return f"[red]{change:+.3f}[/]" if verdict == "worse" else f"{change:+.3f}"


def print_attacks(console: Console, document: Mapping[str, Any]) -> None:
    """A table for each model: how often each attack works, by requests and by what was forged."""
    for model in document["models"]:
        words = f"{model['attacked']} cases attacked, {model['skipped']} left out, {model['requests']:,} requests"
        console.print(f"[bold]{model['name']}[/] {escape(model['model'])}: {words}")
        if model["attacks"]:
            console.print(draw_attacks(model["attacks"], document["forged"]))
        if model["ended"]:
            console.print(f"[red]ended early[/] {escape(model['ended'])}")
    for warning in document["warnings"]:
        console.print(f"[yellow]note[/] {escape(warning)}")


def draw_attacks(attacks: Sequence[Mapping[str, Any]], forged: str | None) -> Table:
    """The share of successes, each of which a fresh call confirmed."""
    table = Table(box=None, pad_edge=False)
    for name in ("attack", "size", "success", "unverified", "requests"):
        table.add_column(name, justify="left" if name == "attack" else "right")
    kind, key, word = ("byForged", "forged", forged) if forged else ("byRequests", "requests", "requests")
    steps = max((attack[kind] for attack in attacks), key=len)
    for step in steps:
        table.add_column(f"{step[key]} {word[:3]}.", justify="right")
    for attack in attacks:
        needed = "–" if attack["medianRequests"] is None else f"{attack['medianRequests']:g}"
        size = str(attack["size"] or "–")
        rates = [f"{step['rate']:.0%}" for step in attack[kind]]
        table.add_row(attack["attack"], size, f"{attack['rate']:.0%}", str(attack["unverified"]), needed, *rates)
    return table

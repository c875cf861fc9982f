"""What may come next is suggested as kubectl asks for it, and by scripts in a shell of one's own."""

import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from interleaver.plugin.commands.completion import SCRIPTS
from interleaver.plugin.completion import FILES, NO_FILES, Suggestions, suggest
from interleaver.plugin.options import SHELLS, make_parser
from interleaver.plugin.program import main
from tests.cluster import ROOT


class Kubectl:
    """kubectl, as far as completion asks it."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, words: Sequence[str]) -> list[str]:
        self.asked.append(list(words))
        return {"namespaces": ["shop", "search"], "get-contexts": ["prod"]}.get(words[1], ["home-feed", "basket"])


def complete(*words: str) -> Suggestions:
    return suggest(words, Kubectl())


def test_commands_come_first_with_words_about_them() -> None:
    found = complete("")
    assert found.directive == NO_FILES
    assert "status\tshow an experiment on one screen" in found.words
    assert {word.partition("\t")[0] for word in complete("re").words} == {"resume", "retry", "revert", "report"}
    assert len(found.words) == 14


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("status", ""), Suggestions(["home-feed", "basket"])),
        (("status", "ho"), Suggestions(["home-feed"])),
        (("status", "home-feed", ""), Suggestions([])),
        (("list", ""), Suggestions([])),
        (("lint", ""), Suggestions([], FILES)),
        (("lint", "a.yaml", ""), Suggestions([], FILES)),
        (("status", "-o", ""), Suggestions(["json", "yaml"])),
        (("status", "--out"), Suggestions(["--output"])),
        (("status", "--timeout", ""), Suggestions([])),
        (("status", "-n", ""), Suggestions(["shop", "search"])),
        (("--context", ""), Suggestions(["prod"])),
        (("report", "home-feed", "--file", ""), Suggestions([], FILES)),
        (("completion", ""), Suggestions(["bash", "zsh", "fish"])),
        (("nonsense", "more", ""), None),
    ],
)
def test_what_may_come_next(words: tuple[str, ...], expected: Suggestions | None) -> None:
    found = complete(*words)
    assert expected is None or found == expected
    assert str(found).endswith(f":{found.directive}\n")


def test_names_are_asked_for_where_they_were_said_to_be() -> None:
    kubectl = Kubectl()
    suggest(["-n", "shop", "--context", "prod", "abort", "--kubeconfig", "k", ""], kubectl)
    (asked,) = kubectl.asked
    assert asked[:2] == ["get", "interleavingexperiments.interleaver.dev"]
    assert asked[3:] == ["--namespace=shop", "--context=prod", "--kubeconfig=k"]


def test_the_program_answers_though_there_is_no_kubectl_and_starts_light(tmp_path: Path) -> None:
    program = "import sys; sys.argv = ['x', 'status', '']\nfrom interleaver.plugin.completion import main\nmain()\n"
    program += "print(sorted({'kubernetes', 'pydantic', 'yaml'} & set(sys.modules)))"
    environment = {"PYTHONPATH": str(ROOT / "operator"), "PATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == ":4\n[]\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_printed_for_each_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert out == SCRIPTS[shell]
    assert "kubectl_complete-interleaver" in out


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("st", "status"), ("status home", "home-feed"), ("re", "report resume retry revert"), ("status -o ", "json yaml")],
)
def test_bash_completes_by_its_script(typed: str, expected: str, tmp_path: Path) -> None:
    """In a real bash, with a kubectl that knows one experiment."""
    complete_program, kubectl = tmp_path / "kubectl_complete-interleaver", tmp_path / "kubectl"
    complete_program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT / 'operator')!r})\n"
        "from interleaver.plugin.completion import main\nmain()\n"
    )
    kubectl.write_text("#!/bin/sh\necho interleavingexperiment.interleaver.dev/home-feed\n")
    for each in (complete_program, kubectl):
        each.chmod(each.stat().st_mode | stat.S_IXUSR)
    words = ["kubectl-interleaver", *typed.split(" ")]
    array = " ".join(f"'{word}'" for word in words)
    script = f"{SCRIPTS['bash']}compopt() {{ :; }}\nCOMP_WORDS=({array}); COMP_CWORD={len(words) - 1}\n"
    script += '_kubectl_interleaver\nprintf "%s\\n" "${COMPREPLY[@]}" | sort | xargs\n'
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout.strip()) == ("", expected)


def test_every_command_of_the_parser_has_a_module() -> None:
    (commands,) = [action for action in make_parser()._actions if isinstance(action.choices, dict)]
    modules = {parser.get_default("module") for parser in commands.choices.values()}  # type: ignore[union-attr]
    folder = ROOT / "operator/interleaver/plugin/commands"
    assert modules == {path.stem for path in folder.glob("*.py")} - {"__init__", "place"}

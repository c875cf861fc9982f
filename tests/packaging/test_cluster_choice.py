"""Which cluster `CLUSTER=auto` makes, and what it says of it; the engines are stand-ins on the PATH."""

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.cluster import PROGRAM, ROOT

ABLE: Final = "exit 0"
SILENT: Final = "exit 1"
OFFLINE: Final = "[ $1 = info ]"  # it answers, and neither has an image nor reaches a registry
SHUT_IN: Final = "[[ $* != *format* ]] || echo true v1"  # a rootless Podman on cgroup v1
MACHINE: Final = {
    "docker": SILENT,
    "podman": SILENT,
    "go": ABLE,
    "apt-get": ABLE,
    "id": "echo 0",
    "uname": "echo Linux",
}


def run_beside(folder: Path, engines: dict[str, str], *command: str, **settings: str) -> tuple[int, str, str]:
    """Run a command beside the given engines, as root of a Debian that has Go unless something else is given."""
    programs = folder / "programs"
    programs.mkdir()
    for name, body in (MACHINE | engines).items():
        (programs / name).write_text(f"#!/usr/bin/env bash\n{body}\n")
        (programs / name).chmod(0o755)
    ours = ("CLUSTER", "KIND_", "BASE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    kept |= {"PATH": f"{programs}:{os.environ['PATH']}", "CLUSTER_DIR": str(folder)}
    done = subprocess.run(
        command, cwd=ROOT, env=kept | settings, capture_output=True, text=True, timeout=30, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("engines", "provider", "why"),
    [
        ({"docker": ABLE}, "kind", "docker can run it"),
        ({"podman": ABLE}, "kind", "podman can run it"),
        ({}, "node", "docker does not answer, podman does not answer"),
        ({"podman": OFFLINE}, "node", "podman neither has nor can pull the node image kindest/node:"),
        ({"docker": OFFLINE, "podman": ABLE}, "kind", "podman can run it"),
        ({"podman": "[[ $* != *kindest* ]]"}, "kind", "podman can run it"),
        ({"podman": SHUT_IN}, "node", "podman is rootless on cgroup v1"),
    ],
    ids=[
        "docker",
        "podman",
        "none",
        "without a registry",
        "the second engine",
        "Podman knows the registry",
        "rootless on cgroup v1",
    ],
)
def test_an_engine_is_taken_that_can_run_kind_and_no_other_and_the_reason_is_said(
    engines: dict[str, str], provider: str, why: str, tmp_path: Path
) -> None:
    status, chosen, said = run_beside(tmp_path, engines, str(PROGRAM), "provider")
    assert (status, chosen) == (0, f"{provider}\n")
    assert said.startswith(f"cluster: provider {provider}: ")
    assert why in said


@pytest.mark.parametrize(
    ("settings", "provider", "why"),
    [
        ({"CLUSTER": "node"}, "node", "CLUSTER asks for it"),
        ({"CLUSTER": "kind"}, "kind", "CLUSTER asks for it"),
        ({"KIND_EXPERIMENTAL_PROVIDER": "podman"}, "node", "no engine can run kind here: podman does not answer ("),
        ({"KIND_IMAGE": "mine:1"}, "kind", "docker can run it"),
    ],
    ids=["a node", "kind", "another engine", "an image that the engine has"],
)
def test_a_variable_turns_the_choice(settings: dict[str, str], provider: str, why: str, tmp_path: Path) -> None:
    engines = {"docker": "[[ $1 != image && $1 != manifest || $* == *mine:1 ]]"}
    status, chosen, said = run_beside(tmp_path, engines, str(PROGRAM), "provider", **settings)
    assert (status, chosen) == (0, f"{provider}\n")
    assert why in said


def test_what_is_up_already_stays_the_choice(tmp_path: Path) -> None:
    (tmp_path / "provider").write_text("node\n")
    _, chosen, said = run_beside(tmp_path, {"docker": ABLE}, str(PROGRAM), "provider")
    assert (chosen, said) == ("node\n", "cluster: provider node: it is up already\n")


def test_a_machine_for_neither_is_told_why_not_and_what_else_there_is(tmp_path: Path) -> None:
    status, chosen, said = run_beside(tmp_path, {"docker": OFFLINE, "id": "echo 1000"}, str(PROGRAM), "provider")
    assert (status, chosen) == (1, "")
    assert "docker neither has nor can pull the node image" in said
    assert "running a node without one needs root. CLUSTER=kind takes an engine" in said


BUILDING = "BASE=; DOCKERFILE=Dockerfile; source hack/cluster/choice.sh; source hack/images/engines.sh; building_engine"


@pytest.mark.parametrize(
    ("engines", "built_with"),
    [
        ({"docker": ABLE, "podman": ABLE}, "docker"),
        ({"docker": OFFLINE, "podman": ABLE}, "podman"),
        ({"docker": OFFLINE}, ""),
        ({"docker": OFFLINE, "id": "echo 1000"}, "docker"),
    ],
    ids=[
        "two",
        "one reaches a registry",
        "none does, on a Debian",
        "none does, and Debian's packages are out of reach",
    ],
)
def test_images_are_built_with_an_engine_that_can_have_their_base(
    engines: dict[str, str], built_with: str, tmp_path: Path
) -> None:
    done = run_beside(tmp_path, engines, "bash", "-euo", "pipefail", "-c", BUILDING)
    assert done == (0, f"{built_with}\n" if built_with else "", "")

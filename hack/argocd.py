"""What Argo CD is told of experiments, as its ConfigMap argocd-cm takes it: the scripts in deploy/gitops/argocd."""

from pathlib import Path
from typing import Any, Final

import yaml

from interleaver.api.names import GROUP

FOLDER: Final = Path(__file__).parent.parent / "deploy/gitops/argocd"
KIND: Final = f"{GROUP}_InterleavingExperiment"
HEADER: Final = (
    "# Health and actions of experiments for Argo CD, made of the scripts beside this file\n"
    "# (docs/how-to/deliver-from-git.md#argo-cd):\n"
    "#   kubectl --namespace argocd patch configmap argocd-cm --patch-file deploy/gitops/argocd/argocd-cm.yaml\n"
)


class Literal(str):
    """Text that is written as it stands, line by line."""


def render_argocd() -> str:
    """A patch of argocd-cm."""
    data = {
        f"resource.customizations.health.{KIND}": Literal(read("health.lua")),
        f"resource.customizations.actions.{KIND}": Literal(write(build_actions())),
    }
    return write({"data": data})


def build_actions() -> dict[str, Any]:
    """The actions, in the form in which Argo CD reads them."""
    names = sorted(path.stem for path in (FOLDER / "actions").glob("*.lua") if path.stem != "discovery")
    definitions = [{"name": name, "action.lua": Literal(read(f"actions/{name}.lua"))} for name in names]
    return {"discovery.lua": Literal(read("actions/discovery.lua")), "definitions": definitions}


def read(name: str) -> str:
    return (FOLDER / name).read_text()


def write(document: dict[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Literally, sort_keys=False, width=1000)


class _Literally(yaml.SafeDumper):
    """YAML in which scripts stay legible."""


_Literally.add_representer(
    Literal, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")
)

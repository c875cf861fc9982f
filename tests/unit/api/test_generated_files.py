"""What is generated and committed is what the generators say today."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hack.generate import name_images, render
from hack.install import NAME

from interleaver.cli import main
from interleaver.controller.settings import read_settings

ROOT = Path(__file__).parent.parent.parent.parent
INSTALLATIONS: Final = ("deploy/operator.yaml", "deploy/namespaced/operator.yaml")


def test_every_generated_file_is_current() -> None:
    files = render({})
    assert len(files) >= 2
    assert [path for path, text in files.items() if (ROOT / path).read_text() != text] == []


def test_the_command_prints_the_definition(capsys: pytest.CaptureFixture[str]) -> None:
    main(["crds"])
    committed = (ROOT / "crds" / "interleavingexperiments.yaml").read_text()
    assert yaml.safe_load(capsys.readouterr().out) == yaml.safe_load(committed)


def find_container(environment: Mapping[str, str], file: str) -> dict[str, Any]:
    """The operator's container in an installation."""
    documents = yaml.safe_load_all(render(environment)[file])
    (deployment,) = (document for document in documents if document["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert isinstance(container, dict)
    return container


@pytest.mark.parametrize("file", INSTALLATIONS)
def test_the_images_follow_the_environment(file: str) -> None:
    environment = {"IMAGE_PREFIX": "registry.example.com/team/", "TAG": "7"}
    container = find_container(environment, file)
    operator, router = name_images(environment)
    assert container["image"] == operator == "registry.example.com/team/interleaver-operator:7"
    assert {"name": "INTERLEAVER_ROUTER_IMAGE", "value": router} in container["env"]


@pytest.mark.parametrize("file", INSTALLATIONS)
def test_the_operator_understands_what_the_installation_sets(file: str) -> None:
    container = find_container({}, file)
    settings = read_settings({variable["name"]: variable.get("value", "shop") for variable in container["env"]})
    assert settings.router_image == "localhost/interleaver-router:dev"
    assert settings.http.port == container["ports"][0]["containerPort"]
    assert settings.namespaces == (("shop",) if "namespaced" in file else ())


def test_in_one_namespace_the_operator_has_the_same_rights_and_none_beyond() -> None:
    files = render({})
    everywhere, here = (list(yaml.safe_load_all(files[file])) for file in INSTALLATIONS)
    assert not [document for document in here if document["kind"].startswith("Cluster")]
    (role,) = (document for document in here if document["kind"] == "Role")
    (counterpart,) = (d for d in everywhere if d["kind"] == "ClusterRole" and d["metadata"]["name"] == NAME)
    assert role["rules"] == counterpart["rules"]

"""What is generated and committed is what the generators say today."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hack.generate import name_images, render
from hack.install import HERE, NAME, build_installation, build_namespaced_installation
from hack.rights import LEASE_RULES, Document

from interleaver.cli import main
from interleaver.controller.settings import Leading, read_settings

ROOT = Path(__file__).parent.parent.parent.parent
Build = Callable[[str, str], list[Document]]
INSTALLATIONS: Final[tuple[Build, ...]] = (build_installation, build_namespaced_installation)


def test_every_generated_file_is_current() -> None:
    files = render({})
    assert len(files) >= 2
    assert [path for path, text in files.items() if (ROOT / path).read_text() != text] == []


def test_the_command_prints_the_definition(capsys: pytest.CaptureFixture[str]) -> None:
    main(["crds"])
    committed = (ROOT / "crds" / "interleavingexperiments.yaml").read_text()
    assert yaml.safe_load(capsys.readouterr().out) == yaml.safe_load(committed)


def find_container(environment: Mapping[str, str], build: Build) -> dict[str, Any]:
    """The operator's container in an installation."""
    (deployment,) = (each for each in build(*name_images(environment)) if each["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert isinstance(container, dict)
    return container


@pytest.mark.parametrize("build", INSTALLATIONS)
def test_the_images_follow_the_environment(build: Build) -> None:
    environment = {"IMAGE_PREFIX": "registry.example.com/team/", "TAG": "7"}
    container = find_container(environment, build)
    operator, router = name_images(environment)
    assert container["image"] == operator == "registry.example.com/team/interleaver-operator:7"
    assert {"name": "INTERLEAVER_ROUTER_IMAGE", "value": router} in container["env"]


@pytest.mark.parametrize(("build", "namespaces"), list(zip(INSTALLATIONS, [(), ("shop",)], strict=True)))
def test_the_operator_understands_what_the_installation_sets(build: Build, namespaces: tuple[str, ...]) -> None:
    container = find_container({}, build)
    settings = read_settings({variable["name"]: variable.get("value", "shop") for variable in container["env"]})
    assert settings.router_image == "localhost/interleaver-router:dev"
    assert settings.http.port == container["ports"][0]["containerPort"]
    assert settings.namespaces == namespaces
    assert settings.leading.namespace == "shop"


def test_in_one_namespace_the_operator_has_the_same_rights_and_none_beyond() -> None:
    everywhere, here = (build(*name_images({})) for build in INSTALLATIONS)
    assert not [document for document in here if document["kind"].startswith("Cluster")]
    (role,) = (document for document in here if document["kind"] == "Role")
    (counterpart,) = (d for d in everywhere if d["kind"] == "ClusterRole" and d["metadata"]["name"] == NAME)
    assert role["rules"] == counterpart["rules"] + list(LEASE_RULES)


@pytest.mark.parametrize("build", INSTALLATIONS)
def test_the_lease_that_may_be_held_is_the_one_that_is_held_beside_the_operator(build: Build) -> None:
    roles = [document for document in build(*name_images({})) if document["kind"] == "Role"]
    (only,) = (rule["resourceNames"] for role in roles for rule in role["rules"] if "resourceNames" in rule)
    assert only == [Leading.name]
    assert {"name": "INTERLEAVER_LEASE_NAMESPACE", **HERE} in find_container({}, build)["env"]


@pytest.mark.parametrize("build", INSTALLATIONS)
def test_a_node_can_always_be_drained_of_an_operator(build: Build) -> None:
    (budget,) = (document["spec"] for document in build(*name_images({})) if document["kind"] == "PodDisruptionBudget")
    (deployment,) = (document["spec"] for document in build(*name_images({})) if document["kind"] == "Deployment")
    assert budget["maxUnavailable"] == 1
    assert budget["selector"] == deployment["selector"]

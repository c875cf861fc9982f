"""What is generated and committed is what the generators say today."""

from pathlib import Path

import pytest
import yaml
from hack.generate import render, render_installation

from interleaver.cli import main
from interleaver.controller.settings import read_settings

ROOT = Path(__file__).parent.parent.parent.parent


def test_every_generated_file_is_current() -> None:
    files = render({})
    assert len(files) >= 2
    assert [path for path, text in files.items() if (ROOT / path).read_text() != text] == []


def test_the_command_prints_the_definition(capsys: pytest.CaptureFixture[str]) -> None:
    main(["crds"])
    committed = (ROOT / "crds" / "interleavingexperiments.yaml").read_text()
    assert yaml.safe_load(capsys.readouterr().out) == yaml.safe_load(committed)


def test_the_images_follow_the_environment() -> None:
    text = render_installation({"IMAGE_PREFIX": "registry.example.com/team/", "TAG": "7"})
    (deployment,) = (d for d in yaml.safe_load_all(text) if d["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    variables = {variable["name"]: variable["value"] for variable in container["env"]}
    assert container["image"] == "registry.example.com/team/interleaver-operator:7"
    assert variables["INTERLEAVER_ROUTER_IMAGE"] == "registry.example.com/team/interleaver-router:7"


def test_the_operator_understands_what_the_installation_sets() -> None:
    text = render_installation({})
    (deployment,) = (d for d in yaml.safe_load_all(text) if d["kind"] == "Deployment")
    variables = deployment["spec"]["template"]["spec"]["containers"][0]["env"]
    settings = read_settings({variable["name"]: variable["value"] for variable in variables})
    assert settings.router_image == "localhost/interleaver-router:dev"
    assert settings.http.port == deployment["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"]

"""What the pages tell people to type and to write is real."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from interleaver.api import conditions
from interleaver.api.names import IMPRESSION_HEADER, KIND
from interleaver.api.v1alpha1 import Contract, Spec
from interleaver.experiment.deciding.ramp import HOLDS
from interleaver.experiment.deciding.verdict import WORDS

from .blocks import PAGES, ROOT, find_blocks, find_commands

TARGETS = set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
COMMANDS = [(page, command) for page in PAGES for command in find_commands(page)]
README = ROOT / "README.md"
SERVERS = ROOT / "docs/how-to/model-servers.md"


def name(value: object) -> str:
    return str(value.relative_to(ROOT)) if isinstance(value, Path) else str(value)[:60]


@pytest.mark.parametrize("page", [*PAGES, *sorted((ROOT / "examples").rglob("*.yaml"))], ids=name)
def test_every_experiment_on_a_page_fits_the_model(page: Path) -> None:
    texts = [page.read_text()] if page.suffix == ".yaml" else find_blocks(page, "yaml")
    experiments = [d for text in texts for d in yaml.safe_load_all(text) if d.get("kind") == KIND]
    for experiment in experiments:
        spec = Spec.model_validate(experiment["spec"], extra="forbid")
        assert spec.service.name


def test_every_block_of_the_model_servers_fits_the_model() -> None:
    blocks = [yaml.safe_load(text) for text in find_blocks(SERVERS, "yaml")]
    champion = yaml.safe_load((ROOT / "examples/minimal.yaml").read_text())["spec"]["champion"]
    document = {"service": {"name": "feed"}, "champion": champion}
    contracts = [Spec.model_validate({**document, **block}, extra="forbid").contract for block in blocks]
    assert len(contracts) == len(re.findall(r"\bcontract: \{path", SERVERS.read_text()))
    examples = [yaml.safe_load(text.read_text())["spec"]["contract"] for text in (ROOT / "examples").glob("*.yaml")]
    shown = [example for example in map(Contract.model_validate, examples) if example in contracts]
    assert len(shown) >= 4


def test_every_block_of_a_model_server_that_is_deployed_has_a_probe_of_the_port_that_it_names() -> None:
    champions = [yaml.safe_load(text).get("champion") for text in find_blocks(SERVERS, "yaml")]
    deployed = [champion for champion in champions if champion]
    assert len(deployed) == 7
    for champion in deployed:
        (container,) = champion["source"]["template"]["spec"]["containers"]
        assert str(champion["port"]) in str(container["readinessProbe"])


def test_the_readme_shows_an_experiment() -> None:
    (text,) = find_blocks(README, "yaml")
    assert yaml.safe_load(text)["kind"] == KIND


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=name)
def test_what_a_command_names_exists(page: Path, command: str) -> None:
    words = command.split()
    if words[0] == "make":
        assert words[1] in TARGETS
    files = [after for flag, after in pairwise(words) if flag == "-f" and words[0] == "kubectl"]
    assert [path for path in files if not (ROOT / path).exists()] == []


def test_the_readme_names_both_commands() -> None:
    assert {"make demo", "make test"} <= set(find_commands(README))


def test_the_readme_calls_the_header_by_its_name() -> None:
    assert IMPRESSION_HEADER.lower() in README.read_text()


def test_the_page_on_conditions_has_every_condition_and_every_reason_of_a_verdict() -> None:
    text = (ROOT / "docs" / "reference" / "conditions.md").read_text()
    constants = {value for key, value in vars(conditions).items() if key.isupper() and isinstance(value, str)}
    assert len(constants) > 15
    assert [word for word in sorted(constants | set(WORDS)) if f"`{word}`" not in text] == []


def test_the_page_on_conditions_has_every_reason_for_which_the_ramp_holds_in_their_order() -> None:
    text = (ROOT / "docs" / "reference" / "conditions.md").read_text()
    section = text.partition("## Why the ramp holds")[2].partition("\n## ")[0]
    assert [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| `")] == [
        f"`{hold}`" for hold in HOLDS
    ]

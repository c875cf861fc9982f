"""The change is made in the text as people wrote it, or not at all and with words."""

from typing import Any

import pytest
import yaml
from examples.promotion_bot.recording import CannotRecord, Wanted, record

from interleaver.api.revision import resolve
from interleaver.api.status import Serving
from interleaver.experiment.telling.change import find_change
from interleaver.experiment.view import View
from tests.builders import START, make_experiment, make_running_world
from tests.cluster import ROOT

PATCH: list[dict[str, Any]] = [
    {"op": "test", "path": "/spec/champion/revision", "value": "v41"},
    {"op": "test", "path": "/spec/candidate/revision", "value": "v42"},
    {"op": "move", "from": "/spec/candidate", "path": "/spec/champion"},
]
WANTED = Wanted("shop", "feed", PATCH)
HEAD = "apiVersion: interleaver.dev/v1alpha1\nkind: InterleavingExperiment\nmetadata:\n  name: feed\n"
BEFORE = """\
# Owned by the feed team.
apiVersion: interleaver.dev/v1alpha1
kind: InterleavingExperiment
metadata: {name: feed}
spec:
  # What serves.
  champion: # vouched for
    revision: v41
    port: 9000 # as ever
    source: {template: {spec: {containers: [{name: model, image: "model:v41"}]}}}

  # On trial since Monday,
  # ask Ann.
  candidate: # the new one
    revision: v42
    port: 9000
    # It needs more memory.
    source:
      template:
        spec:
          containers:
            - name: model
              image: "model:v42"
              command:
                - sh
                - -c
                - |
                  # not a comment
                  serve   --all
  # How a request looks.
  contract: {path: /recommend}
"""
AFTER = """\
# Owned by the feed team.
apiVersion: interleaver.dev/v1alpha1
kind: InterleavingExperiment
metadata: {name: feed}
spec:
  # What serves.
  champion: # the new one
    revision: v42
    port: 9000
    # It needs more memory.
    source:
      template:
        spec:
          containers:
            - name: model
              image: "model:v42"
              command:
                - sh
                - -c
                - |
                  # not a comment
                  serve   --all

  # How a request looks.
  contract: {path: /recommend}
"""


def test_comments_and_layout_stay_and_a_candidate_s_own_go_with_it() -> None:
    assert record(BEFORE, WANTED) == AFTER


def test_made_once_it_is_made_for_good() -> None:
    assert record(AFTER, WANTED) == AFTER


def test_lines_end_as_they_did() -> None:
    assert record(BEFORE.replace("\n", "\r\n"), WANTED) == AFTER.replace("\n", "\r\n")


def test_all_other_documents_of_the_file_stay_as_they_are() -> None:
    other = "kind: Service\nmetadata: {name: feed}\n"
    elsewhere = BEFORE.replace("{name: feed}", "{name: feed, namespace: news}")
    before = "\n---\n".join([other, elsewhere, BEFORE, other])
    assert record(before, WANTED) == "\n---\n".join([other, elsewhere, AFTER, other])


def test_a_candidate_above_the_champion_and_at_the_end_without_a_line_end_is_moved_too() -> None:
    above = f"{HEAD}spec:\n  candidate:\n    revision: v42\n  champion:\n    revision: v41"
    assert record(above, WANTED) == f"{HEAD}spec:\n  champion:\n    revision: v42\n"
    below = f"{HEAD}spec:\n  champion: {{revision: v41}}\n  candidate: {{revision: v42}} # new"
    assert record(below, WANTED) == f"{HEAD}spec:\n  champion: {{revision: v42}} # new\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kind: [",
        "{{ if .Values.on }}\nkind: InterleavingExperiment",
        "- kind: InterleavingExperiment",
        "text",
        "kind: 1",
    ],
)
def test_a_file_without_the_experiment_is_none_of_its_business(text: str) -> None:
    assert record(text, WANTED) is None


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("revision: v41", "revision: v40", "/spec/champion/revision is not 'v41' any more"),
        ("revision: v42", "revision: v43", "/spec/candidate/revision is not 'v42' any more"),
        ("candidate: #", "contender: #", "there is no /spec/candidate"),
        ("revision: v41", "revision: &name v41", "cannot be edited"),
    ],
)
def test_what_no_longer_fits_is_refused_in_words(before: str, after: str, words: str) -> None:
    text = BEFORE.replace(before, after).replace("contract: {path: /recommend}", "contract: {path: *name}")
    text = text if "&name" in text else BEFORE.replace(before, after)
    with pytest.raises(CannotRecord, match=words):
        record(text, WANTED)


def test_a_spec_in_braces_and_an_experiment_that_is_there_twice_are_left_to_people() -> None:
    with pytest.raises(CannotRecord, match="in braces"):
        record(f"{HEAD}spec: {{champion: {{revision: v41}}, candidate: {{revision: v42}}}}\n", WANTED)
    with pytest.raises(CannotRecord, match="more than once"):
        record(f"{BEFORE}---\n{BEFORE}", WANTED)


@pytest.mark.parametrize("name", ["1e3", "no", "007", "null", "0x1f", "v42"])
def test_the_patch_s_yaml_says_the_same_whatever_a_revision_is_called(name: str) -> None:
    world = make_running_world()
    candidate = world.experiment.spec.candidate
    assert candidate is not None
    renamed = candidate.model_dump(by_alias=True, exclude_none=True) | {"revision": name}
    view = View(make_experiment(candidate=renamed), world.observe(), START)
    serving = Serving(revision=name, hash=find_hash(view), since="now", origin="Promotion", seed="v41")
    change = find_change(view, serving)
    assert change is not None
    assert yaml.safe_load(change.yaml) == [each.to_dict() for each in change.patch]


def find_hash(view: View) -> str:
    candidate = view.spec.candidate
    assert candidate is not None
    revision = resolve(candidate)
    assert revision is not None
    return revision.hash


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_s_promotion_can_be_recorded(path: Any) -> None:
    text = path.read_text()
    (document,) = yaml.safe_load_all(text)
    spec, name = document["spec"], document["metadata"]["name"]
    if "candidate" not in spec:
        pytest.skip("it has no candidate")
    patch = [dict(each) for each in PATCH]
    for each, key in zip(patch, ("champion", "candidate"), strict=False):
        each["value"] = spec[key]["revision"]
    edited = record(text, Wanted("shop", name, patch))
    assert edited is not None
    after = yaml.safe_load(edited)
    assert after["spec"] == {key: value for key, value in spec.items() if key != "candidate"} | {
        "champion": spec["candidate"]
    }
    assert [line for line in edited.splitlines() if line not in text.splitlines()] in ([], [edited_champion(edited)])


def edited_champion(text: str) -> str:
    """The one line that may be new: the champion's key with what stood behind the candidate's."""
    return next(line for line in text.splitlines() if line.startswith("  champion:"))

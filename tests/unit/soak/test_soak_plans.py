"""The order of configurations and troubles, and what is made of the samples of memory."""

import random
from itertools import islice, pairwise
from pathlib import Path

import msgspec
import pytest

from interleaver.api.routing import decode
from tests.soak.memory import find_growth
from tests.soak.mounts import Mount
from tests.soak.settings import RAMP, Scene, plan_steps
from tests.soak.troubles import CANDIDATE_TROUBLES, CHAMPION_TROUBLES, list_rounds

SCENE = Scene("http://127.0.0.1:1", "http://127.0.0.1:2", "/keys", "redis://127.0.0.1:3/0")
STEPS = plan_steps(SCENE, 121)


def test_valid_steps_are_what_a_router_takes_and_the_others_are_not() -> None:
    for number, step in enumerate(STEPS, start=1):
        assert step.config is not None
        if step.valid:
            assert decode(step.config).generation == number
        else:
            with pytest.raises((msgspec.MsgspecError, ValueError)):
                decode(step.config)


def test_the_ramp_goes_up_alone_and_ends_at_its_top_within_a_tenth() -> None:
    percents = [step.percent for step in STEPS]
    assert percents == sorted(percents)
    assert set(percents[len(percents) // 10 + 1 :]) == {100}
    assert list(dict.fromkeys(percents)) == list(RAMP)


@pytest.mark.parametrize("changes", range(4, 20))
def test_the_last_configurations_are_good(changes: int) -> None:
    assert [step.valid for step in plan_steps(SCENE, changes)[-2:]] == [True, True]


@pytest.mark.parametrize("changes", range(1, 20))
def test_a_key_signs_once_it_is_known_and_goes_long_after(changes: int) -> None:
    steps = plan_steps(SCENE, changes)
    mounted = [step.keys for step in steps if step.keys is not None]
    assert mounted[0]["current"] == "k1"
    gone = [index for index, step in enumerate(steps) if step.keys is not None and "k1" not in step.keys]
    signs = [index for index, step in enumerate(steps) if step.keys is not None and step.keys["current"] == "k2"]
    assert all(index >= signs[0] + 3 for index in gone)
    assert all(step.valid for step in steps if step.keys is not None)
    for before, after in pairwise(mounted):
        assert after["current"] in before
        assert "k1" in after or before["current"] == "k2"


def test_a_long_soak_rotates_the_key_to_the_end() -> None:
    assert [step.keys["current"] for step in STEPS if step.keys is not None] == ["k1", "k1", "k2", "k2"]


def test_every_trouble_comes_in_each_round() -> None:
    many = len(CANDIDATE_TROUBLES) + len(CHAMPION_TROUBLES)
    troubles = list(islice(list_rounds(random.Random(1)), 2 * many))
    for part in (troubles[:many], troubles[many:]):
        assert len({(each.model, each.name) for each in part}) == many


def test_growth_is_measured_after_warm_up_and_peaks_are_left_out() -> None:
    flat = [50] * 10 + [80] * 10 + [100] * 40
    assert find_growth(flat) == 0
    assert find_growth([*flat[:-3], 500, 500, 500]) == 0
    assert find_growth([100 + number for number in range(60)]) == pytest.approx(154.5 / 124.5 - 1)
    assert find_growth([1] * 23) is None


def test_a_mount_is_swapped_as_the_kubelet_does(tmp_path: Path) -> None:
    mount = Mount(tmp_path / "keys")
    mount.write({"current": "k1", "k1": "one"})
    inode = (tmp_path / "keys/k1").lstat().st_ino
    mount.write({"current": "k2", "k1": "two", "k2": "three"})
    assert (tmp_path / "keys/k1").read_text() == "two"
    assert (tmp_path / "keys/k1").lstat().st_ino == inode
    mount.write({"current": "k2", "k2": "three"})
    assert sorted(path.name for path in mount.folder.iterdir() if path.name[0] != ".") == ["current", "k2"]
    assert len(list(mount.folder.iterdir())) == 4

"""Units that send more than their share are found in bounded memory, and by no name of a user."""

import random

from interleaver.router.system.heavy_units import KEPT, HeavyUnits
from tests.router.conftest import Stage


def note(units: list[bytes]) -> HeavyUnits:
    heavy = HeavyUnits()
    for unit in units:
        heavy.note(unit, unit.rjust(16, b"\0")[::-1])
    return heavy


def test_a_heavy_unit_is_found_among_any_number_of_others() -> None:
    crowd = [b"%d" % number for number in range(10_000)]
    units = crowd + [b"robot"] * 1000
    random.Random(1).shuffle(units)
    heavy = note(units)
    assert len(heavy.counts) <= KEPT
    [(name, count)] = heavy.list_heavy().items()
    assert name == b"robot"[::-1][:4].hex()
    assert 1000 - len(units) / KEPT <= count <= 1000


def test_a_crowd_of_light_units_has_nobody_to_name() -> None:
    assert note([b"%d" % number for number in range(5000)]).list_heavy() == {}


def test_a_word_that_stands_for_nobody_goes_by_itself() -> None:
    assert note([b"undefined"] * 20 + [b"NULL"] * 20).list_heavy() == {"undefined": 20, "null": 20}


def test_a_few_requests_name_nobody() -> None:
    assert note([b"undefined"] * 19).list_heavy() == {}


def test_a_router_shows_what_one_unit_sends(make_stage: object) -> None:
    assert callable(make_stage)
    stage: Stage = make_stage().start()
    for _ in range(17 * 20):
        stage.router.rank("undefined")
    assert stage.router.sample("interleaver_units_noted", run="r1") == 20
    assert stage.router.sample("interleaver_heavy_units_noted", run="r1", unit="undefined") == 20

"""The configuration file and the keys: followed, checked, and kept when the new one is no good."""

import json
from pathlib import Path
from typing import Any

from tests.router.conftest import make_config
from tests.router.programs import KEY, Answer, RouterProcess, wait_until

HEADER = "X-Interleaver-Impression"


def test_before_there_is_a_configuration_the_router_waits_for_it(make_stage: Any) -> None:
    stage = make_stage()
    router = stage.router.start()
    answer = router.rank()
    assert (answer.status, answer.json()) == (503, {"error": "the router has no valid configuration yet"})
    assert router.admin("GET", "/readyz").status == 503
    assert router.admin("GET", "/healthz").status == 200
    assert router.admin("GET", "/config").json() is None
    assert router.generation() is None
    stage.configure()
    assert router.rank().header(HEADER)
    assert router.admin("GET", "/readyz").status == 200


def test_every_line_names_the_experiment_once_it_is_known_and_the_run_while_there_is_one(make_stage: Any) -> None:
    stage = make_stage()
    router = stage.router.start()
    wait_until(lambda: router.find_event("config-missing"), "a line before there is a configuration")
    told: list[dict[str, Any]] = []
    for run in ("r1", None):
        stage.configure(run=run)
        subject = stage.name_subject()
        router.write("{")
        await_refusals(router, len(told) + 1)
        told.append(list_refusals(router)[-1])
        assert {key: told[-1].get(key) for key in ("namespace", "name", "run")} == {"run": None} | subject
    assert told[0]["run"] == "r1"
    assert told[0]["namespace"] == "shop"
    first = next(event for event in router.events() if event["event"] == "config-missing")
    assert not first.keys() & {"namespace", "name", "run"}


def test_an_invalid_first_configuration_is_refused_and_a_later_valid_one_taken(make_stage: Any) -> None:
    stage = make_stage()
    stage.router.write("{")
    router = stage.router.start()
    assert router.rank().status == 503
    assert router.sample("interleaver_config_rejected_total") == 1
    stage.configure()
    assert router.rank().header(HEADER)


def test_an_invalid_configuration_is_refused_logged_and_counted_and_the_former_kept(make_stage: Any) -> None:
    stage = make_stage().start()
    router = stage.router
    good = json.loads(router.config_file.read_text())
    for number, (change, words) in enumerate(INVALID, 1):
        router.write(json.dumps({**good, "generation": 9, **change}))
        await_refusals(router, number)
        assert words in list_refusals(router)[-1]["error"]
        assert list_refusals(router)[-1]["kept"] == 1
        assert router.sample("interleaver_config_rejected_total") == number
        assert "s3cret" not in list_refusals(router)[-1]["error"]
    assert router.generation() == 1
    assert router.rank().header(HEADER)
    stage.configure()
    assert router.generation() == 2


def change_contract(**fields: Any) -> dict[str, Any]:
    contract = {"path": "/r", "unit": {"header": "u"}, "items": "/i", "itemId": "/id"}
    return {"contract": contract | fields}


def change_serving(url: str) -> dict[str, Any]:
    return {"serving": {"revision": "v1", "hash": "aaaaaa", "url": url}}


PATHS = ("/feedback", "/caf\u00e9", "/a?b", "/a\n", "a", "")
HEADERS = ("", "x user", "x:", "\u00e9", "x\n")
PLACES = ("", "h:", "h:0", "h:65536", "h:x", "h:80\n", "u@h", "h/x", "[::1", "a b", "::1:80")
URLS = (*(f"http://{place}" for place in PLACES), "https://h", "h:80")
INVALID: tuple[tuple[dict[str, Any], str], ...] = (
    ({"version": 2}, "$.version"),
    ({"percent": 101}, "$.percent"),
    ({"surprise": 1}, "surprise"),
    ({"contract": {"path": "/r", "unit": {}, "items": "/i", "itemId": ""}}, "contract.unit"),
    ({"contract": {"path": "/r", "unit": {"header": "u"}}}, "contract: give exactly one of items and tensor"),
    (
        {"contract": {"path": "/r", "unit": {"header": "u"}, "items": "/i", "tensor": {"ids": "i"}}},
        "contract: give exactly one of items and tensor",
    ),
    ({"serving": None}, "$.serving"),
    ({"keys": "/nowhere"}, "keys: /nowhere cannot be read"),
    ({"depth": 0}, "$.depth"),
    ({"depth": 201}, "$.depth"),
    ({"percent": -1}, "$.percent"),
    ({"attributionSeconds": 0}, "$.attributionSeconds"),
    ({"attributionSeconds": 10**18}, "$.attributionSeconds"),
    ({"timeouts": {"championMilliseconds": 0}}, "$.timeouts.championMilliseconds"),
    ({"timeouts": {"candidateMilliseconds": -5}}, "$.timeouts.candidateMilliseconds"),
    ({"slowMilliseconds": 0}, "$.slowMilliseconds"),
    ({"slowMilliseconds": 10**18}, "$.slowMilliseconds"),
    *((change_contract(path=path), "contract.path: ") for path in PATHS),
    *((change_contract(unit={"header": name}), "contract.unit.header: ") for name in HEADERS),
    (change_contract(exclude=[{"header": "user agent", "pattern": "a"}]), "contract.exclude.header: "),
    (change_contract(exclude=[{"pattern": "a"}]), "contract.exclude: give exactly one of header, query and pointer"),
    (change_contract(exclude=[{"header": "a"}]), "contract.exclude: give a pattern, or when: Missing"),
    (change_contract(exclude=[{"query": "a=b", "pattern": "a"}]), "contract.exclude.query: "),
    (change_contract(exclude=[{"header": "a", "pattern": "a"}] * 21), "$.contract.exclude"),
    (change_contract(items=None, tensor={"ids": "i"}), "contract: itemId belongs to items"),
    *((change_serving(url), "url: ") for url in URLS),
    (change_serving("http://h:0"), "$.serving"),
    ({"store": {"url": "redis://s3cret@h:0"}}, "store: the URL's port is none"),
    ({"store": {"url": "redis://h:s3cret"}}, "store: the URL's port is none"),
    ({"store": {"url": "redis://h\n"}}, "$.store.url"),
)


def await_refusals(router: RouterProcess, number: int) -> None:
    wait_until(lambda: len(list_refusals(router)) == number, f"refusal number {number}")


def list_refusals(router: RouterProcess) -> list[dict[str, Any]]:
    return [event for event in router.events() if event["event"] == "config-rejected"]


def test_a_mount_that_swaps_symbolic_links_is_followed(make_stage: Any, tmp_path: Path) -> None:
    """The kubelet writes a new folder and renames the link `..data`; the file's own path never changes."""
    stage = make_stage()
    router, mount = stage.router, tmp_path / "mount"
    mount.mkdir()
    router.config_file = mount / "router.json"

    def publish(generation: int) -> None:
        folder = mount / f"..version_{generation}"
        folder.mkdir()
        config = make_config(stage.champion, stage.candidate, keys=str(router.keys), generation=generation)
        (folder / "router.json").write_text(json.dumps(config))
        (mount / "..fresh").symlink_to(folder.name)
        (mount / "..fresh").replace(mount / "..data")

    publish(1)
    router.config_file.symlink_to(Path("..data") / "router.json")
    router.start()
    for generation in (2, 3):
        publish(generation)
        router.await_generation(generation)


def test_a_file_that_vanishes_changes_nothing(make_stage: Any) -> None:
    stage = make_stage().start()
    stage.router.config_file.unlink()
    wait_until(lambda: stage.router.find_event("config-missing"), "it is noticed")
    assert stage.router.rank().header(HEADER)
    stage.configure()


def test_keys_that_appear_after_the_configuration_put_it_into_force(make_stage: Any) -> None:
    stage = make_stage()
    router = stage.router
    (router.keys / "current").unlink()
    stage.configure()
    router.start()
    assert router.rank().status == 503
    (router.keys / "current").write_text(" k1\n")
    wait_until(lambda: router.generation() == 1, "the keys complete the configuration")


def test_a_key_is_rotated_without_losing_tokens_votes_or_orders(make_stage: Any) -> None:
    stage = make_stage().start()
    router = stage.router
    before = router.rank()
    assert router.feed_back({"impression": before.header(HEADER), "item": "a"}).json()["accepted"] == 1
    (router.keys / "k2").write_text("ff" * 32)
    (router.keys / "current").write_text("k2")
    stage.configure()
    after = router.rank()
    assert after.body == before.body
    for token in (before.header(HEADER), after.header(HEADER)):
        assert router.feed_back({"impression": token, "item": "b"}).json()["accepted"] == 1
    assert sum(router.counts("votes", "outcome").values()) == 1


def test_a_key_that_leaks_can_be_removed_at_once_and_no_coin_changes(make_stage: Any) -> None:
    """`salt` holds what the first key held, so that this key is free to go."""
    stage = make_stage().start()
    router = stage.router
    before = router.rank()
    assert post(router, before) == "credited"
    (router.keys / "salt").write_text(KEY)
    (router.keys / "k2").write_text("ff" * 32)
    (router.keys / "current").write_text("k2")
    (router.keys / "k1").unlink()
    wait_until(lambda: post(router, before) == "forged", "the key that was removed verifies nothing")
    after = router.rank()
    assert after.body == before.body
    assert post(router, after) == "duplicate"  # the unit is known, and has its vote
    assert router.find_event("coins-changed") is None


def test_a_rotation_that_changes_coins_is_noticed(make_stage: Any) -> None:
    router = make_stage().start().router
    (router.keys / "a-first").write_text("ff" * 32)
    assert wait_until(lambda: router.find_event("coins-changed"), "it is logged")["run"] == "r1"


def test_the_salt_signs_nothing(make_stage: Any) -> None:
    stage = make_stage()
    (stage.router.keys / "salt").write_text("ff" * 32)
    (stage.router.keys / "current").write_text("salt")
    stage.configure()
    stage.router.start()
    assert list_refusals(stage.router)[-1]["error"].endswith("current must hold the id of a key in the folder")


def post(router: RouterProcess, shown: Answer) -> str:
    """The result of an event on an answer."""
    before = router.counts("feedback", "result")
    router.feed_back({"impression": shown.header(HEADER), "item": "a"})
    after = router.counts("feedback", "result")
    return next(result for result in after if after[result] != before.get(result, 0))


def test_a_bad_key_is_refused_in_words_that_do_not_hold_it(make_stage: Any) -> None:
    stage = make_stage().start()
    router = stage.router
    for number, text in enumerate(("", "zz", "00" * 31, "00" * 33), 1):
        (router.keys / "k1").write_text(text)
        await_refusals(router, number)
        assert list_refusals(router)[-1]["error"] == "keys: 'k1' must hold 32 bytes in hex"
    assert router.rank().header(HEADER)


def test_no_secret_leaves_the_router(make_stage: Any) -> None:
    router = make_stage().start().router
    router.rank("a secret shopper")
    shown = router.admin("GET", "/config").body + router.admin("GET", "/metrics").body + router.log_file.read_bytes()
    assert KEY.encode() not in shown
    assert b"secret shopper" not in shown
    assert json.loads(router.admin("GET", "/config").body)["contract"]["itemId"] == "/id"

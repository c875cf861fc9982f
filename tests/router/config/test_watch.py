"""Following mounted files: a change is looked at once, whatever it is worth."""

import json
from pathlib import Path

from interleaver.router.config.in_force import InForce
from interleaver.router.config.watch import ConfigWatch
from tests.router.programs import KEY

CONFIG = {
    "version": 1,
    "generation": 1,
    "experiment": "shop/home-feed",
    "run": "r1",
    "serving": {"revision": "v1", "hash": "aaaaaa", "url": "http://127.0.0.1:1"},
    "contract": {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"},
}


class Watched:
    """A watch of files in a folder, which is asked to look by hand."""

    def __init__(self, folder: Path) -> None:
        self.keys, self.file = folder / "keys", folder / "router.json"
        self.keys.mkdir()
        self.write_keys("k1")
        self.adopted: list[InForce] = []
        self.rejected = 0
        self.watch = ConfigWatch(str(self.file), self.adopted.append, self.count)

    def count(self) -> None:
        self.rejected += 1

    def write_keys(self, *ids: str) -> None:
        for name in ids:
            (self.keys / name).write_text(KEY)
        (self.keys / "current").write_text(ids[-1])

    def configure(self, text: str | None = None) -> None:
        self.file.write_text(text or json.dumps({**CONFIG, "keys": str(self.keys)}))

    def look(self, times: int = 3) -> None:
        for _ in range(times):
            self.watch.poll()


def test_a_configuration_is_refused_once_even_if_keys_change_beside_it(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    watched.configure()
    watched.look()
    watched.configure("{")
    watched.write_keys("k1", "k22")
    watched.look()
    assert (len(watched.adopted), watched.rejected) == (1, 1)


def test_keys_that_changed_beside_a_refused_configuration_come_with_the_next_good_one(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    watched.configure()
    watched.look()
    watched.configure("{")
    watched.write_keys("k1", "k22")
    watched.look()
    watched.configure()
    watched.look()
    trial = watched.adopted[-1].trial
    assert len(watched.adopted) == 2
    assert trial is not None
    assert len(trial.keys.by_tag) == 2

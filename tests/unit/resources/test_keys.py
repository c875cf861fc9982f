"""The key Secret, as the router reads it once it is mounted."""

from pathlib import Path

from interleaver.api.experiment import Metadata
from interleaver.resources.keys import key_secret
from interleaver.router.tokens.keys import read_keys

OWNER = Metadata(name="home-feed", namespace="shop", uid="1")


def mount(folder: Path, content: dict[str, str]) -> str:
    """A folder as the kubelet makes it of a Secret."""
    folder.mkdir()
    for name, text in content.items():
        (folder / name).write_text(text)
    return str(folder)


def test_the_coins_outlive_the_key_that_the_operator_made(tmp_path: Path) -> None:
    made = key_secret(OWNER, "k1", "11" * 32, "55" * 32)["stringData"]
    first = read_keys(mount(tmp_path / "made", made))
    rotated = {name: text for name, text in made.items() if name != "k1"} | {"k0": "22" * 32, "current": "k0"}
    second = read_keys(mount(tmp_path / "rotated", rotated))
    assert first.root == second.root == bytes.fromhex("55" * 32)
    assert first.current != second.current

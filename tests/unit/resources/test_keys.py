"""The key Secret, as the router reads it once it is mounted."""

from pathlib import Path

from interleaver.api.experiment import Metadata
from interleaver.resources.keys import key_secret
from interleaver.resources.preview import preview_token_variable
from interleaver.router.tokens.keys import derive_key, read_keys

OWNER = Metadata(name="home-feed", namespace="shop", uid="1")


def mount(folder: Path, content: dict[str, str]) -> str:
    """A folder as the kubelet makes it of a Secret."""
    folder.mkdir()
    for name, text in content.items():
        (folder / name).write_text(text)
    return str(folder)


def test_the_coins_outlive_the_key_that_the_operator_made(tmp_path: Path) -> None:
    made = key_secret(OWNER, "k1", "11" * 32, "55" * 32, "77" * 32)["stringData"]
    first = read_keys(mount(tmp_path / "made", made))
    rotated = {name: text for name, text in made.items() if name != "k1"} | {"k0": "22" * 32, "current": "k0"}
    second = read_keys(mount(tmp_path / "rotated", rotated))
    assert first.root == second.root == bytes.fromhex("55" * 32)
    assert first.current != second.current


def test_who_may_preview_cannot_sign(tmp_path: Path) -> None:
    made = key_secret(OWNER, "k1", "11" * 32, "55" * 32, "77" * 32)["stringData"]
    ring, token = read_keys(mount(tmp_path / "made", made)), derive_key("preview", bytes.fromhex("77" * 32))
    assert made["preview"] == "77" * 32
    assert list(ring.by_tag) == [derive_key("k1", bytes.fromhex("11" * 32)).tag]
    assert token.tag not in ring.by_tag


def test_a_container_gets_the_token_of_previews_and_no_key() -> None:
    made = key_secret(OWNER, "k1", "11" * 32, "55" * 32, "77" * 32)
    variable = preview_token_variable(OWNER.name)
    reference = variable["valueFrom"]["secretKeyRef"]
    assert variable["name"] == "INTERLEAVER_PREVIEW_TOKEN"
    assert reference["name"] == made["metadata"]["name"]
    assert made["stringData"][reference["key"]] == "77" * 32

"""The operator's own vote store: a folder that people and the kubelet change under the operator's hands."""

from pathlib import Path

import pytest

from interleaver.controller.secrets.default_store import DefaultStore, find_folder
from interleaver.controller.secrets.named_secret import Unusable

URL = "redis://votes:6379/0"


def make_store(folder: Path, namespaces: str, url: str = URL) -> DefaultStore:
    folder.mkdir(exist_ok=True)
    (folder / "url").write_text(url)
    (folder / "namespaces").write_bytes(namespaces.encode())
    return DefaultStore(folder / "url")


@pytest.mark.parametrize("text", ["shop\r\nsearch\r\n", "shop\tsearch", "search,shop,", "shop # ours", "\ufeffshop\n"])
def test_the_list_of_namespaces_is_read_as_people_write_it(tmp_path: Path, text: str) -> None:
    assert make_store(tmp_path, text).is_for("shop")


@pytest.mark.parametrize("text", ["# shop", "search\n#shop", "search # not shop", "**", "*.shop", "shop;search", "#*"])
def test_what_stands_in_a_comment_or_is_no_name_gives_the_store_to_nobody(tmp_path: Path, text: str) -> None:
    store = make_store(tmp_path, text)
    assert not store.is_for("shop")
    with pytest.raises(Unusable, match="is not for namespace 'shop'"):
        store.read("shop")


def test_a_certificate_that_is_no_text_is_handed_on_for_routers_to_tell(tmp_path: Path) -> None:
    store = make_store(tmp_path, "shop")
    (tmp_path / "ca.crt").write_bytes(b"\xff\xfe\x00")
    assert store.read("shop")["url"] == URL


def test_what_goes_while_it_is_read_is_an_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = make_store(tmp_path, "shop")

    def read_text(file: Path, encoding: str, errors: str) -> str:
        raise FileNotFoundError(2, "No such file or directory", str(file))

    monkeypatch.setattr(Path, "read_text", read_text)
    assert not store.is_for("shop")
    with pytest.raises(Unusable, match=r"cannot be read \(No such file or directory\)"):
        store.read("shop")


def test_a_mount_that_is_swapped_gives_no_namespace_the_url_of_others(tmp_path: Path) -> None:
    """As the kubelet swaps it: whoever had found the files of before goes on with those."""
    before, after = tmp_path / "..2026_11_30", tmp_path / "..2026_12_01"
    make_store(before, "shop")
    make_store(after, "search", "redis://secret-of-search:6379/0")
    link = tmp_path / "..data"
    link.symlink_to(before.name)
    for name in ("url", "namespaces"):
        (tmp_path / name).symlink_to(f"..data/{name}")
    store = DefaultStore(tmp_path / "url")
    assert store.read("shop") == {"url": URL}
    folder = find_folder(tmp_path / "url")
    link.unlink()
    link.symlink_to(after.name)
    assert (folder / "namespaces").read_text() == "shop"
    assert not store.is_for("shop")
    assert store.read("search")["url"] == "redis://secret-of-search:6379/0"

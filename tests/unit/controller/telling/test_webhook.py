"""The webhook's folder: who is told, and what is said when its files cannot be used."""

from pathlib import Path

import pytest

from interleaver.controller.telling.webhook import NotUsable, Webhook
from tests.unit.controller.telling.test_signature import SECRET

URL = "https://bot.example.com/verdicts?team=shop"


def make_webhook(folder: Path, **files: str) -> Webhook:
    for name, text in ({"url": URL, "keys": SECRET} | files).items():
        (folder / name.replace("_", ".")).write_text(text)
    return Webhook(folder / "url")


def test_without_the_setting_or_the_file_nobody_is_told(tmp_path: Path) -> None:
    assert not Webhook().is_for("shop")
    assert not Webhook(tmp_path / "url").is_for("shop")
    with pytest.raises(NotUsable, match="INTERLEAVER_WEBHOOK_URL_FILE names is not there"):
        Webhook(tmp_path / "url").read()


def test_without_a_list_every_namespace_s_verdicts_are_told_and_with_one_only_those_on_it(tmp_path: Path) -> None:
    webhook = make_webhook(tmp_path)
    assert webhook.is_for("shop")
    (tmp_path / "namespaces").write_text("search, news # not shop\n")
    assert not webhook.is_for("shop")
    assert webhook.is_for("news")


def test_files_that_change_are_followed_without_a_restart(tmp_path: Path) -> None:
    webhook = make_webhook(tmp_path)
    assert webhook.read().url == URL
    (tmp_path / "url").write_text("http://bot.shop.svc:8080\n")
    assert webhook.read().url == "http://bot.shop.svc:8080"


@pytest.mark.parametrize(
    "url",
    ["", "bot.example.com", "ftp://bot", "https://user:pass@bot/", "https://bot/#part", "https://b ot/", "http:///x"],
)
def test_what_is_no_url_of_a_receiver_is_refused_without_being_quoted(tmp_path: Path, url: str) -> None:
    with pytest.raises(NotUsable, match="'url' holds no URL such as https://HOST/PATH") as refused:
        make_webhook(tmp_path, url=url).read()
    assert not url or f" {url} " not in str(refused.value)


def test_without_keys_nothing_is_sent(tmp_path: Path) -> None:
    webhook = make_webhook(tmp_path)
    (tmp_path / "keys").unlink()
    with pytest.raises(NotUsable, match="no file 'keys'"):
        webhook.read()


def test_keys_that_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="'keys' has a key, number 1, without whsec_"):
        make_webhook(tmp_path, keys="password").read()


def test_an_authority_that_is_no_certificate_is_named_and_one_that_is_not_needed_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match=r"'ca\.crt' is no certificate"):
        make_webhook(tmp_path, ca_crt="no certificate").read()
    assert make_webhook(tmp_path, url="http://bot/", ca_crt="no certificate").read().authority is None

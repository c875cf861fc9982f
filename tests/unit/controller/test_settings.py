"""Settings are read from the environment once, and a bad one is named."""

import pytest

from interleaver.controller.settings import Http, Leading, Pace, SettingsError, read_settings

IMAGE = {"INTERLEAVER_ROUTER_IMAGE": "localhost/interleaver-router:dev"}


def test_the_image_alone_is_enough() -> None:
    settings = read_settings(IMAGE)
    assert settings.router_image == IMAGE["INTERLEAVER_ROUTER_IMAGE"]
    assert settings.namespaces == ()
    assert settings.http == Http()
    assert settings.pace == Pace()
    assert settings.leading == Leading()


def test_every_variable_is_handed_out() -> None:
    settings = read_settings(
        IMAGE
        | {
            "INTERLEAVER_NAMESPACES": "shop, feed,shop",
            "INTERLEAVER_PORT": "9090",
            "INTERLEAVER_HOST": "127.0.0.1",
            "INTERLEAVER_RESYNC_SECONDS": "5",
            "INTERLEAVER_LEASE_NAMESPACE": "interleaver-system",
            "INTERLEAVER_LEASE_SECONDS": "30",
        }
    )
    assert settings.namespaces == ("shop", "feed")
    assert settings.http == Http("127.0.0.1", 9090)
    assert settings.pace.resync == 5
    assert settings.leading == Leading("interleaver-system", duration=30)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("INTERLEAVER_ROUTER_IMAGE", " "),
        ("INTERLEAVER_ROUTER_IMAGE", "router:1 .0"),
        ("INTERLEAVER_ROUTER_IMAGE", "router@sha256:12"),
        ("INTERLEAVER_ROUTER_IMAGE", "https://registry.example/router?tag=1"),
        ("INTERLEAVER_NAMESPACES", "Shop"),
        ("INTERLEAVER_NAMESPACES", "shop;feed"),
        ("INTERLEAVER_PORT", "http"),
        ("INTERLEAVER_PORT", "70000"),
        ("INTERLEAVER_RESYNC_SECONDS", "0"),
        ("INTERLEAVER_LEASE_NAMESPACE", "interleaver.system"),
        ("INTERLEAVER_LEASE_SECONDS", "2"),
        ("INTERLEAVER_LEASE_SECONDS", "61"),
        ("INTERLEAVER_RESYNC_SECONDS", "1.5"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        read_settings(IMAGE | {variable: value})

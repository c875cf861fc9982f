"""Every page of a console to which nothing was given: it says what is missing, and nothing breaks."""

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

SAID = {
    "playground": "No suite is open.",
    "histogram": "No suite is open.",
    "slices": "There is no evaluation/evaluation.json.",
    "robustness": "There is no stress/stress.json.",
    "compare": "There is no MLflow to compare runs of.",
    "experiments": "No cluster can be asked.",
}


def draw(page: str) -> None:
    """A page, as the served program draws it."""
    from importlib import import_module

    import streamlit as st

    from interleaver.console.options import read_options
    from interleaver.console.reading.missing import Missing

    try:
        import_module(f"interleaver.console.pages.{page}").show(read_options([]))
    except Missing as missing:
        st.text(f"{missing.what} {missing.wanted}")


@pytest.mark.parametrize("page", SAID)
def test_a_page_says_what_is_missing(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    # It leaves its own script there, which every process that a later test of this one spawned would run.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    shown = AppTest.from_function(draw, args=(page,), default_timeout=60).run()
    assert not shown.exception
    words = [each.value for each in shown.text] + [str(each.proto) for each in shown.get("html")]
    assert any(SAID[page] in each for each in words), words

"""The program starts light, takes flags where kubectl's users put them, and refuses in words."""

import subprocess
import sys

import pytest

from interleaver.plugin.options import make_parser
from interleaver.plugin.program import main
from tests.cluster import ROOT

HEAVY = {"kubernetes", "pydantic", "numpy", "scipy", "aiohttp", "yaml", "msgspec"}


def test_help_and_every_screen_load_neither_a_client_nor_a_model_nor_numbers() -> None:
    program = "\n".join(
        [
            "import sys, interleaver.plugin.showing.screen, interleaver.plugin.reading.summary",
            "from interleaver.plugin.program import main",
            "try: main(['status', '--help'])",
            "except SystemExit: pass",
            f"print(sorted({HEAVY} & set(sys.modules)))",
        ]
    )
    environment = {"PYTHONPATH": str(ROOT / "operator")}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "words", [["-n", "shop", "--context", "c", "status", "feed"], ["status", "feed", "-n", "shop", "--context", "c"]]
)
def test_a_flag_may_stand_before_the_command_and_after_it(words: list[str]) -> None:
    options = make_parser().parse_args(words)
    assert (options.namespace, options.context, options.name) == ("shop", "c", "feed")
    assert "kubeconfig" not in options


@pytest.mark.parametrize("words", [[], ["status"], ["stat", "feed"], ["status", "feed", "-o", "xml"]])
def test_a_wrong_argument_exits_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: kubectl interleaver" in capsys.readouterr().err


def test_a_length_of_time_that_is_none_says_how_one_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["status", "feed", "--timeout", "5 minutes"])
    assert "'5 minutes' is no length of time: write 90s, 5m or 336h" in capsys.readouterr().err

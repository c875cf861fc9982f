"""The README's way for a shop to take part, typed as it stands there."""

import re
import subprocess
from pathlib import Path

from tests.cluster import ROOT
from tests.router.conftest import Stage

README = ROOT / "README.md"


def test_the_commands_of_the_readme_cast_a_vote(stage: Stage, tmp_path: Path) -> None:
    (block,) = re.findall(r"^```sh\n(SHOP=.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    script = re.sub(r"^SHOP=.*$", f"SHOP=http://127.0.0.1:{stage.router.port}", block, flags=re.MULTILINE)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '{"accepted":1,"ignored":0}' in done.stdout
    assert sum(stage.router.counts("votes", "outcome").values()) == 1

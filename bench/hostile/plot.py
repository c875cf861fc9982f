"""The operator's memory before and after, drawn.

PYTHONPATH=operator:. .venv/bin/python -m bench.hostile.plot BEFORE.json AFTER.json OUT.svg
"""

import json
import sys
from pathlib import Path
from typing import Final

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

LIMIT: Final = 537  # megabytes: 512Mi, the limit of deploy/operator.yaml
GOAL: Final = 256


def main() -> None:
    """Draw it."""
    before, after, out = sys.argv[1:]
    figure, axes = plt.subplots(figsize=(8, 3.6))
    for name, file, colour in (("before", before, "tab:red"), ("after", after, "tab:blue")):
        memory = json.loads(Path(file).read_text())["memory"][::5]
        axes.plot([at for at, _ in memory], [size for _, size in memory], color=colour, label=name)
    axes.axhline(LIMIT, color="black", linewidth=0.8, linestyle="--")
    axes.text(1, LIMIT, "the container's limit", va="bottom", fontsize=8)
    axes.axhline(GOAL, color="grey", linewidth=0.8, linestyle=":")
    axes.text(1, GOAL, "256 MB", va="bottom", fontsize=8, color="grey")
    axes.set(xlabel="seconds since the operator's start", ylabel="memory (MB)", ylim=(0, None), xlim=(0, None))
    axes.legend(frameon=False)
    mpl.rcParams["svg.hashsalt"] = "hostile"
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main()

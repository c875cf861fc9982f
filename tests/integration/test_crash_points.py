"""A few points of the crash matrix, others every day; `make crash-matrix` goes through all of them."""

import asyncio
import sys
from datetime import UTC, datetime

import pytest

from tests import packages
from tests.cluster import Cluster
from tests.crashes.clocks import NEEDED
from tests.crashes.faults import FAULTS
from tests.crashes.matrix import Matrix, write_table
from tests.crashes.story import STORIES
from tests.integration.documents import install_crd
from tests.integration.shield import Shield

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1800)]

POINTS = 6


def test_an_experiment_that_is_broken_off_anywhere_ends_as_it_would_have(
    cluster: Cluster, shield: Shield, capsys: pytest.CaptureFixture[str]
) -> None:
    packages.install(*NEEDED)
    install_crd(cluster)
    seed = f"{datetime.now(UTC):%Y-%m-%d}"
    lines: list[str] = []
    matrix = Matrix(shield, 3, lines.append)
    results = asyncio.run(matrix.run(STORIES, list(FAULTS), POINTS, seed))
    with capsys.disabled():
        words = [f"crash points with seed {seed}:", *lines, write_table(results, list(FAULTS))]
        sys.stdout.write("\n" + "\n".join(words) + "\n")
    assert len(results) == POINTS
    assert [(result.point, result.faults) for result in results if result.faults] == []

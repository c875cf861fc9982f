"""The matrix of tools that apply Git, as it is printed."""

from tests.e2e.gitops.engine import BEFORE, MERGED, PROMOTED
from tests.e2e.gitops.table import Table


def test_the_rows_of_a_tool_stand_together_in_the_order_in_which_they_came() -> None:
    table = Table()
    for way in ("kubectl: replace", "the status is wiped", "Helm 3: upgrade", "kubectl: apply"):
        table.put(way, PROMOTED, "held")
    table.lines.append("kubectl: 10 requests")
    rows = table.write().splitlines()
    assert [row.split(" | ")[0].strip("| ") for row in rows[2:6]] == [
        "Helm 3: upgrade",
        "kubectl: replace",
        "kubectl: apply",
        "the status is wiped",
    ]
    assert rows[-1] == "- kubectl: 10 requests"


def test_a_cell_stands_in_its_column_and_others_stay_empty() -> None:
    table = Table()
    table.put("tool: apply", BEFORE, "held")
    table.put("tool: apply", MERGED, "healed")
    assert table.write().splitlines()[2] == "| tool: apply | held |  |  | healed |"

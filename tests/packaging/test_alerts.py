"""Prometheus's own test of rules: each alert fires where it should, and is silent where all is well."""

import subprocess
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import yaml
from hack.dashboard import PANELS

from tests.cluster import ROOT
from tests.packages import install

ALERTS: Final = ROOT / "charts" / "interleaver" / "files" / "alerts.yaml"
MINUTES: Final = 60
EXPERIMENT: Final = 'namespace="shop", experiment="home-feed"'


class Case(NamedTuple):
    """Series, a value a minute, under which an alert fires, and such under which it does not."""

    alert: str
    labels: dict[str, str]
    fires: dict[str, str]
    silent: dict[str, str]


def count(name: str, labels: str, by: float) -> dict[str, str]:
    """A counter that rises by so much a minute."""
    return {f"{name}{{{EXPERIMENT}, {labels}}}": f"0+{by}x{MINUTES}"}


def stay(name: str, labels: str, value: float) -> dict[str, str]:
    """A gauge."""
    return {f"{name}{{{labels}}}": f"{value}x{MINUTES}"}


def answers(refused: float) -> dict[str, str]:
    requests = count("interleaver_request_seconds_count", 'pod="a", arm="champion"', 1000)
    return requests | count("interleaver_refusals_total", 'pod="a", status="502"', refused)


def lags(late: float) -> dict[str, str]:
    name, pod = "interleaver_event_loop_lag_seconds_bucket", 'pod="a", le='
    return (
        count(name, f'{pod}"0.05"', 1000 - late) | count(name, f'{pod}"0.5"', 1000) | count(name, f'{pod}"+Inf"', 1000)
    )


def falls_back(fallbacks: float) -> dict[str, str]:
    requests = count("interleaver_requests_total", 'pod="a", arm="interleaved", outcome="ok"', 1000)
    return requests | count("interleaver_fallbacks_total", 'pod="a", reason="timeout"', fallbacks)


def breakers(*closed: int) -> dict[str, str]:
    """The routers' breakers, each with all its states."""
    series: dict[str, str] = {}
    for pod, state in zip("abc", closed, strict=False):
        series |= stay("interleaver_breaker", f'{EXPERIMENT}, pod="{pod}", state="closed"', state)
        series |= stay("interleaver_breaker", f'{EXPERIMENT}, pod="{pod}", state="open"', 1 - state)
    return series


def leads(*leaders: int) -> dict[str, str]:
    series: dict[str, str] = {}
    for pod, leader in zip("abc", leaders, strict=False):
        series |= stay("interleaver_operator_leader", f'pod="{pod}"', leader)
    return series


def visits(failed: float) -> dict[str, str]:
    name = "interleaver_operator_reconciles_total"
    return {
        f'{name}{{pod="a", result="unchanged"}}': f"0+{100 - failed}x{MINUTES}",
        f'{name}{{pod="a", result="error"}}': f"0+{failed}x{MINUTES}",
    }


FEED: Final = {"namespace": "shop", "experiment": "home-feed"}
WAITING: Final = f'{EXPERIMENT}, pod="a", model="candidate"'
CASES: Final = (
    Case("InterleaverRouterAnswersErrors", FEED, answers(2), answers(1)),
    Case("InterleaverRouterHeldUp", FEED, lags(20), lags(5)),
    Case(
        "InterleaverCallsWait",
        FEED | {"model": "candidate"},
        stay("interleaver_upstream_waiting", WAITING, 3),
        stay("interleaver_upstream_waiting", WAITING, 0),
    ),
    Case("InterleaverCandidateLeftAlone", FEED, breakers(0, 0, 1), breakers(0, 1, 1)),
    Case("InterleaverManyFallbacks", FEED, falls_back(60), falls_back(40)),
    Case(
        "InterleaverConfigurationRefused",
        FEED | {"pod": "a"},
        {f'interleaver_config_rejected_total{{{EXPERIMENT}, pod="a"}}': f"0x{MINUTES - 5} 1x5"},
        {f'interleaver_config_rejected_total{{{EXPERIMENT}, pod="a"}}': f"7x{MINUTES}"},
    ),
    Case(
        "InterleaverStoreAway",
        FEED,
        stay("interleaver_store_up", f'{EXPERIMENT}, pod="a"', 0),
        stay("interleaver_store_up", f'{EXPERIMENT}, pod="a"', 0)
        | stay("interleaver_store_up", f'{EXPERIMENT}, pod="b"', 1),
    ),
    Case("InterleaverOperatorAway", {}, leads(0, 0), leads(0, 1)),
    Case("InterleaverOperatorAway", {}, leads(1, 1), leads(1)),
    Case("InterleaverOperatorAway", {}, {}, leads(1)),
    Case("InterleaverVisitsFail", {}, visits(11), visits(9)),
)


def read_rules() -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load(ALERTS.read_text().replace("RUNBOOK", "https://docs.example.com/alerts"))
    return rules


def describe(case: Case, severity: str, *, fires: bool) -> dict[str, Any]:
    """One of promtool's tests: an hour of these series, and whether the alert then fires."""
    series = [{"series": name, "values": values} for name, values in (case.fires if fires else case.silent).items()]
    expected = [{"exp_labels": case.labels | {"severity": severity}}] if fires else []
    asked = {"eval_time": f"{MINUTES - 1}m", "alertname": case.alert, "exp_alerts": expected}
    return {"name": f"{case.alert}, {fires}", "interval": "1m", "input_series": series, "alert_rule_test": [asked]}


def write_tests(folder: Path, rules: dict[str, Any]) -> Path:
    """promtool's file of tests, beside the rules. What an alert says is left out there: it is looked at by people."""
    severities = {}
    for rule in [rule for group in rules["groups"] for rule in group["rules"]]:
        severities[rule["alert"]] = rule["labels"]["severity"]
        del rule["annotations"]
    (folder / "rules.yaml").write_text(yaml.safe_dump(rules))
    tests = [describe(case, severities[case.alert], fires=fires) for case in CASES for fires in (True, False)]
    path = folder / "tests.yaml"
    path.write_text(yaml.safe_dump({"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": tests}))
    return path


@pytest.fixture(scope="module", autouse=True)
def promtool() -> None:
    install("promtool", "promtool=prometheus")


def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(read_rules()))
    said = subprocess.run(
        ["promtool", "check", "rules", tmp_path / "rules.yaml"], capture_output=True, text=True, timeout=60, check=False
    )
    assert said.returncode == 0, said.stderr
    assert f"{len({case.alert for case in CASES})} rules found" in said.stdout


def list_queries() -> list[str]:
    """What the dashboard asks, of everything that there is."""
    queries = [query for panel in PANELS for query, _ in panel.queries]
    return [query.replace("$namespace", ".*").replace("$experiment", ".*") for query in queries]


def test_prometheus_takes_the_queries_of_the_dashboard(tmp_path: Path) -> None:
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(list_queries())]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    said = subprocess.run(
        ["promtool", "check", "rules", tmp_path / "rules.yaml"], capture_output=True, text=True, timeout=60, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert f"{len(rules)} rules found" in said.stdout


def test_evidence_is_shown_as_a_share_of_its_own_runs_bar(tmp_path: Path) -> None:
    (query,) = [query for query in list_queries() if "run_evidence" in query]
    series: dict[str, str] = {}
    for namespace, bar, evidence in (("shop", 20, 20), ("news", 100, 10)):
        of_run = f'namespace="{namespace}", experiment="home-feed", run="v42"'
        series |= stay("interleaver_operator_run_evidence_bar", of_run, bar)
        series |= stay("interleaver_operator_run_evidence", f'{of_run}, hypothesis="on-par"', evidence)
    expected = [
        {"labels": f'{{namespace="{namespace}", experiment="home-feed", hypothesis="on-par"}}', "value": value}
        for namespace, value in (("shop", 1), ("news", 0.5))
    ]
    asked = {"expr": query, "eval_time": "5m", "exp_samples": expected}
    given = [{"series": name, "values": values} for name, values in series.items()]
    tests = [{"interval": "1m", "input_series": given, "promql_expr_test": [asked]}]
    (tmp_path / "tests.yaml").write_text(yaml.safe_dump({"rule_files": [], "tests": tests}))
    said = subprocess.run(
        ["promtool", "test", "rules", tmp_path / "tests.yaml"], capture_output=True, text=True, timeout=60, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_every_alert_fires_where_it_should_and_nowhere_else(tmp_path: Path) -> None:
    path = write_tests(tmp_path, read_rules())
    said = subprocess.run(["promtool", "test", "rules", path], capture_output=True, text=True, timeout=120, check=False)
    assert said.returncode == 0, said.stdout + said.stderr

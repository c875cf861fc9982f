"""The Grafana dashboard of the chart: a table of panels, laid out two in a row, as the JSON that Grafana imports."""

from typing import Any, Final, NamedTuple

WIDTH: Final = 12  # of a panel, of 24 columns
HEIGHT: Final = 8
HERE: Final = 'namespace=~"$namespace", experiment=~"$experiment"'


class Panel(NamedTuple):
    """A graph over time."""

    title: str
    description: str
    unit: str
    queries: tuple[tuple[str, str], ...]  # expression, legend


def ask_slowest(histogram: str, label: str) -> tuple[str, str]:
    """The 99th percentile by a label, as a query and its legend."""
    rate = f"sum by ({label}, le) (rate({histogram}_bucket{{{HERE}}}[5m]))"
    return f"histogram_quantile(0.99, {rate})", f"{{{{{label}}}}}"


PANELS: Final = (
    Panel(
        "Votes",
        "Units that voted, by whom they voted for. The operator decides by these counts.",
        "short",
        ((f"sum by (run, outcome) (interleaver_votes_total{{{HERE}}})", "{{outcome}} ({{run}})"),),
    ),
    Panel(
        "Requests by arm",
        "Ranking requests a second. The interleaved part is what the ramp allows.",
        "reqps",
        ((f"sum by (arm, outcome) (rate(interleaver_requests_total{{{HERE}}}[5m]))", "{{arm}}, {{outcome}}"),),
    ),
    Panel(
        "What clients wait for",
        "The 99th percentile of a ranking request, by arm.",
        "s",
        (ask_slowest("interleaver_request_seconds", "arm"),),
    ),
    Panel(
        "What models take",
        "The 99th percentile of a complete answer, by model.",
        "s",
        (ask_slowest("interleaver_model_request_seconds", "model"),),
    ),
    Panel(
        "Why requests were not compared",
        "Fallbacks a second, by reason: these clients got the champion's own list.",
        "reqps",
        ((f"sum by (reason) (rate(interleaver_fallbacks_total{{{HERE}}}[5m]))", "{{reason}}"),),
    ),
    Panel(
        "Errors of the routers' own making",
        "By status. A model's own errors are passed on and not counted here.",
        "reqps",
        ((f"sum by (status) (rate(interleaver_refusals_total{{{HERE}}}[5m]))", "{{status}}"),),
    ),
    Panel(
        "Feedback",
        "Events a second, by what became of them.",
        "eps",
        ((f"sum by (result) (rate(interleaver_feedback_total{{{HERE}}}[5m]))", "{{result}}"),),
    ),
    Panel(
        "Calls that wait, and the breaker",
        "Calls that wait for a connection to a model, and the share of routers that leave the candidate alone.",
        "short",
        (
            (f"sum by (model) (interleaver_upstream_waiting{{{HERE}}})", "waiting for the {{model}}"),
            (f'1 - avg(interleaver_breaker{{{HERE}, state="closed"}})', "share with an open breaker"),
        ),
    ),
    Panel(
        "How far the ramp has come",
        "The share of units that routers are told to interleave, in percent.",
        "percent",
        (
            (
                f"max by (namespace, experiment, run) (interleaver_operator_run_percent{{{HERE}}})",
                "{{experiment}} ({{run}})",
            ),
        ),
    ),
    Panel(
        "Evidence towards the bar",
        "For each hypothesis, as a share of the bar on a logarithmic scale: at 1 it is proven.",
        "short",
        (
            (
                f"ln(max by (namespace, experiment, hypothesis) (interleaver_operator_run_evidence{{{HERE}}}))"
                " / on (namespace, experiment) group_left"
                f" ln(max by (namespace, experiment) (interleaver_operator_run_evidence_bar{{{HERE}}}))",
                "{{hypothesis}} ({{experiment}})",
            ),
        ),
    ),
    Panel(
        "Experiments by stage",
        "As the operator that leads sees them, in all namespaces.",
        "short",
        (("max by (stage) (interleaver_operator_experiments)", "{{stage}}"),),
    ),
    Panel(
        "The operator's visits",
        "Visits a second by result, and experiments that wait for one.",
        "short",
        (
            ("sum by (result) (rate(interleaver_operator_reconciles_total[5m]))", "{{result}}"),
            ("max(interleaver_operator_queue_depth)", "waiting"),
        ),
    ),
    Panel(
        "What the operator asks of the API server",
        "Calls a second by verb, and of them those that failed or were refused.",
        "reqps",
        (
            ("sum by (verb) (rate(interleaver_operator_api_requests_total[5m]))", "{{verb}}"),
            (
                'sum by (code) (rate(interleaver_operator_api_requests_total{code=~"403|429|5xx|none"}[5m]))',
                "answered {{code}}",
            ),
        ),
    ),
)


def build_dashboard() -> dict[str, Any]:
    """The document, for whatever Prometheus the reader chooses."""
    return {
        "uid": "interleaver",
        "title": "Interleaving experiments",
        "tags": ["interleaver"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [build_source(), build_choice("namespace", ""), build_choice("experiment", NAMESPACED)]},
        "panels": [build_panel(number, panel) for number, panel in enumerate(PANELS)],
    }


NAMESPACED: Final = '{namespace=~"$namespace"}'
SOURCE: Final = {"type": "prometheus", "uid": "${source}"}


def build_source() -> dict[str, Any]:
    """The choice of a Prometheus."""
    return {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def build_choice(label: str, matching: str) -> dict[str, Any]:
    """The choice among a label's values, all of them at first."""
    return {
        "name": label,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": f"label_values(interleaver_config_generation{matching}, {label})", "refId": label},
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "current": {"text": "All", "value": "$__all"},
    }


def build_panel(number: int, panel: Panel) -> dict[str, Any]:
    """A graph at its place."""
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "gridPos": {"x": number % 2 * WIDTH, "y": number // 2 * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": SOURCE, "expr": query, "legendFormat": legend}
            for index, (query, legend) in enumerate(panel.queries)
        ],
    }

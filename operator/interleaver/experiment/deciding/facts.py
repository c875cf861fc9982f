"""The facts that a verdict is made of, gathered once at a visit."""

from interleaver.api.guardrail_metrics import REQUESTS, find_metric
from interleaver.api.status import Run
from interleaver.experiment.deciding.decision import Facts
from interleaver.experiment.deciding.health import explain_fallbacks, explain_illness, is_fresh
from interleaver.experiment.deciding.ramp import is_at_top
from interleaver.experiment.deciding.reaching import explain_unreached
from interleaver.experiment.guardrails.detectors import find_breach, list_guards, show_reading
from interleaver.experiment.guardrails.overall import explain_drop
from interleaver.experiment.guardrails.queries import explain_unknown
from interleaver.experiment.guardrails.recent import recent_share
from interleaver.experiment.orders.commands import is_confirmed, is_paused
from interleaver.experiment.view import View
from interleaver.experiment.weighing.allocation import check_allocation, late_share
from interleaver.experiment.weighing.evidence import weigh_run


def gather(view: View, run: Run) -> Facts:
    """The facts at this moment."""
    analysis = run.plan.analysis
    fresh, looked = is_fresh(view, run), view.has_read_all(run.plan.champion.hash) and run.store_away_since is None
    return Facts(
        evidence=weigh_run(run),
        votes=run.votes,
        minimum_votes=analysis.minimum_votes,
        looked=looked,
        fresh=fresh,
        on_par_before=run.crossed.on_par is not None,
        minimum_run_over=view.has_passed(run.running_since, analysis.minimum_run),
        # A look that is still due might promote; routers that cannot be read do not make the run wait for ever.
        window_over=view.has_passed(run.running_since, analysis.window) and (looked or not fresh),
        at_top=is_at_top(run),
        fallbacks=explain_excess(run),
        illness=explain_illness(view, run),
        unreached=explain_unreached(view, run),
        left_alone=run.breaker_open_since is not None,
        breached=explain_breach(run),
        unknown=explain_unknown(run),
        allocation=check_allocation(run),
        late_share=late_share(run),
        paused=is_paused(view, run),
        confirmed=is_confirmed(run),
    )


def explain_breach(run: Run) -> str:
    """The guardrail that is breached, in words; empty when none is."""
    reading = find_breach(run.guardrails)
    if reading is None:
        return ""
    if words := explain_drop(run, reading.name):
        return words
    words = f"{reading.name} is breached ({show_reading(reading)})"
    metrics = [find_metric(guard.metric) for guard in list_guards(run.plan) if guard.name == reading.name]
    is_about_requests = any(metric.trials == REQUESTS for metric in metrics)
    return "; ".join(part for part in (words, is_about_requests and explain_fallbacks(run)) if part)


def explain_excess(run: Run) -> str:
    """More of late than a guardrail allows on which a promotion waits, in words; empty when there is not."""
    holding = {guard.name: guard for guard in list_guards(run.plan) if find_metric(guard.metric).hold}
    for reading in run.guardrails:
        guard, share = holding.get(reading.name), recent_share(reading)
        if guard and share > guard.limit:
            what = f"{share:.1%} {find_metric(guard.metric).hold}"
            return f"{what}, above the allowed {guard.limit:.1%} of guardrail {reading.name}"
    return ""

"""`interleaver simulate` and `interleaver plan`, from arguments to output."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from interleaver.cli import main, make_parser
from interleaver.simulate.arguments import read_scenario
from interleaver.simulate.scenario import Scenario
from interleaver.simulate.traffic import Page

from .pages import RUN, RUN_STARTED, make_page

QUICK = ["--runs", "20", "--jobs", "1", "--looks-per-day", "4"]
EVERYTHING = """
--win-share .6 --tie-share .2 --votes-per-day 900 --margin .03 --alpha .01 --minimum-run 24h --window 96h
--minimum-votes 50 --planned-votes 700 --steps 10:1h,100 --looks-per-day 96 --drift .1 --bursts 2 --returning .5
--return-days 3 --taste 4 --heavy=-.1 --resets 1 --gaps 2 --restarts 3 --away-hours 5
"""
REQUESTS = """
--candidate-errors .1 --slow .2 --fallbacks .3 --bursts-of-errors .4 --skew .53 --requests-per-vote 7 --store
--guardrails ErrorRatio=0.02,LatencyP99=80ms --mode Manual --confirm-after 200h --pause 24h-72h
"""
EXPERIMENT = """
kind: ConfigMap
---
kind: InterleavingExperiment
spec:
  analysis: {margin: "0.04", window: 240h}
  traffic: {steps: [{percent: 20, hold: 12h}, {percent: 100}]}
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    main(arguments)
    return capsys.readouterr().out


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(run(capsys, *arguments, "--json"))


def read(*arguments: str) -> Scenario:
    return read_scenario(make_parser().parse_args(["simulate", *arguments]))


def test_nothing_given_is_the_example_of_the_api() -> None:
    assert read() == Scenario()


def test_every_option_arrives() -> None:
    scenario = read(*EVERYTHING.split())
    truth, faults, rules = scenario.truth, scenario.faults, scenario.rules
    assert (truth.win_share, truth.tie_share, truth.votes_per_day) == (0.6, 0.2, 900)
    assert (truth.drift, truth.bursts, truth.returning, truth.return_days, truth.taste) == (0.1, 2, 0.5, 3, 4)
    assert truth.heavy == -0.1
    assert (faults.resets, faults.gaps, faults.restarts, faults.away_hours) == (1, 2, 3, 5)
    assert (rules.margin, rules.alpha, rules.minimum_votes, rules.planned) == (0.03, 0.01, 50, 700)
    assert (rules.minimum_run, rules.window, rules.interval) == (24 * 3600, 96 * 3600, 900)
    assert (rules.percents, rules.holds) == ((10, 100), (3600.0, 0.0))


def test_what_goes_wrong_with_requests_and_what_people_do_arrive() -> None:
    scenario = read(*REQUESTS.split())
    requests, people = scenario.requests, scenario.people
    assert (requests.candidate_errors, requests.slow, requests.fallbacks) == (0.1, 0.2, 0.3)
    assert (requests.bursts_of_errors, requests.skew, requests.requests_per_vote) == (0.4, 0.53, 7)
    assert (people.mode, people.confirm_after, people.pause) == ("Manual", 200 * 3600, (86400, 3 * 86400))
    assert [(each.metric, each.max) for each in scenario.guardrails] == [("ErrorRatio", "0.02"), ("LatencyP99", "80ms")]
    assert scenario.faults.store


def test_guardrails_on_requests_are_taken_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "experiment.yaml"
    file.write_text(
        "kind: InterleavingExperiment\nspec:\n  guardrails:\n"
        "    - {name: errors, metric: ErrorRatio, max: '0.03'}\n    - {name: sales, query: up, min: '1'}\n"
    )
    assert [each.name for each in read("--file", str(file)).guardrails] == ["errors"]
    assert [each.max for each in read("--file", str(file), "--guardrails", "ErrorRatio=0.01").guardrails] == ["0.01"]


def test_a_file_with_two_durations_that_are_slow_is_refused_as_the_operator_does(tmp_path: Path) -> None:
    file = tmp_path / "experiment.yaml"
    file.write_text(
        "kind: InterleavingExperiment\nspec:\n  guardrails:\n"
        "    - {name: slow, metric: LatencyP99, max: 200ms}\n    - {name: slower, metric: LatencyP99, max: 100ms}\n"
    )
    with pytest.raises(ValueError, match="guardrails slow 200ms, slower 100ms: routers count slow calls by one"):
        read("--file", str(file))


def test_a_report_says_what_is_odd_and_how_often_a_limit_was_breached_by_chance(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = run(capsys, "simulate", *REQUESTS.split()[2:], *QUICK, "--candidate-errors", "0.01", "--slow", "0.001")
    assert "mode Manual, confirm-after 200h, pause 24h-72h" in kept
    assert "ErrorRatio at most 0.02" in kept
    assert "store True" in kept
    assert "False breach" not in kept, "three of ten fallbacks break the limit that is always there"
    broken = run_json(capsys, "simulate", "--candidate-errors", "0.2", *QUICK)
    assert broken["falseBreach"] is None
    assert {each["reason"] for each in broken["verdicts"][:-1]} <= {"Guardrail", "Harm"}
    assert run_json(capsys, "simulate", "--candidate-errors", "0.01", *QUICK)["falseBreach"]["count"] == 0


def test_a_preference_is_another_way_to_say_the_win_share() -> None:
    assert read("--preference=-0.02", "--tie-share", "0.5").truth.win_share == pytest.approx(0.46)
    assert read("--preference=0", "--tie-share", "1").truth.preference == 0


def test_a_file_gives_the_plan_and_options_change_it(tmp_path: Path) -> None:
    file = tmp_path / "experiment.yaml"
    file.write_text(EXPERIMENT)
    rules = read("--file", str(file), "--window", "200h").rules
    assert (rules.margin, rules.window, rules.minimum_run) == (0.04, 200 * 3600, 168 * 3600)
    assert rules.percents == (20, 100)


def test_a_report_names_verdicts_times_exposure_and_errors(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "simulate", "--preference", "0.05", *QUICK)
    assert "Promote" in text
    assert "truth:   preference +0.0500" in text
    assert "days of" not in text
    assert "Until the verdict" in text
    assert "Error: rolled back although it is not worse than the champion in 0.00%" in text


def test_json_is_the_same_for_the_same_seed(capsys: pytest.CaptureFixture[str]) -> None:
    first = run_json(capsys, "simulate", "--seed", "5", *QUICK)
    assert first == run_json(capsys, "simulate", "--seed", "5", *QUICK)
    assert first != run_json(capsys, "simulate", "--seed", "6", *QUICK)
    assert sum(each["count"] for each in first["verdicts"][:-1]) == first["runs"] == 20


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--margin", "wide"], "margin 'wide'"),
        (["--margin", "0.7"], "margin must be"),
        (["--window", "two weeks"], "window 'two weeks'"),
        (["--steps", "10,100"], "hold"),
        (["--steps", "none"], "percent 'none'"),
        (["--win-share", "2"], "win share"),
        (["--preference", "0.4"], "within ±0.35"),
        (["--runs", "0"], "at least 1"),
        (["--looks-per-day", "7777"], "divide a day"),
        (["--file", "/nowhere.yaml"], "nowhere.yaml"),
        (["--win-share", "1", "--preference", "0"], "not allowed"),
        (["--heavy", "0.4"], "heavy users lean by 0.35 at most"),
        (["--slow", "1.1"], "slow must be"),
        (["--requests-per-vote", "0"], "above 0"),
        (["--guardrails", "Sales=1"], "'Sales' is none of them"),
        (["--guardrails", "ErrorRatio=2"], "above 0 and below 1"),
        (["--guardrails", "LatencyP99=fast"], "no duration"),
        (["--guardrails", "ErrorRatio=0.02, ErrorRatio=0.03"], "guardrails name ErrorRatio twice"),
        (["--pause", "3h-2h"], "end after it begins"),
        (["--confirm-after", "3h"], "nothing to confirm"),
        (["--votes-per-day", "nan"], "invalid number value: 'nan'"),
        (["--resets", "inf"], "invalid number value: 'inf'"),
    ],
)
def test_what_does_not_fit_exits_with_2_and_says_why(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["simulate", *arguments])
    assert exit_.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(("text", "words"), [("kind: Pod", "holds no"), ("{", "is no YAML")])
def test_a_file_without_an_experiment_is_refused(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "experiment.yaml"
    file.write_text(text)
    with pytest.raises(SystemExit):
        main(["simulate", "--file", str(file)])
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("command", ["simulate", "plan"])
def test_help_says_what_every_option_means(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([command, "--help"])
    assert exit_.value.code == 0
    assert "regulars" in capsys.readouterr().out


def test_a_plan_has_every_verdict_by_day_for_every_preference(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "plan", "--votes-per-day", "2000", "--preferences=-0.1,0.1", *QUICK)
    lines = text.splitlines()
    assert [line.split()[0] for line in lines if line[:1] in "+-" and line] == ["-0.1", "+0.1"]
    assert lines[4].split()[5:-7] == ["2", "4", "6", "7", "8", "10", "12", "14"]
    rolled_back, promoted = lines[6].split(), lines[8].split()
    assert (rolled_back[0], rolled_back[-1]) == ("Rollback", "100.0%")
    assert promoted[1:5] == ["Promote", "0.0%", "0.0%", "0.0%"]
    assert promoted[5] == "100.0%"  # on the seventh day, when minimumRun is over


def test_a_plan_in_json_has_shares_that_sum_to_1_on_the_last_day(capsys: pytest.CaptureFixture[str]) -> None:
    document = run_json(capsys, "plan", "--votes-per-day", "300", "--preferences", "0", *QUICK)
    (forecast,) = document["forecasts"]
    assert sum(shares[-1] for shares in forecast["shares"].values()) == pytest.approx(1)
    assert forecast["days"][-1] == 14


def test_a_plan_advises_a_number_of_votes_to_plan_for(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--votes-per-day", "1500", "--margin", "0.01", "--planned-votes", "600", "--preferences", "0.1"]
    options += [*QUICK, "--runs", "100"]
    advice = run_json(capsys, "plan", *options)["advice"]
    assert advice["asPlanned"]["plannedVotes"] == 600
    assert advice["advised"]["plannedVotes"] in (7300, 18_000)
    assert advice["advised"]["days"] < advice["asPlanned"]["days"]
    assert "suits 1500 votes a day better than 600: an equal candidate is promoted in" in run(capsys, "plan", *options)


def test_a_plan_reads_the_traffic_off_a_saved_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = save(make_page({RUN: 3000}, days=2, since=RUN_STARTED), tmp_path / "metrics.txt")
    options = ["--metrics-file", file, "--percent", "50", "--preferences", "0.1"]
    assert run_json(capsys, "plan", *options, *QUICK)["traffic"]["votesPerDay"] == pytest.approx(3000)
    text = run(capsys, "plan", *options, *QUICK)
    assert "3000 votes in 2 days, 1500 a day (give or take 4%) at 50% of units" in text
    assert "traffic: 3000 votes a day" in text


def save(page: Page, file: Path) -> str:
    """The file, as it was left when the page was read."""
    file.write_text(page.text)
    os.utime(file, (page.read_at, page.read_at))
    return str(file)


def test_a_plan_reads_the_traffic_of_now_off_two_saved_pages(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    earlier = save(make_page({RUN: 3000}, days=2, since=RUN_STARTED), tmp_path / "earlier.txt")
    later = save(make_page({RUN: 3200}, days=3, since=RUN_STARTED), tmp_path / "later.txt")
    options = ["--metrics-file", later, "--earlier-file", earlier, "--preferences", "0.1"]
    assert run_json(capsys, "plan", *options, *QUICK)["traffic"]["votesPerDay"] == pytest.approx(200)


def test_a_plan_draws_a_plot(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "plan.svg"
    run(capsys, "plan", "--votes-per-day", "2000", "--preferences=-0.1,0.1", "--plot", str(file), *QUICK)
    assert file.read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--votes-per-day", "9", "--plot", "x.txt"], "none of them"),
        (["--votes-per-day", "9", "--preferences", "a"], "numbers with commas"),
        (["--metrics-url", "ftp://x"], "http address"),
        (["--metrics-url", "http://x", "--earlier-file", "x"], "--over"),
        (["--metrics-file", "x", "--over", "60s"], "--earlier-file"),
        (["--votes-per-day", "9", "--over", "60s"], "not for --votes-per-day"),
        (["--votes-per-day", "9", "--earlier-file", "x"], "not for --votes-per-day"),
        ([], "required"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["plan", *arguments])
    assert exit_.value.code == 2
    assert words in capsys.readouterr().err


def test_a_missing_library_for_plots_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interleaver.simulate.plot.find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        main(["plan", "--votes-per-day", "9", "--plot", "x.png"])
    assert "interleaver[study]" in capsys.readouterr().err

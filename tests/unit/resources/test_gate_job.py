"""The Job of a gate: the author's pod, once, bounded, and with the addresses of both models."""

from typing import Any

from interleaver.api import names
from interleaver.api.observed import GateJob, Gating
from interleaver.resources.gate_job import CANDIDATE_URL, CHAMPION_URL, LATE_SECONDS, draft_jobs, find_due_job
from interleaver.resources.preview import preview_token_variable
from tests.builders import World
from tests.unit.experiment.gates.test_passing import make_gated_world


def make_job(world: World, state: Any = "Absent") -> dict[str, Any] | None:
    gate = world.run.gate
    assert gate is not None
    world.gating = Gating(is_on=True, job=GateJob(gate.job, state))
    return find_due_job(world.experiment, world.observe())


def make_pod(**template: Any) -> dict[str, Any]:
    container = {"name": "tests", "image": "localhost/tests:1", "env": [{"name": "CANDIDATE_URL", "value": "mine"}]}
    given: dict[str, Any] = {"metadata": {"labels": {"team": "feed", names.LABEL_HASH: "0123456789"}}, "spec": {}}
    given |= template
    given["spec"] = {"containers": [container], "restartPolicy": "OnFailure"} | given["spec"]
    job = make_job(make_gated_world(deadline="90s", job={"template": given}))
    assert job is not None
    return job


def test_it_is_made_where_it_is_absent_and_never_again() -> None:
    world = make_gated_world()
    assert make_job(world) is not None
    assert make_job(world, "Active") is None
    world.step(1)
    assert world.run.gates[0].state == "Running"
    assert make_job(world) is None, "one that was seen and is gone was deleted by somebody"


def test_it_goes_with_the_experiment_and_is_bounded_in_time() -> None:
    job = make_pod()
    assert [owner["uid"] for owner in job["metadata"]["ownerReferences"]] == ["u-1"]
    spec, pod = job["spec"], job["spec"]["template"]["spec"]
    assert (spec["backoffLimit"], pod["restartPolicy"]) == (0, "Never")
    assert (pod["activeDeadlineSeconds"], spec["activeDeadlineSeconds"]) == (90, 90 + LATE_SECONDS)
    assert spec["ttlSecondsAfterFinished"] > spec["activeDeadlineSeconds"]
    assert make_pod(spec={"activeDeadlineSeconds": 5})["spec"]["template"]["spec"]["activeDeadlineSeconds"] == 5


def test_every_container_knows_where_both_models_answer() -> None:
    more = {"name": "wait", "image": "localhost/wait:1"}
    pod = make_pod(spec={"initContainers": [more]})["spec"]["template"]["spec"]
    for container in (*pod["initContainers"], *pod["containers"]):
        urls = {one["name"]: one["value"] for one in container["env"] if "value" in one}
        assert urls.keys() == {CHAMPION_URL, CANDIDATE_URL}
        assert all(url.startswith("http://10.96.") for url in urls.values())
        assert preview_token_variable("feed") in container["env"]


def test_it_has_no_token_unless_the_template_asks_and_no_service_of_ours_selects_it() -> None:
    template = make_pod()["spec"]["template"]
    assert template["spec"]["automountServiceAccountToken"] is False
    assert names.LABEL_HASH not in template["metadata"]["labels"]
    assert template["metadata"]["labels"]["team"] == "feed"
    assert template["metadata"]["labels"][names.LABEL_EXPERIMENT] == "feed"
    asked = make_pod(spec={"automountServiceAccountToken": True})["spec"]["template"]["spec"]
    assert asked["automountServiceAccountToken"] is True


def test_what_is_no_template_is_words() -> None:
    world = make_gated_world(job={"template": {"metadata": [], "spec": ["x"]}})
    assert [(name, "not a PodTemplateSpec" in str(job)) for name, job in draft_jobs(world.experiment)] == [
        ("tests", True)
    ]

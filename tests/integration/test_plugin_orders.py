"""Commands of `kubectl interleaver` on a real API server: what is written, by whom, and what is refused."""

import json
import threading

import pytest

from interleaver.api import names
from tests.builders import World, make_running_world
from tests.cluster import Cluster
from tests.integration.plugin import Person
from tests.integration.shield import Shield

pytestmark = pytest.mark.cluster


@pytest.fixture
def person(cluster: Cluster, namespace: str, shield: Shield) -> Person:
    shield.put_over(namespace)
    return Person(cluster, namespace)


@pytest.fixture
def world(person: Person) -> World:
    """What the experiment of the API server looks like to its operator, which is this test."""
    world = make_running_world()
    person.put(world)
    return world


def find_managers(person: Person, annotation: str) -> list[str]:
    """The field managers that own an annotation."""
    fields = person.experiment()["metadata"]["managedFields"]
    return [
        one["manager"]
        for one in fields
        if f"f:{annotation}" in one["fieldsV1"].get("f:metadata", {}).get("f:annotations", {})
    ]


def test_an_annotation_has_a_manager_that_flux_leaves_alone(person: Person, world: World) -> None:
    code, said = person.run("pause", "home-feed", "--wait=false")
    assert (code, said.out) == (0, f"{world.run.id}: the command to pause is given\n")
    assert person.experiment()["metadata"]["annotations"][names.ANNOTATION_PAUSE] == world.run.id
    (manager,) = find_managers(person, names.ANNOTATION_PAUSE)
    assert manager == names.PLUGIN_MANAGER
    assert not manager.startswith("kubectl"), "Flux takes away what managers of that beginning own"


def test_it_waits_until_the_operator_has_taken_the_command(person: Person, world: World) -> None:
    world.experiment = world.experiment.model_copy(
        update={"status": world.status.model_copy(update={"run": world.run.model_copy(update={"paused": True})})}
    )
    taking = threading.Timer(1, person.tell, [world])
    taking.start()
    code, said = person.run("pause", "home-feed")
    taking.join()
    assert (code, said.out.startswith(f"{world.run.id} is paused")) == (0, True), said
    code, said = person.run("resume", "home-feed", "--timeout", "1s")
    assert code == 1
    assert "has not taken it within 1 s" in said.err
    given = person.experiment()["metadata"]["annotations"]
    assert given[names.ANNOTATION_RESUME] == world.run.id
    assert names.ANNOTATION_PAUSE not in given, "the operator is to take it anew when it is given again"


def test_what_makes_no_sense_or_is_not_allowed_writes_nothing(person: Person, world: World) -> None:
    before = person.experiment()["metadata"]["resourceVersion"]
    refusals = {
        ("promote", "home-feed"): "mode of this run is Automatic",
        ("revert", "home-feed"): "has not been promoted",
        ("abort", "home-feed", "--run", "v1-20260101t000000z"): f"the run is {world.run.id} by now",
        ("abort", "pod/home-feed"): "is no InterleavingExperiment",
        ("abort", "gone"): "there is no experiment 'gone'",
        ("adopt", "home-feed"): "there is no Service 'home-feed'",
    }
    for words, expected in refusals.items():
        code, said = person.run(*words)
        assert (code, said.out) == (1, "")
        assert expected in said.err
    assert person.experiment()["metadata"]["resourceVersion"] == before


def test_a_live_service_is_adopted_by_its_uid(person: Person, world: World) -> None:
    person.kubectl("create", "service", "clusterip", "home-feed", "--tcp=80:8080")
    service = json.loads(person.kubectl("get", "service", "home-feed", "-o", "json"))
    person.kubectl("annotate", "ilx", "home-feed", f"{names.ANNOTATION_GIVE_BACK_SERVICE}=before")
    foreign = World(foreign_service=True)
    foreign.settle(4)
    person.tell(foreign)
    code, _ = person.run("adopt", "home-feed", "--wait=false")
    assert code == 0
    given = person.experiment()["metadata"]["annotations"]
    assert given[names.ANNOTATION_ADOPT_SERVICE] == service["metadata"]["uid"]
    assert names.ANNOTATION_GIVE_BACK_SERVICE not in given

"""`kubectl interleaver list` and `status` against a real API server, and what they say without an answer."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from interleaver.api.record import RECORD_FILE
from tests.builders import make_running_world
from tests.cluster import Cluster
from tests.integration.plugin import Person
from tests.integration.shield import Shield
from tests.unit.experiment.verdicts import make_better

pytestmark = pytest.mark.cluster


@pytest.fixture
def person(cluster: Cluster, namespace: str, shield: Shield) -> Person:
    shield.put_over(namespace)
    return Person(cluster, namespace)


def change_kubeconfig(person: Person, folder: Path, **changes: Any) -> str:
    """Another kubeconfig than the administrator's: fields of its cluster, or of its user, are changed."""
    document = yaml.safe_load(Path(person.kubeconfig).read_text())
    document["clusters"][0]["cluster"] |= changes.get("cluster", {})
    document["users"][0]["user"] = changes.get("user", document["users"][0]["user"])
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(document))
    return str(path)


def test_an_experiment_is_listed_and_told_and_the_exit_code_says_that_it_is_under_way(person: Person) -> None:
    person.put(make_running_world())
    code, said = person.run("list")
    assert code == 0
    assert said.out.splitlines()[1].split() == ["home-feed", "v41", "v42", "Running", "10", "0", "-"]
    code, said = person.run("status", "ilx/home-feed")
    assert code == 3
    assert said.out.startswith(f"{person.namespace}/home-feed: Running")
    done = person.start("status", "home-feed", "-o", "json")
    assert (done.returncode, json.loads(done.stdout)["situation"], done.stderr) == (3, "Running", "")
    code, said = person.run("list", "--all-namespaces", "--output", "yaml")
    assert (person.namespace, "home-feed") in [(one["namespace"], one["name"]) for one in yaml.safe_load(said.out)]


def test_what_is_not_there_is_told_with_what_is(person: Person) -> None:
    code, said = person.run("list")
    assert (code, said.out) == (0, f"There are no experiments in namespace {person.namespace}.\n")
    person.put(make_running_world())
    code, said = person.run("status", "hone-feed")
    assert code == 1
    assert said.err.startswith(
        f"error: there is no experiment 'hone-feed' in namespace {person.namespace}: it has home-feed."
    )
    code, said = person.run("status", "deployment/home-feed")
    assert (code, "is no InterleavingExperiment" in said.err) == (1, True)


def test_an_api_server_that_is_away_or_a_file_that_is_none_is_told_in_a_line(person: Person, tmp_path: Path) -> None:
    person.kubeconfig = change_kubeconfig(person, tmp_path, cluster={"server": "https://127.0.0.1:1"})
    code, said = person.run("list")
    assert code == 1
    assert (
        said.err == "error: the API server at https://127.0.0.1:1 cannot be reached: [Errno 111] Connection refused\n"
    )
    code, said = person.run("list", "--context", "nobody")
    assert (code, said.err.startswith("error: no credentials for a cluster: ")) == (1, True)
    Path(person.kubeconfig).write_text("- {")
    code, said = person.run("list")
    assert (code, said.err.startswith("error: no credentials for a cluster: ")) == (1, True)


def test_whom_the_api_server_does_not_know_or_lets_not_read_is_told_so(person: Person, tmp_path: Path) -> None:
    administrator = person.kubeconfig
    person.kubeconfig = change_kubeconfig(person, tmp_path, user={"token": "nobody's"})
    code, said = person.run("list")
    assert (code, "does not know you" in said.err) == (1, True)
    person.kubeconfig = administrator
    person.kubectl("create", "serviceaccount", "guest")
    token = person.kubectl("create", "token", "guest").strip()
    # An exec plugin, as clouds have them: a program prints the credentials.
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": token}}
    words = base64.b64encode(json.dumps(answer).encode()).decode()
    plugin = {
        "apiVersion": answer["apiVersion"],
        "command": "sh",
        "args": ["-c", f"echo {words} | base64 -d"],
        "interactiveMode": "Never",
    }
    person.kubeconfig = change_kubeconfig(person, tmp_path, user={"exec": plugin})
    code, said = person.run("list")
    assert code == 1
    assert said.err.startswith("error: you may not do this: ")
    assert f"system:serviceaccount:{person.namespace}:guest" in said.err


def test_a_report_is_a_file_about_the_run_that_goes_on_or_the_record_of_one_that_is_over(
    person: Person, tmp_path: Path
) -> None:
    running = make_running_world()
    person.put(running)
    file = tmp_path / "report.html"
    code, said = person.run("report", "home-feed", "--file", str(file))
    assert (code, said.out) == (0, f"{file}\n")
    assert running.run.id in file.read_text()
    over = make_better()
    (record,) = (one for one in over.objects("ConfigMap") if RECORD_FILE in one["data"])
    past = over.status.history[0].model_copy(update={"record": "record-of-v42"})
    over.experiment = over.experiment.model_copy(
        update={"status": over.status.model_copy(update={"run": None, "history": [past]})}
    )
    person.tell(over)
    data = json.dumps(record | {"metadata": {"name": "record-of-v42"}})
    person.kubectl("create", "-f", "-", stdin=data)
    code, said = person.run("report", "home-feed", "--file", "-")
    assert code == 0, said.err
    assert "Promote: Better" in said.out
    assert "was not found" not in said.out
    code, said = person.run("report", "home-feed", "--file", "/nowhere/report.html")
    assert (code, "cannot be written" in said.err) == (1, True)


def test_the_token_of_previews_is_printed_alone_or_it_is_told_why_there_is_none(person: Person) -> None:
    person.put(make_running_world())
    code, said = person.run("preview-token", "home-feed")
    assert (code, said.err) == (
        1,
        "error: there is no Secret 'home-feed-router' yet: the operator makes it when it deploys the champion\n",
    )
    person.kubectl("create", "secret", "generic", "home-feed-router", "--from-literal=current=k1")
    code, said = person.run("preview-token", "home-feed")
    assert (code, f"kubectl -n {person.namespace} patch secret home-feed-router" in said.err) == (1, True)
    patch = json.dumps({"stringData": {"preview": "77" * 32}})
    person.kubectl("patch", "secret", "home-feed-router", "--type=merge", f"--patch={patch}")
    code, said = person.run("preview-token", "home-feed")
    assert (code, said.out, said.err) == (0, "77" * 32 + "\n", "")

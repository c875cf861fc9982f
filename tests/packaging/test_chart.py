"""The chart installs what deploy installs, for every set of values, with both Helms; bad values are refused."""

import json
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hack.chart import STORE_RIGHTS

from interleaver.controller.settings import read_settings
from tests.cluster import ROOT
from tests.helm import CHART, MAJORS, OFFLINE, Helm, find_helm, set_all

Document = dict[str, Any]

SETS: Final[dict[str, tuple[str, ...]]] = {
    "the least": (),
    "one namespace": ("namespaces={shop}", "crds.install=false", "rbac.secretsIn={shop}"),
    "several namespaces": ("namespaces={shop,search}", "operator.replicas=1", "crds.keep=false"),
    "everything": (
        "images.prefix=registry.example.com/team/",
        "images.tag=v1",
        "images.operatorDigest=sha256:" + "0" * 64,
        "images.pullSecrets[0].name=pull",
        "operator.resyncSeconds=300",
        "operator.prometheusAddresses={http://prometheus.monitoring:9090}",
        "operator.podLabels.team=ranking",
        "operator.podAnnotations.note=kept",
        "operator.nodeSelector.pool=system",
        "operator.tolerations[0].operator=Exists",
        "operator.priorityClassName=system-cluster-critical",
        "operator.topologySpreadConstraints[0].maxSkew=2",
        "operator.topologySpreadConstraints[0].topologyKey=zone",
        "operator.topologySpreadConstraints[0].whenUnsatisfiable=DoNotSchedule",
        "serviceAccount.annotations.owner=platform",
        "rbac.secretsIn={shop}",
        "whoMayPromote.enabled=true",
        "gates.enabled=true",
        "valkey.enabled=true",
        "valkey.sharedWith={shop}",
        "networkPolicy.enabled=true",
        "networkPolicy.closeAdminPortIn={shop}",
        "networkPolicy.egress[0].ports[0].port=9090",
        "monitoring.serviceMonitor=true",
        "monitoring.podMonitor=true",
        "monitoring.labels.release=prometheus",
        "alerts.enabled=true",
        "dashboard.enabled=true",
    ),
    "Valkey without a volume": (
        "valkey.enabled=true",
        "valkey.sharedWith={*}",
        "valkey.persistence.enabled=false",
        "valkey.password=0123456789abcdef",
        "podDisruptionBudget.enabled=false",
    ),
}

BAD: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "a name that is none": (("operators.replicas=3",), "operators"),
    "a name that is none, further in": (("operator.replica=3",), "replica"),
    "no replica": (("operator.replicas=0",), "replicas"),
    "a Lease of a second": (("operator.leaseSeconds=1",), "leaseSeconds"),
    "a network in place of a server": (("operator.prometheusAddresses={10.0.0.0/8}",), "prometheusAddresses"),
    "a prefix without a slash": (("images.prefix=registry.example.com",), "prefix"),
    "a digest that is none": (("images.routerDigest=v1",), "routerDigest"),
    "a namespace that is none": (("namespaces={Shop}",), "namespaces"),
    "a password that would break the URL": (("valkey.password=pass:word@123456789",), "password"),
    "a store for nobody": (("valkey.enabled=true",), "nobody may use the store while valkey.sharedWith is empty"),
    "two stores": (
        ("valkey.enabled=true", "valkey.sharedWith={shop}", "store.existingSecret=mine"),
        "store.existingSecret names another one",
    ),
    "Secrets beyond the namespaces": (
        ("namespaces={shop}", "rbac.secretsIn={search}"),
        "search is none of the namespaces that are looked after (namespaces: shop)",
    ),
    "a policy of the cluster for one namespace": (
        ("namespaces={shop}", "whoMayPromote.enabled=true"),
        "apply deploy/who-may-promote.yaml as an administrator instead",
    ),
    "a door without a wall": (("networkPolicy.closeAdminPortIn={shop}",), "does nothing without networkPolicy.enabled"),
    "Prometheus behind a wall": (
        ("networkPolicy.enabled=true", "operator.prometheusAddresses={http://prometheus.monitoring:9090}"),
        "allow operator.prometheusAddresses in networkPolicy.egress",
    ),
}


@pytest.fixture(scope="module", params=MAJORS)
def helm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Helm:
    return find_helm(request.param, tmp_path_factory.mktemp(request.param))


def name(document: Document) -> tuple[str, str, str]:
    """By which documents are told apart."""
    metadata = document["metadata"]
    return document["kind"], metadata.get("namespace", ""), metadata["name"]


def strip(document: Document) -> Document:
    """A document without Helm's labels, which come on top of ours."""
    metadata = document["metadata"]
    ours = {"app.kubernetes.io/name", "app.kubernetes.io/component"}
    labels = {key: value for key, value in metadata.get("labels", {}).items() if key in ours}
    return document | {"metadata": metadata | {"labels": labels}}


def read_deploy(path: str) -> dict[tuple[str, str, str], Document]:
    documents = yaml.safe_load_all((ROOT / "deploy" / path).read_text())
    return {name(document): document for document in documents if document["kind"] != "Namespace"}


def render(helm: Helm, *values: str, namespace: str = "interleaver-system") -> dict[tuple[str, str, str], Document]:
    documents = helm.render(*set_all(values), namespace=namespace)
    found = {name(document): document for document in documents}
    assert len(found) == len(documents), "no object is there twice"
    return found


IMAGES: Final = ("images.prefix=localhost/", "images.tag=dev")


def take_lease_seconds(deployment: Document) -> str:
    """The one variable that the manifests of deploy leave to the operator's default."""
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    (variable,) = [each for each in container["env"] if each["name"] == "INTERLEAVER_LEASE_SECONDS"]
    container["env"].remove(variable)
    return str(variable["value"])


def test_without_values_it_installs_what_the_manifests_install(helm: Helm) -> None:
    chart, deploy = render(helm, *IMAGES), read_deploy("operator.yaml")
    here = "interleaver-system"
    assert take_lease_seconds(chart["Deployment", here, "interleaver-operator"]) == "15"
    for kind in ("Role", "RoleBinding"):
        lease = strip(chart.pop((kind, here, "interleaver-operator-lease")))
        lease["metadata"]["name"] = "interleaver-operator"
        if kind == "RoleBinding":
            lease["roleRef"]["name"] = "interleaver-operator"
        assert lease == deploy.pop((kind, here, "interleaver-operator"))
    for key, document in deploy.items():
        assert strip(chart.pop(key)) == document
    crd = chart.pop(("CustomResourceDefinition", "", "interleavingexperiments.interleaver.dev"))
    assert crd["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    original = yaml.safe_load((ROOT / "crds" / "interleavingexperiments.yaml").read_text())
    assert crd["spec"] == original["spec"]
    added = {("ClusterRole", "", "interleaver-view"), ("ClusterRole", "", "interleaver-edit")}
    assert chart.keys() == added | {("Service", here, "interleaver-operator"), ("Pod", here, "interleaver-test-ready")}


def test_for_one_namespace_it_has_the_rights_of_the_namespaced_manifests_and_no_other(helm: Helm) -> None:
    chart = render(helm, *IMAGES, "namespaces={shop}", "crds.install=false", namespace="shop")
    assert not {kind for kind, _, _ in chart if kind.startswith("Cluster")}
    deploy = read_deploy("namespaced/operator.yaml")
    (wanted,) = [document["rules"] for document in deploy.values() if document["kind"] == "Role"]
    assert [rule for key, document in chart.items() if key[0] == "Role" for rule in document["rules"]] == wanted
    (container,) = chart["Deployment", "shop", "interleaver-operator"]["spec"]["template"]["spec"]["containers"]
    assert {"name": "INTERLEAVER_NAMESPACES", "value": "shop"} in container["env"]


@pytest.mark.parametrize(("values", "kind"), [((), "ClusterRole"), (("namespaces={shop}",), "Role")])
def test_gates_add_their_rights_and_no_other(helm: Helm, values: tuple[str, ...], kind: str) -> None:
    plain, gated = (render(helm, *values, *more) for more in ((), ("gates.enabled=true",)))
    (key,) = [key for key in plain if key[0] == kind and key[2] == "interleaver-operator"]
    (wanted, _) = read_deploy("gates.yaml").values()
    assert gated[key]["rules"] == plain[key]["rules"] + wanted["rules"]
    assert {each for each in plain if each[0] in ("Role", "ClusterRole")} == {
        each for each in gated if each[0] in ("Role", "ClusterRole")
    }


@pytest.mark.parametrize("values", SETS.values(), ids=SETS)
def test_every_set_of_values_renders_and_is_linted(helm: Helm, values: tuple[str, ...]) -> None:
    render(helm, *values)
    said = helm.do("lint", str(CHART), "--strict", OFFLINE, *set_all(values))
    assert "0 chart(s) failed" in said


@pytest.mark.parametrize("values", SETS.values(), ids=SETS)
def test_the_operator_can_read_the_settings_that_a_set_of_values_gives_it(helm: Helm, values: tuple[str, ...]) -> None:
    deployment = render(helm, *values)["Deployment", "interleaver-system", "interleaver-operator"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    here = {each["name"]: each.get("value", "interleaver-system") for each in container["env"]}
    settings = read_settings(here)
    assert settings.gates == ("gates.enabled=true" in values)
    assert (settings.asking.addresses != ()) == any("prometheusAddresses" in value for value in values)


@pytest.mark.parametrize(("values", "words"), BAD.values(), ids=BAD)
def test_values_that_cannot_be_are_refused_in_words(helm: Helm, values: tuple[str, ...], words: str) -> None:
    assert words in helm.refuse(*set_all(values))


def test_it_works_as_a_part_of_another_chart(helm: Helm, tmp_path: Path) -> None:
    parent = tmp_path / "platform"
    (parent / "templates").mkdir(parents=True)
    needs = {"name": "interleaver", "version": "0.1.0", "repository": f"file://{CHART}"}
    chart = {"apiVersion": "v2", "name": "platform", "version": "1.0.0", "dependencies": [needs]}
    (parent / "Chart.yaml").write_text(yaml.safe_dump(chart))
    values = {"global": {"domain": "example.com"}, "interleaver": {"namespaces": ["shop"]}}
    (parent / "values.yaml").write_text(yaml.safe_dump(values))
    helm.do("dependency", "build", str(parent))
    documents = helm.render(chart=parent, namespace="platform")
    assert ("Role", "shop", "interleaver-operator") in {name(document) for document in documents}


def test_what_the_store_gets_is_for_named_namespaces_and_few_commands(helm: Helm) -> None:
    chart = render(helm, "valkey.enabled=true", "valkey.sharedWith={shop,search}", "valkey.password=" + "a" * 16)
    handed = chart["Secret", "interleaver-system", "interleaver-store"]["stringData"]
    assert handed == {
        "url": "redis://interleaver:aaaaaaaaaaaaaaaa@interleaver-valkey.interleaver-system.svc:6379/0",
        "namespaces": "shop,search",
    }
    users = chart["Secret", "interleaver-system", "interleaver-valkey"]["stringData"]["users.acl"].splitlines()
    assert users[0] == "user default off ~* &* +@all", "nobody logs in as default, who reads the append-only file"
    assert users[1].split()[:5] == ["user", "interleaver", "on", ">" + "a" * 16, "~interleaver:*"]
    assert users[1].split()[5:] == STORE_RIGHTS.split()


def test_those_commands_are_the_ones_that_the_page_on_stores_names() -> None:
    page = (ROOT / "docs" / "how-to" / "share-votes-between-routers.md").read_text()
    assert f"user interleaver on >PASSWORD ~interleaver:* {STORE_RIGHTS}\n" in page


def test_the_chart_has_the_projects_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert chart["version"] == chart["appVersion"] == project["version"]


def list_names(values: Document, schema: Document, path: str = "") -> list[str]:
    """Names that stand in only one of values and schema. Objects that the schema leaves open are as they are."""
    properties = schema.get("properties")
    if properties is None or schema.get("additionalProperties") is not False:
        return []
    apart = [f"{path}{key}" for key in values.keys() ^ properties.keys()]
    inner = [(key, values[key]) for key in values.keys() & properties.keys() if isinstance(values[key], dict)]
    return apart + [each for key, value in inner for each in list_names(value, properties[key], f"{path}{key}.")]


def test_values_and_schema_have_the_same_names() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert schema["additionalProperties"] is False
    assert list_names(values, schema) == []

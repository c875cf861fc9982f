"""What routers get of Secrets: only what is labelled for it, in a copy that follows, and shown nowhere else."""

import asyncio
import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interleaver.api import conditions
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.secrets.default_store import DefaultStore
from interleaver.controller.secrets.supply import PastCopy, Supplier
from interleaver.controller.settings import read_settings
from tests.builders import STORE, make_experiment
from tests.unit.controller.fakes import FakeCluster
from tests.unit.controller.operators import FakeOperator, make_resource, make_running, make_serving

URL = "rediss://feed:s3cret-w0rd@votes.shop:6379/0"
TOKEN = "orders-t0ken"
FEEDBACK = {"tokenSecretRef": {"name": "orders", "key": "token"}}
COPY = "feed-store"


def put_secret(cluster: FakeCluster, name: str, key: str, text: str, use: str | None) -> None:
    labels = {"interleaver.dev/use": use} if use else {}
    metadata = {"name": name, "namespace": "shop", "labels": labels}
    data = {key: b64encode(text.encode()).decode()}
    cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})


def read_copy(cluster: FakeCluster) -> dict[str, str]:
    copy = cluster.find("Secret", COPY)
    return {name: b64decode(text).decode() for name, text in copy["data"].items()} if copy else {}


def make_operator(cluster: FakeCluster | None = None, **spec: Any) -> FakeOperator:
    """An operator whose experiment serves its champion, in a namespace with both Secrets."""
    operator = FakeOperator(cluster) if cluster is not None else FakeOperator()
    put_secret(operator.cluster, "votes", "url", f"{URL}\n", "store")
    put_secret(operator.cluster, "orders", "token", TOKEN, "feedback")
    operator.cluster.put(make_resource(**({"candidate": None} | spec)))
    operator.live_on(6)
    return operator


def change(operator: FakeOperator, **spec: Any) -> None:
    """Somebody applies another spec."""
    live = operator.cluster.find("InterleavingExperiment", "feed")
    assert live is not None
    fields = {key: value for key, value in (live["spec"] | spec).items() if value is not None}
    generation = live["metadata"]["generation"] + 1
    operator.cluster.put(live | {"spec": fields, "metadata": live["metadata"] | {"generation": generation}})


def stalled(operator: FakeOperator) -> tuple[str, str]:
    found = [one for one in operator.status["conditions"] if one["type"] == conditions.STALLED]
    return (found[0]["reason"], found[0]["message"]) if found else ("", "")


def test_url_and_token_are_copied_into_the_secret_that_pods_mount() -> None:
    operator = make_operator(store=STORE, feedback=FEEDBACK)
    assert read_copy(operator.cluster) == {"url": URL, "token": TOKEN}
    copy = operator.cluster.find("Secret", COPY)
    assert copy is not None
    assert "ownerReferences" not in copy["metadata"], "it outlives the experiment, as the pods do that mount it"
    assert copy["metadata"]["labels"]["interleaver.dev/experiment-uid"] == "u-1"


def test_the_copy_lives_as_long_as_the_policy_says_by_now() -> None:
    operator = make_operator(store=STORE, feedback=FEEDBACK)
    for policy, owners in (("Delete", ["feed"]), ("KeepServing", []), ("Delete", ["feed"])):
        change(operator, deletionPolicy=policy)
        operator.live_on(3)
        copy = operator.cluster.find("Secret", COPY)
        assert copy is not None
        assert [one["name"] for one in copy["metadata"].get("ownerReferences", [])] == owners
        assert read_copy(operator.cluster) == {"url": URL, "token": TOKEN}
    (deployment,) = operator.cluster.of_kind("Deployment")
    volumes = {volume["name"]: volume for volume in deployment["spec"]["template"]["spec"]["volumes"]}
    assert volumes["interleaver-store"]["secret"] == {"secretName": COPY, "defaultMode": 0o444, "optional": True}


def test_a_copy_whose_owner_somebody_else_has_named_as_well_is_set_free_all_the_same() -> None:
    operator = make_operator(store=STORE, deletionPolicy="Delete")
    operator.cluster.owners_are_shared = True
    change(operator, deletionPolicy="KeepServing")
    operator.live_on(3)
    copy = operator.cluster.find("Secret", COPY)
    assert copy is not None
    assert not copy["metadata"].get("ownerReferences")
    before = len(operator.cluster.writes())
    operator.live_on(5)
    assert operator.cluster.writes()[before:] == []


def test_a_copy_that_says_it_is_kept_and_has_an_owner_still_is_set_free() -> None:
    operator = make_operator(store=STORE)
    copy = operator.cluster.find("Secret", COPY)
    (experiment,) = operator.cluster.of_kind("InterleavingExperiment")
    assert copy is not None
    owner = {"apiVersion": experiment["apiVersion"], "kind": experiment["kind"], "name": "feed", "uid": "u-1"}
    operator.cluster.put(copy | {"metadata": copy["metadata"] | {"ownerReferences": [owner]}})
    operator.cluster.owners_are_shared = True
    operator.live_on(2)
    copy = operator.cluster.find("Secret", COPY)
    assert copy is not None
    assert not copy["metadata"].get("ownerReferences")


def test_what_secrets_hold_stands_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    operator = make_operator(store=STORE, feedback=FEEDBACK, candidate=make_resource()["spec"]["candidate"])
    operator.live_on(8)
    assert operator.status["run"]["stage"] == "Running"
    others = [live for (kind, _, _), live in operator.cluster.objects.items() if kind != "Secret"]
    shown = json.dumps(others) + caplog.text + operator.metrics.text().decode()
    for secret in (
        "s3cret-w0rd",
        TOKEN,
        b64encode(URL.encode()).decode(),
        b64encode(TOKEN.encode()).decode(),
    ):
        assert secret not in shown
    wanted = make_experiment(store=STORE, feedback=FEEDBACK)
    supplied = asyncio.run(Supplier().find(operator.cluster, wanted, PastCopy()))  # type: ignore[arg-type]
    assert supplied.files == {"url": URL, "token": TOKEN}
    assert "s3cret-w0rd" not in repr(supplied)


def test_the_certificate_of_the_stores_authority_is_copied_with_the_url(tmp_path: Path) -> None:
    operator = make_operator(store=STORE)
    source = operator.cluster.find("Secret", "votes")
    assert source is not None
    pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    operator.cluster.put(source | {"data": source["data"] | {"ca.crt": b64encode(pem.encode()).decode()}})
    operator.live_on(1)
    assert read_copy(operator.cluster) == {"url": URL, "ca.crt": pem}
    del operator.cluster.objects["Secret", "shop", "votes"]
    operator.live_on(1)
    assert read_copy(operator.cluster) == {"url": URL, "ca.crt": pem}
    (tmp_path / "url").write_text(URL)
    (tmp_path / "ca.crt").write_text(pem)
    (tmp_path / "namespaces").write_text("shop")
    supplier = Supplier(DefaultStore(tmp_path / "url"))
    supplied = asyncio.run(supplier.find(operator.cluster, make_experiment(), PastCopy()))  # type: ignore[arg-type]
    assert supplied.files == {"url": URL, "ca.crt": pem}


def test_the_copy_comes_before_the_configuration_that_names_it() -> None:
    writes = make_operator(store=STORE).cluster.writes()
    assert writes.index(("apply", "Secret", COPY)) < writes.index(("apply", "ConfigMap", "feed-router"))


def test_a_copy_that_is_current_is_not_written_again() -> None:
    operator = make_operator(store=STORE, feedback=FEEDBACK)
    operator.live_on(5, seconds=60)
    assert operator.cluster.writes().count(("apply", "Secret", COPY)) == 1


def test_a_password_that_changes_is_followed_without_a_new_configuration() -> None:
    operator = make_operator(store=STORE)
    before = operator.cluster.find("ConfigMap", "feed-router")
    put_secret(operator.cluster, "votes", "url", URL.replace("s3cret", "n3w"), "store")
    operator.live_on(1)
    assert read_copy(operator.cluster) == {"url": URL.replace("s3cret", "n3w")}
    assert operator.cluster.find("ConfigMap", "feed-router") == before


def test_a_copy_that_somebody_changed_is_mended() -> None:
    operator = make_operator(store=STORE)
    copy = operator.cluster.find("Secret", COPY)
    assert copy is not None
    operator.cluster.put(copy | {"data": {"url": b64encode(b"redis://elsewhere").decode()}})
    operator.live_on(1)
    assert read_copy(operator.cluster) == {"url": URL}


@pytest.mark.parametrize("use", [None, "prometheus", "feedback"])
def test_a_secret_that_is_not_labelled_as_a_store_is_not_read(use: str | None) -> None:
    operator = FakeOperator()
    put_secret(operator.cluster, "votes", "url", URL, use)
    operator.cluster.put(make_resource(store=STORE))
    operator.live_on(6)
    reason, message = stalled(operator)
    assert reason == "SecretNotUsable"
    assert (
        message == "Secret 'votes' of spec.store.urlSecretRef is not meant for it: label it interleaver.dev/use=store"
    )
    assert operator.status["serving"]["revision"] == "v41", "the champion serves"
    assert "run" not in operator.status
    assert read_copy(operator.cluster) == {}
    after = operator.visit().after
    assert after is not None
    assert after <= 10
    put_secret(operator.cluster, "votes", "url", URL, "store")
    operator.live_on(8)
    assert operator.status["run"]["stage"] == "Running"
    assert read_copy(operator.cluster) == {"url": URL}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("http://votes:6379", "holds no URL of a store"),
        ("redis://a b", "holds no URL"),
        ("", "holds no URL"),
        (
            "redis://:s3cr/et@votes:6379/0",
            "Secret 'votes' of spec.store.urlSecretRef holds a URL with a host or port that cannot be read at 'url': "
            "give HOST:PORT, and percent-encode",
        ),
    ],
)
def test_what_is_no_url_of_a_store_is_refused_and_not_shown(text: str, words: str) -> None:
    operator = FakeOperator()
    put_secret(operator.cluster, "votes", "url", text, "store")
    operator.cluster.put(make_resource(store=STORE))
    operator.live_on(4)
    assert words in stalled(operator)[1]
    assert text == "" or text not in stalled(operator)[1]


def test_a_token_takes_the_label_for_feedback_and_not_the_one_for_stores() -> None:
    operator = FakeOperator()
    put_secret(operator.cluster, "orders", "token", TOKEN, "store")
    operator.cluster.put(make_resource(feedback=FEEDBACK))
    operator.live_on(4)
    assert "spec.feedback.tokenSecretRef is not meant for it" in stalled(operator)[1]
    assert "interleaver.dev/use=feedback" in stalled(operator)[1]


def test_a_secret_that_goes_in_mid_run_leaves_the_copy_and_says_so() -> None:
    candidate = make_resource()["spec"]["candidate"]
    operator = make_operator(store=STORE, feedback=FEEDBACK, replicas=2, candidate=candidate)
    operator.live_on(8)
    del operator.cluster.objects["Secret", "shop", "votes"]
    put_secret(operator.cluster, "orders", "token", "another", "feedback")
    operator.live_on(2)
    assert stalled(operator)[0] == "SecretNotUsable"
    assert read_copy(operator.cluster) == {"url": URL, "token": "another"}
    assert operator.status["run"]["stage"] == "Running"


def delete_secret(operator: FakeOperator) -> None:
    del operator.cluster.objects["Secret", "shop", "orders"]


def unlabel_secret(operator: FakeOperator) -> None:
    put_secret(operator.cluster, "orders", "token", TOKEN, None)


def empty_secret(operator: FakeOperator) -> None:
    put_secret(operator.cluster, "orders", "token", "", "feedback")


def rename_key(operator: FakeOperator) -> None:
    put_secret(operator.cluster, "orders", "former", TOKEN, "feedback")


@pytest.mark.parametrize("withdraw", [delete_secret, unlabel_secret, empty_secret, rename_key])
def test_a_token_that_is_withdrawn_goes_from_the_copy_and_comes_back_with_its_secret(
    withdraw: Callable[[FakeOperator], None],
) -> None:
    operator = make_operator(store=STORE, feedback=FEEDBACK)
    withdraw(operator)
    operator.live_on(2)
    assert stalled(operator)[0] == "SecretNotUsable"
    assert read_copy(operator.cluster) == {"url": URL}
    put_secret(operator.cluster, "orders", "token", "another", "feedback")
    operator.live_on(2)
    assert read_copy(operator.cluster) == {"url": URL, "token": "another"}


def test_a_token_that_the_operator_may_no_longer_read_stays_in_use() -> None:
    """That says nothing of the token: a mistake in somebody's rights must not switch feedback off."""

    class Forgetful(FakeCluster):
        forbidden = False

        async def get(self, kind: str, namespace: str, name: str) -> dict[str, Any] | None:
            if self.forbidden and name == "orders":
                raise ClusterError(403, f'User "operator" cannot get Secret {name}')
            return await super().get(kind, namespace, name)

    cluster = Forgetful()
    operator = make_operator(cluster, store=STORE, feedback=FEEDBACK)
    cluster.forbidden = True
    operator.live_on(2)
    assert stalled(operator)[0] == "SecretNotUsable"
    assert read_copy(cluster) == {"url": URL, "token": TOKEN}


def test_another_store_in_the_spec_reaches_the_routers_after_the_run() -> None:
    operator = make_operator(store=STORE, candidate=make_resource()["spec"]["candidate"])
    operator.live_on(8)
    put_secret(operator.cluster, "other", "url", "redis://other", "store")
    change(operator, store={"urlSecretRef": {"name": "other", "key": "url"}})
    operator.live_on(2)
    assert read_copy(operator.cluster) == {"url": URL}
    change(operator, candidate=None)
    operator.live_on(12)
    assert "run" not in operator.status
    assert read_copy(operator.cluster) == {"url": "redis://other"}


def test_what_is_taken_from_the_spec_goes_from_the_copy() -> None:
    operator = make_operator(store=STORE, feedback=FEEDBACK)
    change(operator, feedback=None)
    operator.live_on(2)
    assert read_copy(operator.cluster) == {"url": URL}
    change(operator, store=None)
    operator.live_on(2)
    assert read_copy(operator.cluster) == {}
    assert operator.cluster.find("Secret", COPY) is not None, "the operator deletes no Secret"


def test_a_copy_is_emptied_by_a_successor_too() -> None:
    operator = make_operator(store=STORE)
    change(operator, store=None)
    operator.restart()
    operator.live_on(2)
    assert read_copy(operator.cluster) == {}


def test_a_copy_that_another_process_filled_and_left_is_emptied_by_who_has_the_experiment_again() -> None:
    operator = make_serving()
    other = make_operator(operator.cluster, store=STORE)
    assert read_copy(operator.cluster) == {"url": URL}
    operator.reconciler.forget()
    change(other, store=None)
    operator.live_on(2)
    assert read_copy(operator.cluster) == {}


def test_an_experiment_without_secrets_asks_for_its_copy_once() -> None:
    operator = make_serving()
    operator.live_on(5)
    assert operator.cluster.requests.count(("get", "Secret", COPY)) == 1
    assert operator.cluster.find("Secret", COPY) is None


def test_a_secret_of_somebody_else_with_the_copys_name_is_left_alone() -> None:
    operator = FakeOperator()
    put_secret(operator.cluster, COPY, "url", URL, "store")
    operator.cluster.put(make_resource(store={"urlSecretRef": {"name": COPY, "key": "url"}}))
    operator.live_on(6)
    reason, message = stalled(operator)
    assert reason == "ObjectExists"
    assert "feed-store" in message
    assert ("apply", "Secret", COPY) not in operator.cluster.requests


def test_without_the_right_to_read_secrets_all_else_goes_on() -> None:
    class Forbidden(FakeCluster):
        async def get(self, kind: str, namespace: str, name: str) -> dict[str, Any] | None:
            if kind == "Secret":
                raise ClusterError(403, f'User "operator" cannot get Secret {name}')
            return await super().get(kind, namespace, name)

    for spec, reason in (({}, ""), ({"store": STORE}, "SecretNotUsable")):
        operator = FakeOperator(Forbidden())
        operator.cluster.put(make_resource(candidate=None, **spec))
        operator.live_on(6)
        assert operator.status["serving"]["revision"] == "v41"
        assert stalled(operator)[0] == reason


def test_a_quota_that_denies_the_copy_is_told() -> None:
    operator = FakeOperator()
    put_secret(operator.cluster, "votes", "url", URL, "store")
    operator.cluster.denied["Secret"] = ClusterError(403, "exceeded quota: secrets")
    operator.cluster.put(make_resource(store=STORE, candidate=None))
    operator.live_on(4)
    assert stalled(operator)[0] == "Denied"


def test_the_operators_own_store_may_come_and_go(tmp_path: Path) -> None:
    file = tmp_path / "url"
    (tmp_path / "namespaces").write_text("*")
    supplier, cluster = Supplier(DefaultStore(file)), FakeCluster()
    supplied = asyncio.run(supplier.find(cluster, make_experiment(replicas=3), PastCopy()))  # type: ignore[arg-type]
    assert (supplied.supply.default_store, supplied.files) == (False, {})
    file.write_text(f"{URL}\n")
    supplied = asyncio.run(supplier.find(cluster, make_experiment(replicas=3), PastCopy()))  # type: ignore[arg-type]
    assert (supplied.supply.default_store, supplied.files) == (True, {"url": URL})
    put_secret(cluster, "votes", "url", "redis://own", "store")
    supplied = asyncio.run(supplier.find(cluster, make_experiment(store=STORE), PastCopy()))  # type: ignore[arg-type]
    assert supplied.files == {"url": "redis://own"}, "the spec's store goes before the operator's"
    file.write_text("no url")
    supplied = asyncio.run(supplier.find(cluster, make_experiment(), PastCopy()))  # type: ignore[arg-type]
    assert "INTERLEAVER_STORE_URL_FILE" in supplied.supply.message
    assert "no url" not in supplied.supply.message


@pytest.mark.parametrize(
    ("listed", "is_given"),
    [
        *(("shop", True), ("search, shop\n", True), ("search\nshop", True), ("*", True)),
        *(("", False), ("search", False), ("shops", False), ("shop-a", False), (None, False)),
    ],
)
def test_the_operators_own_store_is_for_the_namespaces_beside_it(
    tmp_path: Path, listed: str | None, is_given: bool
) -> None:
    (tmp_path / "url").write_text(URL)
    if listed is not None:
        (tmp_path / "namespaces").write_text(listed)
    supplier = Supplier(DefaultStore(tmp_path / "url"))
    supplied = asyncio.run(supplier.find(FakeCluster(), make_experiment(replicas=3), PastCopy()))  # type: ignore[arg-type]
    assert supplied.files == ({"url": URL} if is_given else {})
    assert (supplied.supply.default_store, supplied.supply.withheld) == (is_given, not is_given)


def test_a_namespace_that_loses_the_operators_own_store_in_mid_run_keeps_its_copy_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(URL)
    (tmp_path / "namespaces").write_text("shop")
    operator = FakeOperator(supplier=Supplier(DefaultStore(tmp_path / "url")))
    operator.cluster.put(make_resource())
    operator.live_on(8)
    assert operator.status["run"]["plan"]["store"] == {}
    (tmp_path / "namespaces").write_text("search")
    operator.live_on(2)
    assert read_copy(operator.cluster) == {"url": URL}
    reason, message = stalled(operator)
    assert reason == "SecretNotUsable"
    assert "is not for namespace 'shop': add it to the file 'namespaces' beside it" in message


def test_the_setting_names_the_file() -> None:
    environment = {"INTERLEAVER_ROUTER_IMAGE": "router", "INTERLEAVER_STORE_URL_FILE": "/etc/interleaver/store/url"}
    assert read_settings(environment).store_url_file == "/etc/interleaver/store/url"


def test_a_running_experiment_without_a_store_is_untouched() -> None:
    assert ("apply", "Secret", COPY) not in make_running().cluster.requests

"""The router as a native sidecar: an init container that is kept running (Kubernetes 1.30 or newer)."""

from typing import Any, Final

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.api.revision import Snapshot, find_pod
from interleaver.resources.metadata import router_object_name, router_port_name, store_object_name

CONFIG_VOLUME: Final = "interleaver-config"
KEYS_VOLUME: Final = "interleaver-keys"
STORE_VOLUME: Final = "interleaver-store"
SAMPLES_BOUND: Final = "1Gi"  # what spec.sampling may ask for fits: beyond it the kubelet evicts the pod
NO_TOKEN_VOLUME: Final = "interleaver-no-token"
TOKEN_DIRECTORY: Final = "/var/run/secrets/kubernetes.io/serviceaccount"
USER_ID: Final = 65532  # non-root by number, for the kubelet cannot tell from a name
READABLE_BY_ALL: Final = 0o444  # the router is not root, and files of a Secret belong to root

RESTRICTED: Final[dict[str, Any]] = {  # pod security "restricted"
    "runAsNonRoot": True,
    "runAsUser": USER_ID,
    "runAsGroup": USER_ID,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}

POD_ADDRESS: Final = {"name": "INTERLEAVER_POD_ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}

NO_TOKEN_MOUNT: Final = {"name": NO_TOKEN_VOLUME, "mountPath": TOKEN_DIRECTORY, "readOnly": True}

SAMPLES_VOLUME: Final = {"name": names.SAMPLES_VOLUME, "emptyDir": {"sizeLimit": SAMPLES_BOUND}}
SAMPLES_MOUNT: Final = {"name": names.SAMPLES_VOLUME, "mountPath": names.SAMPLES_DIRECTORY}

# A program of the router's own. Nobody outside the container can run it, whereas a port is open to every pod.
DRAIN: Final = {"exec": {"command": ["interleaver-drain"]}}
DRAIN_LIMIT: Final = "INTERLEAVER_DRAIN_LIMIT"
DRAIN_MARGIN_SECONDS: Final = 30  # after which a pod whose end was told and did not come is Ready again


def router_container(snapshot: Snapshot, grace: int) -> Manifest:
    """The router's container. Its preStop hook drains as soon as the pod's end begins, which takes up to `grace` s."""
    sidecar = snapshot.sidecar
    drains_by_program = sidecar.drains_by_program
    return {
        "name": names.ROUTER_CONTAINER,
        "image": sidecar.image,
        **({"imagePullPolicy": find_pull_policy(sidecar.image)} if drains_by_program else {}),
        "restartPolicy": "Always",
        "args": router_arguments(snapshot),
        **({"env": router_environment(drains_by_program, grace)} if sidecar.form else {}),
        "ports": [
            {"name": find_port_name(snapshot), "containerPort": sidecar.port, "protocol": "TCP"},
            {"name": names.ADMIN_PORT_NAME, "containerPort": sidecar.admin_port, "protocol": "TCP"},
        ],
        "resources": sidecar.resources.to_dict(),
        "securityContext": RESTRICTED,
        "startupProbe": {**admin_probe(snapshot, "/healthz"), "periodSeconds": 1, "failureThreshold": 60},
        "readinessProbe": {**admin_probe(snapshot, "/readyz"), "periodSeconds": 2, "failureThreshold": 2},
        "livenessProbe": {**admin_probe(snapshot, "/healthz"), "periodSeconds": 10, "failureThreshold": 3},
        "lifecycle": {"preStop": DRAIN if drains_by_program else admin_probe(snapshot, "/drain")},
        "volumeMounts": [
            {"name": CONFIG_VOLUME, "mountPath": names.CONFIG_DIRECTORY, "readOnly": True},
            {"name": KEYS_VOLUME, "mountPath": names.KEYS_DIRECTORY, "readOnly": True},
            {"name": STORE_VOLUME, "mountPath": names.STORE_DIRECTORY, "readOnly": True},
            *([SAMPLES_MOUNT] if sidecar.writes_samples else []),
            *([NO_TOKEN_MOUNT] if is_token_hidden(snapshot) else []),
        ],
    }


def is_token_hidden(snapshot: Snapshot) -> bool:
    """Whether the template asks for its ServiceAccount's token, which the API server would give to the router as well.

    It gives none to a container that has something mounted there.
    """
    asked = find_pod(snapshot.template).get("automountServiceAccountToken") is True
    return asked and snapshot.sidecar.sees_no_token


def router_environment(drains_by_program: bool, grace: int) -> list[Manifest]:
    """What routers of an earlier version would not take as an argument."""
    limit = {"name": DRAIN_LIMIT, "value": str(grace + DRAIN_MARGIN_SECONDS)}
    return [POD_ADDRESS, *([limit] if drains_by_program else [])]


def find_pull_policy(image: str) -> str:
    """What Kubernetes would fill in. Said, for it fills in nothing where one image takes the place of another."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2] or "latest"
    return "Always" if tag == "latest" and not digest else "IfNotPresent"


def find_port_name(snapshot: Snapshot) -> str:
    """What the port for requests is called; a revision of before has a name that its template may have as well."""
    return router_port_name(snapshot.hash) if snapshot.sidecar.named else names.ROUTER_PORT_NAME


def router_arguments(snapshot: Snapshot) -> list[str]:
    """The router's command line."""
    options = {
        "--config": f"{names.CONFIG_DIRECTORY}/{names.CONFIG_FILE}",
        "--host": "0.0.0.0",
        "--port": str(snapshot.sidecar.port),
        "--admin-port": str(snapshot.sidecar.admin_port),
        "--model": f"http://127.0.0.1:{snapshot.port}",
        "--revision-hash": snapshot.hash,
    }
    return ["router", *(word for option in options.items() for word in option)]


def admin_probe(snapshot: Snapshot, path: str) -> Manifest:
    """A GET on the router's admin port."""
    return {"httpGet": {"path": path, "port": snapshot.sidecar.admin_port, "scheme": "HTTP"}}


def router_volumes(experiment: str, snapshot: Snapshot) -> list[Manifest]:
    """The router's configuration and keys, and, once there is one, the URL of the vote store and the feedback token.

    The last is always mounted, so that giving an experiment a store restarts no pod.
    """
    name = router_object_name(experiment)
    shared = {"secretName": store_object_name(experiment), "defaultMode": READABLE_BY_ALL, "optional": True}
    return [
        {"name": CONFIG_VOLUME, "configMap": {"name": name}},
        {"name": KEYS_VOLUME, "secret": {"secretName": name, "defaultMode": READABLE_BY_ALL}},
        {"name": STORE_VOLUME, "secret": shared},
        *([SAMPLES_VOLUME] if snapshot.sidecar.writes_samples else []),
        *([{"name": NO_TOKEN_VOLUME, "emptyDir": {}}] if is_token_hidden(snapshot) else []),
    ]

"""The operator's installation, for a whole cluster or for one namespace. A plain function of the two images.

deploy/operator.yaml and deploy/namespaced/operator.yaml differ in the reach of rights alone: ClusterRole or Role.
"""

from typing import Any, Final

from interleaver.api.names import GROUP, PLURAL

Document = dict[str, Any]

NAMESPACE: Final = "interleaver-system"
NAME: Final = "interleaver-operator"
SECRETS_ROLE: Final = "interleaver-operator-secrets"
RBAC: Final = "rbac.authorization.k8s.io/v1"
PORT: Final = 8080  # of /metrics, /healthz and /readyz, as in the operator's settings
USER: Final = 65532
STORE: Final = "interleaver-store"  # a Secret that an administrator may make: a vote store for several namespaces
STORE_DIRECTORY: Final = "/etc/interleaver/store"
LABELS: Final = {"app.kubernetes.io/name": "interleaver", "app.kubernetes.io/component": "operator"}


def build_installation(operator_image: str, router_image: str) -> list[Document]:
    """For a whole cluster: everything but the CRD, in the order to apply."""
    return [
        _build_namespace(),
        _build("v1", "ServiceAccount", {"automountServiceAccountToken": False}),
        _build_role("ClusterRole", NAME, RULES),
        _build_binding("ClusterRole"),
        _build_role("ClusterRole", SECRETS_ROLE, SECRET_RULES),
        _build_deployment(operator_image, router_image, []),
    ]


def build_namespaced_installation(operator_image: str, router_image: str) -> list[Document]:
    """For the experiments of the namespace it is applied to: no right beyond that namespace, and the CRD apart."""
    here = {"name": "INTERLEAVER_NAMESPACES", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}
    return [
        _build("v1", "ServiceAccount", {"automountServiceAccountToken": False}),
        _build_role("Role", NAME, RULES),
        _build_binding("Role"),
        _build_deployment(operator_image, router_image, [here]),
    ]


def _build(version: str, kind: str, body: Document, name: str = NAME) -> Document:
    place = {} if kind.startswith("Cluster") else {"namespace": NAMESPACE}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **place, "labels": LABELS}, **body}


def _build_namespace() -> Document:
    """The operator's namespace admits only pods that pod security calls restricted."""
    labels = LABELS | {"pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}


def _allow(group: str, resource: str, verbs: str) -> Document:
    return {"apiGroups": [group], "resources": [resource], "verbs": verbs.split()}


RULES: Final = (
    _allow(GROUP, PLURAL, "get list watch"),
    _allow(GROUP, f"{PLURAL}/status", "patch"),  # the spec belongs to people and Git
    _allow("", "pods", "list watch patch"),  # patch: an annotation that makes the kubelet renew a mount at once
    _allow("", "services", "get list watch create patch delete"),  # server-side apply is a patch, or a create
    # Get: whose an object is that has a name of ours.
    _allow("apps", "deployments", "get list watch create patch delete"),
    _allow("apps", "replicasets", "list"),  # by which replicas are told from pods that only carry their labels
    _allow("", "configmaps", "get list create patch delete"),
    _allow("apps", "controllerrevisions", "get list create patch delete"),
    # The routers' keys are made once, and never read again; where a Secret can be read, whose it is is seen too.
    _allow("", "secrets", "create"),
    _allow("events.k8s.io", "events", "create"),
)
# Where experiments name Secrets: these are read if they are labelled for it. Patch: the copy of what routers get of
# them. Bound by an administrator, in a namespace or for some names (docs/how-to/let-the-operator-use-secrets.md).
SECRET_RULES: Final = (_allow("", "secrets", "get patch"),)


def _build_role(kind: str, name: str, rules: tuple[Document, ...]) -> Document:
    return _build(RBAC, kind, {"rules": list(rules)}, name)


def _build_binding(kind: str) -> Document:
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": NAME}
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}
    return _build(RBAC, f"{kind}Binding", {"roleRef": role, "subjects": [subject]})


def _build_deployment(operator_image: str, router_image: str, settings: list[Document]) -> Document:
    """One replica that is stopped before the next starts: two operators would decide twice."""
    spec = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": LABELS},
        "template": {"metadata": {"labels": LABELS}, "spec": _build_pod(operator_image, router_image, settings)},
    }
    return _build("apps/v1", "Deployment", {"spec": spec})


def _build_pod(operator_image: str, router_image: str, settings: list[Document]) -> Document:
    return {
        "serviceAccountName": NAME,
        "automountServiceAccountToken": True,
        "terminationGracePeriodSeconds": 30,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_build_container(operator_image, router_image, settings)],
        "volumes": [{"name": "store", "secret": {"secretName": STORE, "defaultMode": 0o444, "optional": True}}],
    }


def _build_container(operator_image: str, router_image: str, settings: list[Document]) -> Document:
    return {
        "name": "operator",
        "image": operator_image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["operator"],
        "env": [
            {"name": "INTERLEAVER_ROUTER_IMAGE", "value": router_image},
            {"name": "INTERLEAVER_PORT", "value": str(PORT)},
            {"name": "INTERLEAVER_STORE_URL_FILE", "value": f"{STORE_DIRECTORY}/url"},
            *settings,
        ],
        "volumeMounts": [{"name": "store", "mountPath": STORE_DIRECTORY, "readOnly": True}],
        "ports": [{"name": "http", "containerPort": PORT}],
        # Alive: a resync finished lately, whatever came of it. Ready: one succeeded.
        "startupProbe": _build_probe(period=2, failures=60),
        "livenessProbe": _build_probe(period=20, failures=3),
        "readinessProbe": _build_probe(period=5, failures=3, path="/readyz"),
        "resources": {"requests": {"cpu": "50m", "memory": "192Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }


def _build_probe(period: int, failures: int, path: str = "/healthz") -> Document:
    get = {"path": path, "port": "http"}
    return {"httpGet": get, "periodSeconds": period, "failureThreshold": failures, "timeoutSeconds": 5}

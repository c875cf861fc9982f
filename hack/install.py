"""The operator's installation, for a whole cluster or for one namespace. A plain function of the two images.

Two replicas, of which one works and one waits (decision 42). deploy/operator.yaml and deploy/namespaced/operator.yaml
differ in the reach of rights alone: ClusterRole or Role.
"""

from typing import Final

from hack.rights import GATE_RULES, LEASE_RULES, RULES, SECRET_RULES, Document

from interleaver.controller.settings import Http, Leading

NAMESPACE: Final = "interleaver-system"
NAME: Final = Leading.name  # of the Lease, too
SECRETS_ROLE: Final = "interleaver-operator-secrets"
GATES_ROLE: Final = "interleaver-operator-gates"
RBAC: Final = "rbac.authorization.k8s.io/v1"
PORT: Final = Http.port  # of /metrics, /healthz and /readyz
USER: Final = 65532
STORE: Final = "interleaver-store"  # a Secret that an administrator may make: a vote store for several namespaces
STORE_DIRECTORY: Final = "/etc/interleaver/store"
WEBHOOK: Final = "interleaver-webhook"  # another one: who is told of verdicts
WEBHOOK_DIRECTORY: Final = "/etc/interleaver/webhook"
HERE: Final = {"valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}  # of a variable
LABELS: Final = {"app.kubernetes.io/name": "interleaver", "app.kubernetes.io/component": "operator"}


def build_installation(operator_image: str, router_image: str) -> list[Document]:
    """For a whole cluster: everything but the CRD, in the order to apply."""
    return [
        _build_namespace(),
        _build("v1", "ServiceAccount", {"automountServiceAccountToken": False}),
        _build_role("ClusterRole", NAME, RULES),
        _build_binding("ClusterRole"),
        _build_role("ClusterRole", SECRETS_ROLE, SECRET_RULES),
        _build_role("Role", NAME, LEASE_RULES),
        _build_binding("Role"),
        _build_budget(),
        _build_deployment(operator_image, router_image, []),
    ]


def build_gates() -> list[Document]:
    """The rights that gates take beside a cluster-wide installation, whose setting is switched on by itself."""
    return [_build_role("ClusterRole", GATES_ROLE, GATE_RULES), _build_binding("ClusterRole", GATES_ROLE)]


def build_namespaced_installation(operator_image: str, router_image: str) -> list[Document]:
    """For the experiments of the namespace it is applied to: no right beyond that namespace, and the CRD apart."""
    here = {"name": "INTERLEAVER_NAMESPACES", **HERE}
    return [
        _build("v1", "ServiceAccount", {"automountServiceAccountToken": False}),
        _build_role("Role", NAME, RULES + LEASE_RULES),
        _build_binding("Role"),
        _build_budget(),
        _build_deployment(operator_image, router_image, [here]),
    ]


def _build(version: str, kind: str, body: Document, name: str = NAME) -> Document:
    place = {} if kind.startswith("Cluster") else {"namespace": NAMESPACE}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **place, "labels": LABELS}, **body}


def _build_namespace() -> Document:
    """The operator's namespace admits only pods that pod security calls restricted."""
    labels = LABELS | {"pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}


def _build_role(kind: str, name: str, rules: tuple[Document, ...]) -> Document:
    return _build(RBAC, kind, {"rules": list(rules)}, name)


def _build_binding(kind: str, name: str = NAME) -> Document:
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}
    return _build(RBAC, f"{kind}Binding", {"roleRef": role, "subjects": [subject]}, name)


def _build_deployment(operator_image: str, router_image: str, settings: list[Document]) -> Document:
    """Two replicas: the one that holds the Lease works. An update starts one that waits before it stops one."""
    spec = {
        "replicas": 2,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "selector": {"matchLabels": LABELS},
        "template": {"metadata": {"labels": LABELS}, "spec": _build_pod(operator_image, router_image, settings)},
    }
    return _build("apps/v1", "Deployment", {"spec": spec})


def _build_budget() -> Document:
    """One may always go, so that no node waits for ever, whatever the number of replicas."""
    spec = {"maxUnavailable": 1, "selector": {"matchLabels": LABELS}, "unhealthyPodEvictionPolicy": "AlwaysAllow"}
    return _build("policy/v1", "PodDisruptionBudget", {"spec": spec})


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
        # On two nodes where there are two.
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": LABELS},
                "matchLabelKeys": ["pod-template-hash"],
            }
        ],
        "containers": [_build_container(operator_image, router_image, settings)],
        "volumes": [_build_volume("store", STORE), _build_volume("webhook", WEBHOOK)],
    }


def _build_volume(name: str, secret: str) -> Document:
    """A Secret that need not be there."""
    return {"name": name, "secret": {"secretName": secret, "defaultMode": 0o444, "optional": True}}


def _build_container(operator_image: str, router_image: str, settings: list[Document]) -> Document:
    return {
        "name": "operator",
        "image": operator_image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["operator"],
        "env": [
            {"name": "INTERLEAVER_ROUTER_IMAGE", "value": router_image},
            {"name": "INTERLEAVER_PORT", "value": str(PORT)},
            {"name": "INTERLEAVER_LEASE_NAMESPACE", **HERE},
            {"name": "INTERLEAVER_STORE_URL_FILE", "value": f"{STORE_DIRECTORY}/url"},
            {"name": "INTERLEAVER_WEBHOOK_URL_FILE", "value": f"{WEBHOOK_DIRECTORY}/url"},
            *settings,
        ],
        "volumeMounts": [
            {"name": "store", "mountPath": STORE_DIRECTORY, "readOnly": True},
            {"name": "webhook", "mountPath": WEBHOOK_DIRECTORY, "readOnly": True},
        ],
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

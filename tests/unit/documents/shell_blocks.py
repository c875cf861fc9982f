"""The shell blocks of the pages, and who holds each of them true: a test that runs it, or the reason why none does.

A block is told by its page and its first line. Blocks of one page that begin alike are one entry.
"""

import re
from typing import Final, NamedTuple

from .blocks import PAGES, ROOT, list_blocks

LANGUAGES: Final = ("sh", "bash", "console")


class Block(NamedTuple):
    """A block of a page, by its path from the root."""

    page: str
    text: str

    @property
    def first(self) -> str:
        """Its first line that is no comment, without the comment at its end."""
        lines = (re.sub(r"(^|\s)#(?!\{).*", "", line).strip() for line in self.text.splitlines())
        return next(line for line in lines if line)


# Run as they are at a real API server, beside an experiment, by tests/integration/test_shell_blocks.py.
RUN: Final = "run"
PLUGIN: Final = "tests/integration/test_plugin_orders.py"
CHART: Final = "tests/e2e/test_chart.py"
OPTIONS: Final = "tests/unit/documents/test_shell_blocks.py"  # takes what is not there; its own parser takes the words
SIMULATE: Final = "tests/unit/simulate/test_page.py"
STUDY: Final = "takes minutes to hours; the figures of the page are what it printed"

HELD: Final[dict[str, dict[str, str]]] = {
    "README.md": {
        "make demo": "ten minutes and more; the end-to-end tests have its parts",
        "SHOP=http://home-feed.default": "tests/router/process/test_readme_commands.py",
        "make image IMAGE_PREFIX=registry.example.com/team/ TAG=v1": "the registry is an example",
        ".venv/bin/interleaver plan --votes-per-day 1500": OPTIONS,
        "make lab": "tests/lab/demo/test_demo.py",
    },
    "docs/explanation/position.md": {"kubectl get ilx home-feed -o jsonpath='{.status.run.position}'": RUN},
    "docs/explanation/statistics.md": {
        'make study ARGS="looks --runs 2000"': STUDY,
        'make study ARGS="bets --runs 1000 --sessions 10 --seed 1"': STUDY,
        ".venv/bin/pytest tests/simulation/test_faulty_variants.py -rP": "tests/simulation/test_faulty_variants.py",
        "make study ARGS=sensitivity": STUDY,
        'make study ARGS="exposure --runs 2000"': STUDY,
        "PYTHONPATH=operator .venv/bin/python -m hack.look_time": STUDY,
    },
    "docs/explanation/what-serves.md": {"kubectl annotate ilx home-feed interleaver.dev/revert=": RUN},
    "docs/how-to/act-on-alerts.md": {
        "kubectl describe ilx NAME": "NAME is the reader's, and pods of an operator are needed"
    },
    "docs/how-to/adopt-a-service.md": {
        "kubectl annotate ilx home-feed interleaver.dev/adopt-service=": "tests/e2e/test_adoption.py",
        "kubectl annotate ilx home-feed interleaver.dev/give-back-service=": RUN,
    },
    "docs/how-to/approve-by-hand.md": {"kubectl annotate ilx home-feed interleaver.dev/promote=": RUN},
    "docs/how-to/attack-a-model.md": {"interleaver lab attack suite --history /history": OPTIONS},
    "docs/how-to/back-up-and-restore.md": {"kubectl get ilx --all-namespaces -o json > experiments.json": RUN},
    "docs/how-to/custom-metrics.md": {"interleaver lab evaluate payments": OPTIONS},
    "docs/how-to/decide-who-may-promote.md": {
        "kubectl apply -f deploy/who-may-promote.yaml": "tests/integration/test_who_may_promote.py",
        "kubectl create rolebinding release-managers": "tests/integration/test_who_may_promote.py",
    },
    "docs/how-to/deliver-from-git.md": {
        "kubectl --namespace argocd patch configmap argocd-cm": "needs Argo CD's own ConfigMap"
    },
    "docs/how-to/gate-a-candidate.md": {
        "helm upgrade interleaver charts/interleaver --namespace interleaver-system": "tests/packaging/test_chart.py",
        "kubectl apply -f deploy/gates.yaml": "the end-to-end tests apply it, and their operator has the setting",
        "kubectl wait ilx home-feed --for=condition=LabPassed": "tests/e2e/test_gates.py",
        "kubectl get configmap -l interleaver.dev/experiment=home-feed,interleaver.dev/run": RUN,
    },
    "docs/how-to/guard-with-prometheus.md": {
        "kubectl -n interleaver-system set env deployment/interleaver-operator": RUN,
        "kubectl create secret generic prometheus-token": RUN,
        "kubectl get ilx home-feed -o jsonpath='{.status.run.guardrails}'": RUN,
    },
    "docs/how-to/import-a-benchmark.md": {
        "interleaver lab import": OPTIONS,
        "interleaver lab tojudge": OPTIONS,
    },
    "docs/how-to/install-with-helm.md": {
        "make image IMAGE_PREFIX=registry.example.com/team/ TAG=v1": CHART,
        "helm install interleaver charts/interleaver --namespace shop": CHART,
        "helm upgrade interleaver": CHART,
        "helm uninstall interleaver": CHART,
    },
    "docs/how-to/integrate-a-shop.md": {"kubectl get ilx home-feed -o jsonpath='{.status.conditions": RUN},
    "docs/how-to/let-the-operator-use-secrets.md": {
        "kubectl -n shop create role interleaver-secrets": RUN,
        "kubectl -n shop create rolebinding interleaver-secrets": RUN,
    },
    "docs/how-to/look-in-the-console.md": {
        "pip install": "needs an index of packages",
        "interleaver lab console suite --champion": "tests/lab/report/test_console.py",
    },
    "docs/how-to/measure-a-model.md": {"make lab": "tests/lab/demo/test_demo.py"},
    "docs/how-to/observe-the-operator.md": {
        "kubectl -n interleaver-system logs deployment/interleaver-operator": "pods of an operator are needed"
    },
    "docs/how-to/overall-conversion.md": {"PYTHONPATH=operator .venv/bin/python -m hack.overall --runs 4000": STUDY},
    "docs/how-to/preview-a-candidate.md": {
        "TOKEN=$(kubectl interleaver preview-token home-feed -n shop)": "tests/e2e/test_runs.py",
        "kubectl -n shop patch secret home-feed-router": RUN,
    },
    "docs/how-to/record-promotions.md": {
        "kubectl get ilx home-feed -o jsonpath='{.status.conditions": RUN,
        'echo "whsec_$(openssl rand -base64 32)" > keys.txt': RUN,
        "kubectl -n interleaver-system create secret generic interleaver-webhook": RUN,
        "PYTHONPATH=examples BOT_KEYS_FILE=keys.txt": "tests/unit/promotion_bot/test_bot.py",
        "gh pr view": "needs GitHub and its program",
        "kubectl get ilx home-feed -o jsonpath='{.status.deliveries}'": RUN,
    },
    "docs/how-to/remove-an-experiment.md": {
        "interleaver cleanup -n shop home-feed --dry-run": "tests/integration/test_keeping.py",
        "kubectl -n shop patch secret home-feed-router": RUN,
    },
    "docs/how-to/run-two-operators.md": {
        "kubectl -n interleaver-system get lease interleaver-operator": RUN,
        "kubectl -n interleaver-system scale deployment/interleaver-operator --replicas=0": RUN,
    },
    "docs/how-to/share-votes-between-routers.md": {"redis-cli --scan": "needs the reader's store"},
    "docs/how-to/simulate.md": {"interleaver plan": SIMULATE, "interleaver simulate": SIMULATE},
    "docs/how-to/stress-a-model.md": {"interleaver lab stress suite --champion http://127.0.0.1:9001": OPTIONS},
    "docs/how-to/start-from-a-deployment.md": {
        "kubectl apply -f examples/from-a-deployment/experiment.yaml": RUN,
        "kubectl annotate ilx home-feed interleaver.dev/adopt-service=": "tests/e2e/test_adoption.py",
        "kubectl scale deployment feed --replicas=0": RUN,
        "kubectl apply -f examples/from-a-deployment/candidate.yaml": RUN,
    },
    "docs/how-to/try-a-candidate-over-several-pods.md": {
        "kubectl create secret generic votes": RUN,
        "kubectl create role votes": RUN,
        "kubectl -n interleaver-system create secret generic interleaver-store": RUN,
        "kubectl create secret generic feedback": RUN,
    },
    "docs/how-to/use-the-kubectl-plugin.md": {
        "pipx install 'interleaver[plugin] @ .'": "tests/packaging/test_wheel.py",
        "source <(kubectl-interleaver completion bash)": "tests/unit/plugin/test_completion.py",
        "kubectl interleaver": PLUGIN,
    },
    "docs/how-to/upgrade.md": {
        "kubectl get ilx --all-namespaces": RUN,
        "kubectl apply -f crds/ -f deploy/operator.yaml": "the end-to-end tests install the operator likewise",
        "kubectl annotate ilx home-feed interleaver.dev/refresh-router=": RUN,
    },
    "docs/reference/compatibility.md": {"make skew BASE=COMMIT": "builds the images of another commit; ten minutes"},
    "docs/reference/conditions.md": {
        "kubectl wait --for=condition=Ready --timeout=5m ilx/home-feed": "tests/integration/test_waiting.py"
    },
    "docs/reference/evidence-record.md": {
        "kubectl get configmap -l interleaver.dev/experiment=home-feed": RUN,
        "name=$(kubectl get ilx home-feed": "tests/unit/verify/test_program.py",
    },
    "docs/reference/images.md": {
        "make reproducible": "builds both images twice; ten minutes",
        "make sbom": "tests/packaging/test_sbom.py",
        "make vulnerabilities": "tests/packaging/test_vulnerabilities.py",
    },
    "docs/reference/lab-gate.md": {"interleaver lab power SUITE gate.yaml": OPTIONS},
}


def list_shell_blocks() -> list[Block]:
    """All of them, page by page."""
    texts = [(str(page.relative_to(ROOT)), page.read_text()) for page in PAGES]
    return [Block(page, block) for page, text in texts for kind in LANGUAGES for block in list_blocks(text, kind)]


def find_holders(block: Block) -> list[str]:
    """The entries that a block belongs to: the longest beginning alone, or none."""
    found = [start for start in HELD.get(block.page, {}) if block.first.startswith(start)]
    return [max(found, key=len)] if found else []

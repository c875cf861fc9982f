"""The manifests of deploy/namespaced for a namespace of a test's own."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.cluster import ROOT, Cluster


def list_documents(cluster: Cluster, namespace: str, folder: Path, root: Path = ROOT) -> list[dict[str, Any]]:
    """What `kubectl apply -k` would apply, as that folder's own page says; `folder` is a new one, `root` a checkout."""
    shutil.copytree(root / "deploy" / "namespaced", folder)
    file = folder / "kustomization.yaml"
    file.write_text(file.read_text().replace("namespace: interleaver-system", f"namespace: {namespace}"))
    documents = list(yaml.safe_load_all(cluster.kubectl("kustomize", str(folder))))
    assert {document["metadata"]["namespace"] for document in documents} == {namespace}
    return documents

"""The provider `kind`: its node image where none can be pulled, and what it hands to the engine. Nothing is started."""

import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hack.images.layers import read_file

from tests.cluster import ROOT

KIND: Final = ROOT / "hack/cluster/kind"


def run_kind(folder: Path, then: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of bash with the provider loaded, its cluster in `folder`."""
    loaded = (
        "HERE=hack/cluster; DIR=$FOLDER; BIN=$DIR/bin; die() { echo $* >&2; exit 1; }; say() { echo $* >&2; }; "
        "source hack/packages.sh; for f in choice progress node/build ../images/base kind/image kind; "
        "do source hack/cluster/$f.sh; done; "
    )
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", loaded + then],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "FOLDER": str(folder)} | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """An archive of two images of one program each, over one base."""
    for name in ("base.tar", "etcd", "pause"):
        (tmp_path / name).write_bytes(name.encode())
    images = [f"localhost/{name}:1={tmp_path}/{name}" for name in ("etcd", "pause")]
    archive = tmp_path / "images.tar"
    subprocess.run([sys.executable, KIND / "archive.py", "amd64", archive, tmp_path / "base.tar", *images], check=True)
    return archive


def test_every_image_of_the_control_plane_is_one_program_over_the_same_base(packed: Path) -> None:
    with tarfile.open(packed) as archive:
        images: list[Any] = json.loads(read_file(archive, "manifest.json"))
        assert [image["RepoTags"] for image in images] == [["localhost/etcd:1"], ["localhost/pause:1"]]
        assert images[0]["Layers"][0] == images[1]["Layers"][0]
        for image, name in zip(images, ("etcd", "pause"), strict=True):
            config = json.loads(read_file(archive, image["Config"]))
            digests = [f"sha256:{hashlib.sha256(read_file(archive, layer)).hexdigest()}" for layer in image["Layers"]]
            assert config["rootfs"]["diff_ids"] == digests
            assert config["config"]["Entrypoint"] == [f"/usr/local/bin/{name}"]


def test_the_program_of_an_image_can_be_executed(packed: Path) -> None:
    with tarfile.open(packed) as archive:
        layer = json.loads(read_file(archive, "manifest.json"))[1]["Layers"][1]
        with tarfile.open(fileobj=archive.extractfile(layer)) as content:
            assert [(member.name, member.mode) for member in content] == [("usr/local/bin/pause", 0o755)]
            assert read_file(content, "usr/local/bin/pause") == b"pause"


def test_the_same_programs_make_the_same_archive(packed: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.tar"
    images = [f"localhost/{name}:1={tmp_path}/{name}" for name in ("etcd", "pause")]
    subprocess.run([sys.executable, KIND / "archive.py", "amd64", again, tmp_path / "base.tar", *images], check=True)
    assert again.read_bytes() == packed.read_bytes()


def list_patches(file: str) -> dict[str, Any]:
    """Return what a configuration of kind's patches, by the kind of document that is patched."""
    documents = map(yaml.safe_load, yaml.safe_load((KIND / file).read_text())["kubeadmConfigPatches"])
    return {document["kind"]: document for document in documents}


@pytest.mark.parametrize("file", ["config.yaml", "made.yaml"])
def test_a_kubelet_may_run_on_cgroup_v1_whatever_the_image(file: str) -> None:
    assert list_patches(file)["KubeletConfiguration"]["failCgroupV1"] is False


def test_the_made_image_has_every_image_that_its_configuration_lets_kubeadm_ask_for(tmp_path: Path) -> None:
    patches = list_patches("made.yaml")
    assert "addon/coredns" in patches["InitConfiguration"]["skipPhases"]
    names = run_kind(tmp_path, "image_names").stdout
    cluster = patches["ClusterConfiguration"]
    assert f"{cluster['imageRepository']}/etcd:{cluster['etcd']['local']['imageTag']}=" in names
    for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"):
        assert f"{cluster['imageRepository']}/{name}:v1." in names


def test_kubeadm_has_the_versions_of_the_nodes_module_and_three_modules_more() -> None:
    lines = (KIND / "kubeadm.mod").read_text().splitlines()
    more = {line.split()[0] for line in lines if line.startswith("\t")}
    node = (ROOT / "hack/cluster/node/go.mod").read_text()
    assert len(more) == 3
    assert not [module for module in more if module in node]


ENGINE: Final = (
    "ENGINE=podman; KIND_STATE=$FOLDER; awk() { echo %s; }; "
    "ulimit() { [ $1 = -Hu ] && echo %s || echo 20000; }; limit_containers; "
)


@pytest.mark.parametrize(("allowed", "given"), [("96365", 32768), ("1000", 1000), ("unlimited", 32768)])
def test_containers_ask_for_no_more_than_a_machine_without_the_right_to_raise_limits_gives(
    allowed: str, given: int, tmp_path: Path
) -> None:
    done = run_kind(tmp_path, ENGINE % ("000001fffeffffff", allowed) + "echo $CONTAINERS_CONF")
    assert done.stdout == f"{tmp_path}/containers.conf\n", done.stderr
    assert f'"nofile=20000:20000", "nproc={given}:{given}"' in (tmp_path / "containers.conf").read_text()


def test_a_machine_that_may_raise_limits_keeps_the_engines_own_settings(tmp_path: Path) -> None:
    done = run_kind(tmp_path, ENGINE % ("000001ffffffffff", "96365") + "echo ${CONTAINERS_CONF:-none}")
    assert (done.stdout, done.stderr) == ("none\n", "")
    assert list(tmp_path.iterdir()) == []


CHOICE: Final = (
    "can_have_node() { %s; }; install_packages() { :; }; make_image() { :; }; made_image() { echo made:1; }; "
    "ENGINE=podman; choose_image; echo ${IMAGE:-of kind} $(basename $CONFIG)"
)


@pytest.mark.parametrize(
    ("reached", "settings", "said"),
    [
        ("true", {}, "of kind config.yaml\n"),
        ("false", {}, "made:1 made.yaml\n"),
        ("false", {"KIND_IMAGE": "mine:1"}, "mine:1 config.yaml\n"),
        ("true", {"KIND_CONFIG": "/mine.yaml"}, "of kind mine.yaml\n"),
        ("false", {"KIND_CONFIG": "/mine.yaml"}, "made:1 mine.yaml\n"),
    ],
    ids=["a registry", "none", "an image is named", "a configuration is named", "a configuration, and no registry"],
)
def test_what_people_name_is_taken_and_an_image_is_made_where_none_can_be_had(
    reached: str, settings: dict[str, str], said: str, tmp_path: Path
) -> None:
    assert run_kind(tmp_path, CHOICE % reached, **settings).stdout == said


def test_the_lock_is_not_handed_to_what_outlives_the_command(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/kind").write_text("#!/usr/bin/env bash\n[ ! -e /dev/fd/9 ] && echo $*\n")
    (tmp_path / "bin/kind").chmod(0o755)
    done = run_kind(tmp_path, "ENGINE=podman; exec 9>$FOLDER/lock; kind get clusters", PATH="/usr/bin:/bin")
    assert done.stdout == "get clusters\n"


def test_an_image_that_the_store_had_before_stays_and_one_that_came_goes(tmp_path: Path) -> None:
    engine = 'ENGINE=engine; KIND_STATE=$FOLDER; engine() { echo "sha256:b kindest/node:1"; }; '
    run_kind(tmp_path, engine + "note_image $'a\\nb'")
    assert list(tmp_path.iterdir()) == []
    run_kind(tmp_path, engine + "note_image a")
    assert (tmp_path / "brought").read_text() == "kindest/node:1\n"


def test_all_images_that_were_made_go_and_the_one_that_came_and_no_other(tmp_path: Path) -> None:
    engine = (
        "ENGINE=engine; KIND_STATE=$FOLDER; echo sha256:b >$FOLDER/brought; engine() { case $1 in "
        "images) printf 'localhost/%s\\n' interleaver-kind-node:1 mine:1 interleaver-kind-node:2 ;; "
        '*) [ "$2" = inspect ] || echo "$2 $3" >>$FOLDER/done ;; esac; }; '
    )
    run_kind(tmp_path, engine + "remove_images")
    names = ("localhost/interleaver-kind-node:1", "localhost/interleaver-kind-node:2", "sha256:b")
    assert (tmp_path / "done").read_text() == "".join(f"rm {name}\n" for name in names)


def test_the_image_is_another_when_anything_in_it_changes_and_the_same_otherwise(tmp_path: Path) -> None:
    keys = "made_image; made_image; KIND_MODULE=$FOLDER; cp hack/cluster/kind/* $FOLDER; made_image; {}; made_image"
    same = run_kind(tmp_path, keys.format(":")).stdout.split()
    assert len(set(same)) == 1
    assert same[0].startswith("localhost/interleaver-kind-node:")
    changed = run_kind(tmp_path, keys.format("echo >>$FOLDER/images.service")).stdout.split()
    assert len(set(changed)) == 2

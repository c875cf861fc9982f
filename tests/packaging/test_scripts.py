"""The shell scripts below hack/: which cluster is chosen, what is installed, what is shown, what is left."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster import PROGRAM, ROOT

SCRIPTS = sorted(path for path in (ROOT / "hack").rglob("*") if path.is_file() and path.suffix in ("", ".sh"))


def run_shell(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of bash that has the project's root as its folder, without the settings of a cluster."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLUSTER")}
    command = ["bash", "-euo", "pipefail", "-c", text]
    return subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize(
    "script",
    [path for path in SCRIPTS if path.read_text().startswith(("#!/usr/bin/env bash", "# shellcheck"))],
    ids=str,
)
def test_a_script_is_well_formed(script: Path) -> None:
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_provider_is_refused_with_the_ones_there_are(tmp_path: Path) -> None:
    done = run_shell(f"{PROGRAM} provider", CLUSTER="minikube", CLUSTER_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == "cluster: CLUSTER is 'minikube'; it must be auto, kind, node or current\n"


INSTALL = (
    'source hack/packages.sh; POLICY={dir}/policy; POLICY_KEPT=$POLICY.kept; apt-get() { "$POLICY" || echo asked $?; }'
)


def run_installation(folder: Path, then: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of bash with the installer loaded, its policy file in `folder`, and apt-get asking that file."""
    return run_shell(INSTALL.replace("{dir}", str(folder)) + "; " + then)


def test_no_service_is_started_by_an_installation_and_the_policy_comes_back(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text("#!/bin/sh\nexit 0\n")
    done = run_installation(tmp_path, "install_packages /no/such/command=some-package")
    assert "installing the Debian packages some-package" in done.stderr
    assert "asked 101" in done.stderr
    assert policy.read_text() == "#!/bin/sh\nexit 0\n"
    assert [path.name for path in tmp_path.iterdir()] == ["policy"]


def test_a_policy_that_was_not_there_is_gone_again(tmp_path: Path) -> None:
    done = run_installation(tmp_path, "install_packages /no/such/command=some-package")
    assert "asked 101" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_policy_comes_back_when_the_installation_fails_or_was_killed(tmp_path: Path) -> None:
    (tmp_path / "policy").write_text("mine")
    done = run_installation(tmp_path, "apt-get() { return 100; }; install_packages /no/such/command=some-package")
    assert done.returncode == 100
    assert (tmp_path / "policy").read_text() == "mine"
    run_installation(tmp_path, "forbid_services; kill -9 $$")
    assert (tmp_path / "policy").read_text() != "mine"
    run_installation(tmp_path, "install_packages /no/such/command=some-package")
    assert (tmp_path / "policy").read_text() == "mine"


def test_what_is_there_is_not_installed(tmp_path: Path) -> None:
    done = run_installation(tmp_path, "install_packages bash=bash")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_function_of_a_programs_name_does_not_stand_for_it(tmp_path: Path) -> None:
    done = run_installation(
        tmp_path, "no_such_program() { :; }; missing_packages no_such_program=some-package bash=bash"
    )
    assert done.stdout == "some-package\n"


PROGRESS = "source hack/cluster/progress.sh; with_progress '2 of 8, kube-apiserver' $((SECONDS - 72)) "


def test_progress_says_which_of_how_many_and_since_when() -> None:
    done = run_shell(PROGRESS + "echo noise")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "2 of 8, kube-apiserver, 1 min 12 s elapsed\n")


def test_the_noise_is_shown_when_the_work_fails() -> None:
    done = run_shell(PROGRESS + "bash -c 'echo noise; exit 3'")
    assert done.returncode == 3
    assert "2 of 8, kube-apiserver failed:\nnoise\n" in done.stderr


def test_work_stops_at_its_first_failure() -> None:
    done = run_shell("work() { false; echo went on; }; " + PROGRESS + "work")
    assert done.returncode == 1
    assert "went on" not in done.stderr


def test_the_binaries_belong_to_the_module_they_were_built_from(tmp_path: Path) -> None:
    loaded = (
        f"HERE=hack/cluster; DIR={tmp_path}; BIN=$DIR/bin; die() {{ exit 1; }}; source hack/cluster/node/build.sh; "
    )
    run_shell(loaded + "forget_stale_binaries; touch $BIN/etcd; forget_stale_binaries")
    assert (tmp_path / "bin/etcd").exists()
    (tmp_path / "bin/key").write_text("another module\n")
    run_shell(loaded + "forget_stale_binaries")
    assert [path.name for path in (tmp_path / "bin").iterdir()] == ["key"]


LISTED = """\
:env:.find-links='/some/folder'
:env:.index-url='https://second.example/simple'
global.cert='/etc/authorities.crt'
global.index-url='https://first.example/simple'
install.trusted-host='second.example'
"""


def test_a_build_gets_the_settings_that_reach_an_index_and_no_folder() -> None:
    command = [sys.executable, "hack/images/pip_settings.py", "/run/authorities"]
    done = subprocess.run(command, cwd=ROOT, input=LISTED, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == (
        "[global]\ncert = /run/authorities\nindex-url = https://second.example/simple\ntrusted-host = second.example\n"
    )


# A daemon is waited for: the command succeeds at the second try. {daemon} is the process that was started as it.
AWAIT = (
    'die() { echo "cluster: $*"; exit 1; }; DIR=/no/such; S={dir}; source hack/cluster/node/daemons.sh; '
    "mkdir -p $S/run $S/logs; echo last words >$S/logs/x.log; {daemon} & echo $! >$S/run/x.pid; {first}; "
    "second() { [ -e $S/tried ] || { touch $S/tried; return 1; }; }; await 20 x second; kill %1"
)


def test_a_daemon_that_has_no_command_line_of_its_own_yet_is_waited_for(tmp_path: Path) -> None:
    text = AWAIT.replace("{dir}", str(tmp_path)).replace("{daemon}", "sleep 20").replace("{first}", ":")
    done = run_shell(text)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_daemon_that_died_is_not_waited_for(tmp_path: Path) -> None:
    text = AWAIT.replace("{dir}", str(tmp_path)).replace("{daemon}", "true").replace("{first}", "wait %1")
    done = run_shell(text)
    assert (done.returncode, done.stdout) == (1, "cluster: x is not ready: last words\n")


# What a killed cluster leaves. {dir} stands for its folder; nothing is started.
NODE = "DIR={dir}; BIN=$DIR/bin; for f in daemons network node traces; do source hack/cluster/node/$f.sh; done; "


def run_node(folder: Path, then: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of bash with the node provider loaded, its cluster in `folder`."""
    return run_shell(NODE.replace("{dir}", str(folder)) + then)


def test_the_sockets_of_dead_shims_go_and_those_of_another_containerd_stay(tmp_path: Path) -> None:
    (tmp_path / "state/logs").mkdir(parents=True)
    (tmp_path / "sockets").mkdir()
    told = [f'msg="RunPodSandbox for web, returns sandbox id \\"{number:064x}\\""\n' for number in range(3)]
    (tmp_path / "state/logs/containerd.log").write_text("".join(told))
    # pkg/shim of containerd: SocketAddress is SHA-256 of the daemon's address, the namespace and the id, as a path.
    addresses = [f"{tmp_path}/state/run/containerd.sock/k8s.io/{number:064x}" for number in range(2)]
    addresses.append(f"/run/containerd/containerd.sock/k8s.io/{2:064x}")
    names = [hashlib.sha256(address.encode()).hexdigest() for address in addresses]
    for name in names:
        (tmp_path / "sockets" / name).touch()
    done = run_node(tmp_path, "remove_sockets $DIR/sockets")
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in (tmp_path / "sockets").iterdir()] == [names[2]]


def test_a_shim_that_started_too_late_for_the_log_is_known_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / f"state/containerd/state/io.containerd.runtime.v2.task/k8s.io/{1:064x}").mkdir(parents=True)
    done = run_node(tmp_path, "container_ids")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{1:064x}\n", "")


def test_the_networks_of_this_clusters_pods_go_though_no_log_knows_them(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    for name, folder in (("ours", tmp_path), ("theirs", tmp_path / "second")):
        network = {"result": {"interfaces": [{"name": "lo", "sandbox": f"{folder}/state/containerd/netns/cni-1"}]}}
        (tmp_path / "results" / name).write_text(json.dumps(network, separators=(",", ":")))
    done = run_node(tmp_path, "remove_results $DIR/results")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["theirs"]
    assert run_node(tmp_path, "remove_results $DIR/none").returncode == 0


def test_a_cluster_whose_containerd_never_started_has_no_sockets_to_remove(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    done = run_node(tmp_path, "remove_sockets $DIR/sockets")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# A child that ended, and whose parent does not ask for it, as a shell might; both sit in the cgroup that is searched.
ORPHAN = (
    "NAME=$(tail -n 1 /proc/self/cgroup | cut -d: -f3); NAME=${NAME#/}; "
    "parent='import os, time; print(os.fork() or os._exit(0), flush=True); time.sleep(20)'; "
    'python3 -c "$parent" >$DIR/dead & alive=$!; '
    "until [ -s $DIR/dead ] && grep -qs '^State:.Z' /proc/$(cat $DIR/dead)/status; do sleep 0.01; done; "
    'left_processes | grep -oE "^process ($(cat $DIR/dead)|$alive):" | sed "s/$alive/ALIVE/"; kill $alive'
)


def test_a_dead_process_that_nobody_has_asked_for_is_no_trace(tmp_path: Path) -> None:
    done = run_node(tmp_path, ORPHAN)
    assert (done.stdout, done.stderr) == ("process ALIVE:\n", "")


CLOSING = "3 passed in 0.01s\n"


def run_ci(folder: Path, tests: str, down: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of .ci/run beside stand-ins: no cluster is up before, `tests` runs the tests, `down` takes it down."""
    for name in (".ci", "hack"):
        (folder / name).mkdir()
    (folder / ".ci/run").write_text((ROOT / ".ci/run").read_text())
    (folder / "hack/packages.sh").write_text("install_packages() { :; }\n")
    make = f"case $* in *answers) exit 1 ;; test) {tests} ;; *down) {down} ;; esac"
    (folder / "make").write_text(f"#!/usr/bin/env bash\n{make}\n")
    (folder / "make").chmod(0o755)
    return run_shell(f"bash {folder}/.ci/run 2>&1", PATH=f"{folder}:{os.environ['PATH']}")


SAID_BY_MAKE = "echo 'make: *** [Makefile:71: test] Error 1' >&2; exit 2"


@pytest.mark.parametrize(("tests", "status"), [("true", 0), ("exit 5", 5), (SAID_BY_MAKE, 2)])
def test_a_cluster_that_is_taken_down_is_not_mentioned_and_the_tests_have_the_last_word(
    tests: str, status: int, tmp_path: Path
) -> None:
    done = run_ci(tmp_path, f"echo {CLOSING.strip()}; {tests}", "echo nothing is left; echo of it >&2")
    assert (done.returncode, done.stdout) == (status, CLOSING)


def test_why_a_cluster_could_not_be_taken_down_is_said(tmp_path: Path) -> None:
    done = run_ci(tmp_path, f"echo {CLOSING.strip()}", "echo path /run/containerd/s; exit 2")
    assert done.returncode == 1
    assert done.stdout == f"{CLOSING}the cluster could not be taken down: path /run/containerd/s\n"

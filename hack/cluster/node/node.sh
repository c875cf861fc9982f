# shellcheck shell=bash
# Provider `node`: Kubernetes on this machine without a container engine, in a network namespace of its own.

NET=${CLUSTER_NET:-192.168.77}
NAME=interleaver-${NET##*.} # names what must be unique on the host: cgroup, veth, CNI network
S=$DIR/state
# shellcheck disable=SC2034 # read in credentials.sh
API=https://$NET.1:6443
NEEDS=(containerd=containerd ctr=containerd runc=runc /usr/lib/cni/bridge=containernetworking-plugins iptables=iptables
  conntrack=conntrack ip=iproute2 nsenter=util-linux openssl=openssl sysctl=procps)

inside() { nsenter --net="$S/netns" -- "$@"; }
kubectl() { "$BIN/kubectl" --kubeconfig "$S/kubeconfig" "$@"; }
ctr() { command ctr --address "$S/run/containerd.sock" --namespace k8s.io "$@"; }

prerequisites() {
  [ "$(id -u)" = 0 ] || die "the node provider needs root"
  [[ $DIR != *[[:space:]]* ]] || die "CLUSTER_DIR must not contain white space"
  install_packages "${NEEDS[@]}" || die "the packages could not be installed"
}

provider_packages() { missing_packages "${NEEDS[@]}" buildah=buildah mmdebstrap=mmdebstrap; }

provider_build() {
  prerequisites
  build_binaries "${TARGETS[@]%%=*}"
}

provider_up() {
  local started=$SECONDS
  provider_build
  # A proxy meant for downloads must not come between the daemons.
  unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
  (umask 077; mkdir -p "$S" "$S/pki"; credentials)
  mkdir -p "$S"/{run,logs,cni,kubelet}
  network
  cgroups
  configurations
  start_daemons
  say "node Ready after $(duration $((SECONDS - started))); kubeconfig: $S/kubeconfig"
}

provider_load() { ctr images import "$1"; }
provider_exec() { exec nsenter --net="$S/netns" -- "$@"; }
provider_kubectl() { exec "$BIN/kubectl" --kubeconfig "$S/kubeconfig" "$@"; }
provider_kubeconfig() { echo "$S/kubeconfig"; }

kill_processes() {
  local p i
  for ((i = 0; i < 100; i++)); do # nothing is worth a graceful stop: all state goes
    p=$(processes | sort -u)
    [ -n "$p" ] || return 0
    # shellcheck disable=SC2086 # a list of numbers
    kill -9 $p 2>/dev/null || true
    sleep 0.1
  done
  die "still running: $(echo "$p" | xargs)"
}

# Every container's id: by the daemon's own log, for what was killed hard has left neither a process nor a folder that
# tells, and by the folders of tasks, for what was being started at the end is in no log.
container_ids() {
  { cat "$S/logs/containerd.log"; ls "$S"/containerd/state/io.containerd.runtime.v2.task/*; } 2>/dev/null |
    grep -owE '[0-9a-f]{64}' | sort -u || true
}

remove_sockets() { # remove_sockets FOLDER: of shims; their names are hashes of our daemon's address and a container's id
  local id w=$S/shims
  mkdir -p "$w"
  for id in $(container_ids); do printf %s "$S/run/containerd.sock/k8s.io/$id" >"$w/$id"; done
  find "$w" -type f -exec sha256sum {} + | cut -c -64 | sed "s|^|$1/|" | xargs -r rm -f
}

remove_results() { # remove_results FOLDER: of pods' networks; each names its namespace, for not every pod's id is in the log
  { grep -lsF "\"$S/" "$1"/* || true; } | xargs -r rm -f
}

remove_outside_files() { # paths that are constants in containerd, the CNI library and the kubelet
  remove_results /var/lib/cni/results
  remove_sockets /run/containerd/s
  [ ! -d /var/log/containers ] || find /var/log/containers -lname "$S/*" -delete
  # A second cluster has overwritten the kubelet's device plugin socket, or there is none: nobody misses ours.
  rm -f /var/lib/kubelet/device-plugins/kubelet.sock
  rmdir --ignore-fail-on-non-empty /var/lib/kubelet/device-plugins /var/lib/kubelet /var/lib/cni/results /var/lib/cni \
    /run/containerd/s /run/containerd /var/log/containers 2>/dev/null || true
}

remove_mounts() { # volumes, root file systems, shared memory, the pods' network namespaces and the cluster's own
  mounts_below "$S" | sort -r | while read -r f; do umount "$f" || umount -l "$f"; done
  [ -z "$(mounts_below "$S")" ] || die "still mounted below $S"
}

remove_network_and_cgroups() {
  local h
  remove_interface
  for h in $(hierarchies); do
    [ ! -d "$h/$NAME" ] || find "$h/$NAME" -depth -type d -exec rmdir {} +
  done
}

provider_down() {
  [ "$(id -u)" = 0 ] || die "the node provider needs root"
  [ -d "$S" ] || return 0
  kill_processes
  remove_outside_files
  remove_mounts
  remove_network_and_cgroups
  rm -rf --one-file-system "$S"
}

# shellcheck shell=bash
# Starting the seven daemons, waiting for each, and finding every process of the cluster.

pid() { # pid NAME: of the daemon, if it runs; a number reused by a stranger does not count
  local p; p=$(cat "$S/run/$1.pid" 2>/dev/null) && grep -qaF "$DIR/" "/proc/$p/cmdline" 2>/dev/null && echo "$p"
}

exists() { # exists NAME: whether the process is there that was started; while it changes programs it has no command line
  kill -0 "$(cat "$S/run/$1.pid")" 2>/dev/null
}

start() { # start NAME COMMAND...: inside the namespace, unless it runs
  local n=$1; shift
  ! pid "$n" >/dev/null || return 0
  # nsenter --net, not `ip netns exec`: that one remounts /sys, and the kubelet no longer finds its cgroups.
  setsid nsenter --net="$S/netns" -- "$@" >>"$S/logs/$n.log" 2>&1 </dev/null 9>&- &
  echo $! >"$S/run/$n.pid"
}

await() { # await SECONDS DAEMON COMMAND...: until the command succeeds; the daemon's process must exist
  local end=$((SECONDS + $1)) n=$2; shift 2
  until "$@" &>/dev/null; do
    [ "$SECONDS" -lt "$end" ] && exists "$n" || die "$n is not ready: $(tail -n 3 "$S/logs/$n.log")"
    sleep 0.1
  done
}

pause_image() { # a docker archive of one file, by hand
  local w=$S/pause digest
  mkdir -p "$w"
  tar -C "$BIN" -cf "$w/layer.tar" pause
  digest=$(sha256sum "$w/layer.tar")
  printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["/pause"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(dpkg --print-architecture)" "${digest%% *}" >"$w/config.json"
  printf '[{"Config":"config.json","RepoTags":["localhost/pause:1"],"Layers":["layer.tar"]}]' >"$w/manifest.json"
  tar -C "$w" -cf "$S/pause.tar" manifest.json config.json layer.tar
  ctr images import "$S/pause.tar" >/dev/null
  rm -r "$w" "$S/pause.tar"
}

node_ready() { [ "$(kubectl get node node -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]; }

start_daemons() {
  start etcd "$BIN/etcd" --data-dir "$S/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380
  start containerd containerd --config "$S/containerd.toml"
  start apiserver "$BIN/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 --cert-dir="$S/pki" \
    --bind-address=0.0.0.0 --advertise-address="$NET.1" --client-ca-file="$S/pki/ca.crt" \
    --tls-cert-file="$S/pki/apiserver.crt" --tls-private-key-file="$S/pki/apiserver.key" \
    --kubelet-preferred-address-types=InternalIP --kubelet-certificate-authority="$S/pki/ca.crt" \
    --kubelet-client-certificate="$S/pki/kubelet-client.crt" --kubelet-client-key="$S/pki/kubelet-client.key" \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$S/pki/service-accounts.crt" \
    --service-account-signing-key-file="$S/pki/service-accounts.key" --service-cluster-ip-range=10.96.0.0/16 \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged
  await 30 containerd ctr version
  ctr images ls -q | grep -x localhost/pause:1 >/dev/null || pause_image
  await 120 apiserver kubectl get --raw /readyz
  start controller-manager "$BIN/kube-controller-manager" --kubeconfig "$S/pki/controller-manager.kubeconfig" \
    --root-ca-file="$S/pki/ca.crt" --service-account-private-key-file="$S/pki/service-accounts.key" \
    --use-service-account-credentials --bind-address=127.0.0.1 --leader-elect=false \
    --flex-volume-plugin-dir="$S/kubelet/volume-plugins"
  start scheduler "$BIN/kube-scheduler" --kubeconfig "$S/pki/scheduler.kubeconfig" \
    --bind-address=127.0.0.1 --leader-elect=false
  start kubelet "$BIN/kubelet" --config "$S/kubelet.yaml" --kubeconfig "$S/pki/kubelet.kubeconfig" \
    --root-dir "$S/kubelet" --hostname-override node --node-ip "$NET.1"
  # conntrack-max-per-core 0: that limit can only be set from the host's own namespace.
  start proxy "$BIN/kube-proxy" --kubeconfig "$S/pki/proxy.kubeconfig" --hostname-override node \
    --proxy-mode iptables --cluster-cidr 10.244.0.0/16 --conntrack-max-per-core 0
  await 60 kubelet kubectl get --raw /api/v1/nodes/node/proxy/healthz # a killed kubelet's node stays Ready for a while
  await 120 kubelet node_ready
  await 60 controller-manager kubectl get serviceaccount default # pods cannot be created before
  local n
  for n in etcd scheduler proxy; do pid "$n" >/dev/null || die "$n died; see $S/logs/$n.log"; done
}

processes() { # every process of this cluster: daemons, containers (by cgroup), shims (by their socket)
  local f h
  for f in "$S"/run/*.pid; do [ ! -e "$f" ] || pid "$(basename "$f" .pid)" || true; done
  for h in $(hierarchies); do
    [ ! -d "$h/$NAME" ] || find "$h/$NAME" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done
  for f in /proc/[0-9]*/cmdline; do
    [[ $(tr '\0' ' ' 2>/dev/null <"$f") != *containerd-shim-runc-v2\ *" -address $S/run/containerd.sock"* ]] ||
      basename "${f%/cmdline}"
  done
}

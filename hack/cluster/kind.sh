# shellcheck shell=bash
# Provider `kind`: Kubernetes in Docker or Podman, in a network and under a name of its own.

KIND_NAME=interleaver
KIND_STATE=$DIR/kind
KUBECONFIG_KIND=$KIND_STATE/kubeconfig
NEEDS_KIND=(podman=podman)
NEEDS_IMAGE=(mmdebstrap=mmdebstrap python3=python3)

kind() {
  local program
  program=$(type -P kind || echo "$BIN/kind")
  # The lock is not handed on: what watches over containers lives as long as they do.
  KIND_EXPERIMENTAL_PROVIDER=$ENGINE "$program" "$@" 9>&-
}

find_engine() { # sets ENGINE: the first that answers; Debian's podman is installed where none does and that can be done
  ENGINE=$(engine || true)
  [ -n "$ENGINE" ] || [ -n "$(missing_for_node)" ] || install_packages "${NEEDS_KIND[@]}"
  ENGINE=${ENGINE:-$(engine || true)}
  [ -n "$ENGINE" ] || die "CLUSTER=kind needs a container engine that answers: $(engines | sed 's/ / or /')"
  export KIND_EXPERIMENTAL_DOCKER_NETWORK=$KIND_NAME KIND_EXPERIMENTAL_PODMAN_NETWORK=$KIND_NAME
}

# Without CAP_SYS_RESOURCE nobody can give containers the limits that podman wants for them: they get those that are in
# force, but for the number of processes, which Debian's podman has lowered for itself by then.
limit_containers() {
  local all files processes
  all=$((16#$(awk '/^CapEff/ { print $2 }' /proc/self/status)))
  [ "$ENGINE" = podman ] && ((!(all >> 24 & 1))) || return 0
  files=$(ulimit -Hn) processes=$(ulimit -Hu)
  [ "$processes" != unlimited ] && [ "$processes" -lt 32768 ] || processes=32768
  printf '[containers]\ndefault_ulimits = ["nofile=%s:%s", "nproc=%s:%s"]\n' \
    "$files" "$files" "$processes" "$processes" >"$KIND_STATE/containers.conf"
  export CONTAINERS_CONF=$KIND_STATE/containers.conf
}

provider_packages() { # Debian's, for what no engine and no registry has for us
  local e
  e=$(engine) || missing_packages "${NEEDS_KIND[@]}"
  [ -n "$e" ] && can_have_node "$e" || missing_packages "${NEEDS_IMAGE[@]}" buildah=buildah
}

provider_build() {
  find_engine
  if ! type -P kind >/dev/null && [ ! -x "$BIN/kind" ]; then
    require_go
    forget_stale_binaries
    GOWORK=off with_progress "building kind" "$SECONDS" compile_kind
  fi
  type -P kubectl >/dev/null || build_binaries kubectl
}

compile_kind() {
  cd "$KIND_MODULE" || return
  CGO_ENABLED=0 nice -n 15 go build -mod=readonly -trimpath -buildvcs=false -o "$BIN/kind.new" sigs.k8s.io/kind
  mv "$BIN/kind.new" "$BIN/kind"
}

# Sets IMAGE and CONFIG: what people name, else kind's own image where it can be had, else one that is made here.
choose_image() {
  IMAGE=${KIND_IMAGE:-} CONFIG=${KIND_CONFIG:-$KIND_MODULE/config.yaml}
  if [ -z "$IMAGE" ] && ! can_have_node "$ENGINE"; then
    say "no registry has $NODE_IMAGE for us: the node image is made from Debian packages (KIND_IMAGE names another)"
    install_packages "${NEEDS_IMAGE[@]}"
    make_image
    IMAGE=$(made_image) CONFIG=${KIND_CONFIG:-$KIND_MODULE/made.yaml}
  fi
}

is_up() { kind get clusters 2>/dev/null | grep -qx "$KIND_NAME"; }

write_kubeconfig() {
  (umask 077; kind get kubeconfig --name "$KIND_NAME" >"$KUBECONFIG_KIND.new")
  mv "$KUBECONFIG_KIND.new" "$KUBECONFIG_KIND"
}

provider_up() {
  local started=$SECONDS
  provider_build
  mkdir -p "$KIND_STATE"
  limit_containers
  if is_up; then "$ENGINE" start "$KIND_NAME-control-plane" >/dev/null 9>&-; else create; fi # it stops with the machine
  write_kubeconfig
  await_answer
  ask_node wait --for=condition=Ready node --all --timeout=180s || die "kind's node is not Ready; make kind-down takes it away"
  say "kind's node Ready after $(duration $((SECONDS - started))), in $ENGINE; kubeconfig: $KUBECONFIG_KIND"
}

await_answer() { # of a node that was started again, whose API server takes a while
  local end=$((SECONDS + 180))
  until ask_node get --raw /readyz; do
    [ "$SECONDS" -lt "$end" ] || die "the API server of kind's node does not answer; make kind-down takes it away"
    sleep 1
  done
}

ask_node() { (provider_kubectl "$@") >/dev/null 2>&1; }

# note_image IMAGES: the node's, by the name that kind gave, unless the store had it before. It goes with the cluster, under
# that name alone: whoever tagged it keeps it.
note_image() {
  local id name
  read -r id name <<<"$("$ENGINE" inspect -f '{{.Image}} {{.Config.Image}}' "$KIND_NAME-control-plane")"
  grep -qF "${id#sha256:}" <<<"$1" || echo "$name" >"$KIND_STATE/brought"
}

create() {
  local images
  images=$("$ENGINE" images -a -q --no-trunc)
  choose_image
  # kind mounts it into its nodes, and machines whose kernel has no modules do not have it.
  [ -e /lib/modules ] || { mkdir /lib/modules && touch "$KIND_STATE/modules"; }
  kind create cluster --name "$KIND_NAME" --config "$CONFIG" ${IMAGE:+--image "$IMAGE"} \
    --kubeconfig "$KUBECONFIG_KIND" --wait 180s >&2
  note_image "$images"
}

provider_load() {
  find_engine
  kind load image-archive "$1" --name "$KIND_NAME"
}

provider_exec() { # the node is a container: its network namespace is reached through its first process
  find_engine
  exec nsenter --net --target "$("$ENGINE" inspect -f '{{.State.Pid}}' "$KIND_NAME-control-plane")" -- "$@"
}

provider_kubectl() {
  local program
  program=$(type -P kubectl || echo "$BIN/kubectl")
  exec "$program" --kubeconfig "$KUBECONFIG_KIND" "$@"
}

provider_kubeconfig() { echo "$KUBECONFIG_KIND"; }

remove_network_files() { # the addresses of a network that is gone, which Debian's podman leaves to nobody
  rm -rf "/var/lib/cni/networks/$KIND_NAME" 2>/dev/null || true
  rmdir --ignore-fail-on-non-empty /var/lib/cni/results 2>/dev/null || true
}

remove_images() { # all that were made here, also for a cluster that did not come up, and the one that kind pulled
  local name
  { made_images; cat "$KIND_STATE/brought" 2>/dev/null || true; } | while read -r name; do
    ! has_image "$ENGINE" "$name" || "$ENGINE" image rm "$name" >/dev/null
  done
}

provider_down() {
  ENGINE=$(engine) || die "no container engine answers, so what kind left in one cannot be seen"
  if type -P kind >/dev/null || [ -x "$BIN/kind" ]; then
    kind delete cluster --name "$KIND_NAME" --kubeconfig "$KUBECONFIG_KIND" >&2
  fi
  ! "$ENGINE" network inspect "$KIND_NAME" >/dev/null 2>&1 || "$ENGINE" network rm "$KIND_NAME" >/dev/null
  remove_network_files
  remove_images
  [ ! -e "$KIND_STATE/modules" ] || rmdir --ignore-fail-on-non-empty /lib/modules
  rm -rf "$KIND_STATE"
}

provider_traces() {
  local left
  ENGINE=$(engine) || die "no container engine answers, so what kind left in one cannot be seen"
  left=$(
    "$ENGINE" ps -a --filter "label=io.x-k8s.kind.cluster=$KIND_NAME" --format 'container {{.Names}}'
    "$ENGINE" volume ls --filter "label=io.x-k8s.kind.cluster=$KIND_NAME" --format 'volume {{.Name}}'
    ! "$ENGINE" network inspect "$KIND_NAME" >/dev/null 2>&1 || echo "network $KIND_NAME"
    made_images | sed 's/^/image /'
    [ ! -e "$KIND_STATE" ] || echo "directory $KIND_STATE"
  )
  [ -z "$left" ] || { echo "$left"; return 1; }
  say "nothing is left of the kind cluster $KIND_NAME"
}

# shellcheck shell=bash
# Provider `kind`: Kubernetes in Docker or Podman. Thin, and not proven by our own tests yet.

KIND_NAME=interleaver
KIND_VERSION=v0.31.0
ENGINE=$(engine) || die "CLUSTER=kind needs a Docker or Podman engine that answers"
KUBECONFIG_KIND=$DIR/kind.kubeconfig
export KIND_EXPERIMENTAL_PROVIDER=$ENGINE

kind() {
  local program
  program=$(command -v kind || echo "$BIN/kind")
  "$program" "$@"
}

provider_packages() { :; }

provider_build() {
  if ! command -v kind >/dev/null && [ ! -x "$BIN/kind" ]; then
    require_go
    forget_stale_binaries
    GOBIN=$BIN with_progress "building kind $KIND_VERSION" "$SECONDS" go install "sigs.k8s.io/kind@$KIND_VERSION"
  fi
  command -v kubectl >/dev/null || build_binaries kubectl
}

provider_up() {
  provider_build
  kind get clusters 2>/dev/null | grep -qx "$KIND_NAME" ||
    kind create cluster --name "$KIND_NAME" --kubeconfig "$KUBECONFIG_KIND" --wait 180s >&2
  kind get kubeconfig --name "$KIND_NAME" >"$KUBECONFIG_KIND"
  chmod 600 "$KUBECONFIG_KIND"
  say "kind cluster $KIND_NAME is up; kubeconfig: $KUBECONFIG_KIND"
}

provider_load() { kind load image-archive "$1" --name "$KIND_NAME"; }

provider_exec() { # the node is a container: its network namespace is reached through its first process
  exec nsenter --net --target "$("$ENGINE" inspect -f '{{.State.Pid}}' "$KIND_NAME-control-plane")" -- "$@"
}

provider_kubectl() {
  local program
  program=$(command -v kubectl || echo "$BIN/kubectl")
  exec "$program" --kubeconfig "$KUBECONFIG_KIND" "$@"
}

provider_kubeconfig() { echo "$KUBECONFIG_KIND"; }

provider_down() {
  kind delete cluster --name "$KIND_NAME" --kubeconfig "$KUBECONFIG_KIND" >&2
  rm -f "$KUBECONFIG_KIND"
}

provider_traces() {
  local left
  left=$("$ENGINE" ps -a --filter "label=io.x-k8s.kind.cluster=$KIND_NAME" --format 'container {{.Names}}')
  [ -z "$left" ] || { echo "$left"; return 1; }
  say "nothing is left of the kind cluster $KIND_NAME"
}

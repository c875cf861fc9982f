# shellcheck shell=bash
# Provider `current`: whatever the current kubectl context points to. Used only when asked for, never taken down.

provider_packages() { :; }

provider_build() { type -P kubectl >/dev/null || die "CLUSTER=current needs kubectl"; }

provider_up() {
  provider_build
  command kubectl get --raw /readyz >/dev/null || die "the current kubectl context does not answer"
  say "using the current context, $(command kubectl config current-context)"
}

provider_load() {
  say "not loaded: $1. A cluster that is not ours pulls its images: push them to the registry IMAGE_PREFIX names."
}

provider_exec() { die "CLUSTER=current gives no way into the cluster's network; use kubectl exec or port-forward"; }
provider_kubectl() { exec kubectl "$@"; }
provider_kubeconfig() { echo "${KUBECONFIG:-$HOME/.kube/config}"; }
provider_down() { say "the current context is not ours to take down"; }
provider_traces() { say "nothing of ours runs outside the cluster of the current context"; }

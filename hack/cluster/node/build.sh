# shellcheck shell=bash
# Compiling Kubernetes and etcd from one Go module.

MODULE=$HERE/node # go.mod, go.sum, pause/
VERSION=$(awk '$1 == "k8s.io/kubernetes" { print $2 }' "$MODULE/go.mod")
TARGETS=(
  etcd=go.etcd.io/etcd/server/v3
  kube-apiserver=k8s.io/kubernetes/cmd/kube-apiserver
  kube-controller-manager=k8s.io/kubernetes/cmd/kube-controller-manager
  kube-scheduler=k8s.io/kubernetes/cmd/kube-scheduler
  kubelet=k8s.io/kubernetes/cmd/kubelet
  kube-proxy=k8s.io/kubernetes/cmd/kube-proxy
  kubectl=k8s.io/kubernetes/cmd/kubectl
  pause=./pause
)

forget_stale_binaries() { # they belong to one go.mod: another one makes them stale
  local key
  key=$(cat "$MODULE/go.mod" "$MODULE/go.sum" "$MODULE/pause/main.go" | sha256sum)
  [ "$(cat "$BIN/key" 2>/dev/null)" != "$key" ] || return 0
  rm -rf "$BIN"
  mkdir -p "$BIN"
  echo "$key" >"$BIN/key"
}

require_go() {
  local version
  command -v go >/dev/null || die "compiling Kubernetes needs Go 1.25 or later; no go command was found"
  version=$(cd / && go env GOVERSION)
  printf '%s\n' go1.25 "$version" | sort -VC || die "compiling Kubernetes needs Go 1.25 or later; this is $version"
}

compile() { # compile NAME PACKAGE
  cd "$MODULE" || return
  # Without -X the node would report version v0.0.0-master. The clone may belong to another user: no buildvcs.
  go build -mod=readonly -trimpath -buildvcs=false -o "$BIN/$1.new" \
    -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$VERSION" "$2"
  mv "$BIN/$1.new" "$BIN/$1"
}

build_binaries() { # build_binaries NAME...: those that are not compiled yet
  local target name i=0 started=$SECONDS wanted=" $* "
  forget_stale_binaries
  for target in "${TARGETS[@]}"; do
    name=${target%%=*} i=$((i + 1))
    [[ $wanted == *" $name "* && ! -x $BIN/$name ]] || continue
    require_go
    with_progress "building Kubernetes $VERSION: $i of ${#TARGETS[@]}, $name" "$started" compile "$name" "${target#*=}"
  done
}

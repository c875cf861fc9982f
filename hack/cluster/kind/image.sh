# shellcheck shell=bash
# The node image where none can be pulled: Debian's packages, the files of kind's own base image from its Go module, and
# the programs that the node provider compiles, with kubeadm. No registry is asked for anything.

KIND_MODULE=$HERE/kind # go.mod and go.sum: kind; kubeadm.mod and kubeadm.sum: what kubeadm needs more than the node's
NODE_PACKAGES=bash,ca-certificates,conntrack,containerd,containernetworking-plugins,ethtool,iproute2,iptables,jq,kmod,mount,procps,runc,systemd
BASE_OF_PROGRAMS=base-files,iptables,libc6,netbase # kube-proxy calls iptables; the others need a C library
IN_IMAGE=(kube-apiserver kube-controller-manager kube-scheduler kube-proxy etcd pause)
MADE=${IMAGES_DIR:-$DIR/images}/kind-node.tar

build_kubeadm() { # the node's module decides every version; kubeadm's packages need three modules more
  local module
  [ ! -x "$BIN/kubeadm" ] || return 0
  require_go
  module=$(mktemp -d)
  cat "$MODULE/go.mod" "$KIND_MODULE/kubeadm.mod" >"$module/go.mod"
  sort -u "$MODULE/go.sum" "$KIND_MODULE/kubeadm.sum" >"$module/go.sum"
  MODULE=$module with_progress "building kubeadm $VERSION" "$SECONDS" compile kubeadm k8s.io/kubernetes/cmd/kubeadm
  rm -r "$module"
}

made_key() { # a hash of all that goes into the image
  cat "$MODULE"/go.{mod,sum} "$MODULE/pause/main.go" "$KIND_MODULE"/{go.*,kubeadm.*,image.sh,archive.py,furnish,images.service,pods.conflist,storage.yaml} \
    "$HERE/../images/base.sh" <(suite) | sha256sum | cut -c1-12
}

made_image() { echo "localhost/interleaver-kind-node:$(made_key)"; }

made_images() { # those in the engine's store, of whatever made_key
  "$ENGINE" images --format '{{.Repository}}:{{.Tag}}' | { grep '^localhost/interleaver-kind-node:' || true; }
}

image_names() { # NAME=PROGRAM of each image of the control plane, as kubeadm and containerd call them
  local p
  for p in "${IN_IMAGE[@]}"; do
    case $p in
      etcd) echo "localhost/etcd:made=$BIN/etcd" ;;
      pause) echo "localhost/pause:1=$BIN/pause" ;;
      *) echo "localhost/$p:$VERSION=$BIN/$p" ;;
    esac
  done
}

kind_files() { # the folder of kind's module that its own base image is made from
  (cd "$KIND_MODULE" && GOWORK=off go mod download sigs.k8s.io/kind &&
    GOWORK=off go list -mod=readonly -m -f '{{.Dir}}/images/base/files' sigs.k8s.io/kind)
}

make_root() { # make_root PACKAGES FILE OPTIONS...: a root file system of the machine's own release
  local packages=$1 file=$2
  shift 2
  sources | nice -n 15 mmdebstrap --quiet --mode=root --include="$packages" "$@" "$(suite)" "$file" -
}

# Below `extract` no script of a package is run, and so iptables' links are missing; mmdebstrap runs no customize-hook either.
# shellcheck disable=SC2016 # $1 is the hook's own argument: the root file system
make_archive() { # make_archive FOLDER: the images of the control plane, as one docker archive
  make_root "$BASE_OF_PROGRAMS" "$1/base.tar" --variant=extract \
    --extract-hook='cd "$1" && rm -rf usr/share/man usr/share/locale usr/share/info var/lib/dpkg' \
    --extract-hook='cd "$1"/usr/sbin && for f in "" -save -restore; do ln -s xtables-nft-multi iptables$f; ln -s xtables-nft-multi ip6tables$f; done'
  image_names | xargs python3 "$KIND_MODULE/archive.py" "$(dpkg --print-architecture)" "$1/images.tar" "$1/base.tar"
}

make_node() { # make_node FOLDER: the root file system of the node
  make_archive "$1"
  FILES=$(kind_files)
  export FILES HERE BIN VERSION ARCHIVE=$1/images.tar
  make_root "$NODE_PACKAGES" "$1/node.tar" --variant=minbase --customize-hook="$KIND_MODULE/furnish"
  mv "$1/node.tar" "$MADE"
}

make_image() { # the image in the engine's store; its archive is kept, as those of all images are that are built here
  local folder key
  key=$(made_key)
  if [ "$(cat "$MADE.inputs" 2>/dev/null)" != "$key" ]; then
    build_binaries "${IN_IMAGE[@]}" kubelet kubectl
    build_kubeadm
    mkdir -p "$(dirname "$MADE")"
    folder=$(mktemp -d -p "$(dirname "$MADE")")
    with_progress "making a node image from Debian packages" "$SECONDS" make_node "$folder"
    rm -r "$folder"
    echo "$key" >"$MADE.inputs"
  fi
  "$ENGINE" image inspect "$(made_image)" >/dev/null 2>&1 ||
    "$ENGINE" import --change 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' --change 'ENV container=docker' \
      "$MADE" "$(made_image)" >&2
}

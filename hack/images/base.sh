# shellcheck shell=bash
# The base image where no registry is asked: a small root file system from the machine's own Debian packages.

BASE_PACKAGES=base-files,coreutils,dash,libstdc++6,python3,python3-venv
BUILDER_PACKAGES=$BASE_PACKAGES,gcc,libc6-dev,python3-dev

suite() { (. /etc/os-release && echo "$VERSION_CODENAME"); }

sources() { # the machine's own apt sources for its release, so that an internal mirror is used where there is one
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
    grep -E " $(suite)(-updates|-security)? main$" | sort -u
}

base_key() { { echo "$1 $(suite)"; cat "$HERE/base.sh"; } | sha256sum | cut -c1-12; }

make_base() { # make_base PACKAGES: prints the name of an image in buildah's store; makes it when it is not there
  local name folder
  name=localhost/interleaver-base:$(base_key "$1")
  if ! buildah inspect --type image "$name" >/dev/null 2>&1; then
    folder=$(mktemp -d -p "$IMAGES")
    echo "making the base image from Debian packages ($1)" >&2
    # variant extract: packages are unpacked, nothing of them is run or left to manage; of their documentation the licences.
    # shellcheck disable=SC2016 # $1 is the hook's own argument: the root file system
    sources | mmdebstrap --quiet --mode=root --variant=extract --include="$1" \
      --customize-hook='cd "$1" && rm -rf usr/share/man usr/share/locale usr/share/info var/lib/apt var/lib/dpkg var/cache' \
      --customize-hook='find "$1"/usr/share/doc -type f ! -name copyright -delete' \
      --customize-hook='mkdir -p "$1"/tmp && chmod 1777 "$1"/tmp' \
      "$(suite)" "$folder/base.tar" - >&2
    printf 'FROM scratch\nADD base.tar /\n' >"$folder/Dockerfile"
    buildah bud --quiet -t "$name" "$folder" >/dev/null
    rm -r "$folder"
  fi
  echo "$name"
}

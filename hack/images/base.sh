# shellcheck shell=bash
# The base image where no registry is asked: a small root file system from the machine's own Debian packages.

BASE_PACKAGES=base-files,coreutils,dash,libstdc++6,python3,python3-venv

suite() { (. /etc/os-release && echo "$VERSION_CODENAME"); }

sources() { # the machine's own apt sources for its release, so that an internal mirror is used where there is one
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
    grep -E " $(suite)(-updates|-security)? main$" | sort -u
}

base_key() { { echo "$BASE_PACKAGES $(suite)"; cat "$HERE/base.sh"; } | sha256sum | cut -c1-12; }

make_base() { # prints the name of the base image in buildah's store; makes it when it is not there
  local name folder
  name=localhost/interleaver-base:$(base_key)
  if ! buildah inspect --type image "$name" >/dev/null 2>&1; then
    folder=$(mktemp -d -p "$IMAGES")
    echo "making the base image from Debian packages ($BASE_PACKAGES)" >&2
    # variant extract: packages are unpacked, nothing of them is run or left to manage; of their documentation the licences.
    # shellcheck disable=SC2016 # $1 is the hook's own argument: the root file system
    sources | mmdebstrap --quiet --mode=root --variant=extract --include="$BASE_PACKAGES" \
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

# shellcheck shell=bash
# The base image where no registry is asked: a small root file system from the machine's own Debian packages.

BASE_PACKAGES=base-files,ca-certificates,coreutils,dash,libstdc++6,python3
BUILDER_PACKAGES=$BASE_PACKAGES,gcc,libc6-dev,python3-dev,python3-venv

# One time for all files and images, so that what is made twice of the same is the same. The Dockerfiles say it as well.
EPOCH=1767225600

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
    # So the bundle of certificate authorities, which a package makes when it is configured, is made here.
    # Its hooks are those named extract: those named customize are never run by it. gconv: converters of other encodings for
    # programs in C; Python has its own, and those of UTF-8 are a part of the C library.
    # What packages these are stands where scanners look for it in images without a package manager: status.d.
    # shellcheck disable=SC2016 # $1 is the hook's own argument: the root file system
    sources | SOURCE_DATE_EPOCH=$EPOCH mmdebstrap --quiet --mode=root --variant=extract --include="$1" \
      --extract-hook='cd "$1" && rm -rf usr/share/man usr/share/locale usr/share/info usr/lib/*/gconv' \
      --extract-hook='find "$1"/usr/share/doc -type f ! -name copyright -delete' \
      --extract-hook='cat "$1"/usr/share/ca-certificates/mozilla/*.crt >"$1"/etc/ssl/certs/ca-certificates.crt' \
      --extract-hook='mkdir -p "$1"/var/lib/dpkg/status.d && for deb in "$1"/var/cache/apt/archives/*.deb; do dpkg-deb --field "$deb" >"$1/var/lib/dpkg/status.d/$(dpkg-deb --field "$deb" Package)" || exit; done' \
      --extract-hook='mkdir -p "$1"/tmp && chmod 1777 "$1"/tmp' \
      "$(suite)" "$folder/base.tar" - >&2
    printf 'FROM scratch\nADD base.tar /\n' >"$folder/Dockerfile"
    buildah bud --quiet --timestamp "$EPOCH" -t "$name" "$folder" >/dev/null
    rm -r "$folder"
  fi
  echo "$name"
}

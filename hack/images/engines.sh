# shellcheck shell=bash
# Building with an engine that answers (docker, podman), or else with Debian's buildah, which needs none.

NEEDS_BUILDAH=(buildah=buildah mmdebstrap=mmdebstrap)

building_engine() { # an engine that answers and can have the base; else the first that answers, where there is no Debian
  local e base=${BASE:-$(awk -F= '/^ARG BASE=/ { print $2; exit }' "$DOCKERFILE")}
  for e in $(engines); do
    ! { answers "$e" && can_have "$e" "$base"; } || { echo "$e"; return; }
  done
  [ -n "$(missing_for_node)" ] || return 0
  engine || true
}

prepare_engine() { # sets ENGINE, BASE and, where something is compiled, BUILDER
  ENGINE=$(building_engine)
  if [ -z "$ENGINE" ]; then
    ENGINE=buildah
    install_packages "${NEEDS_BUILDAH[@]}"
    configure_store
    BASE=${BASE:-$(make_base "${PACKAGES:-$BASE_PACKAGES}")}
    BUILDER=${BUILDER:-$(make_builder)}
  fi
  BASE=${BASE:-} BUILDER=${BUILDER:-}
}

make_builder() { # the image with pip and a compiler, for the Dockerfile that asks for one
  ! grep -q '^ARG BUILDER' "$DOCKERFILE" || make_base "$BUILDER_PACKAGES"
}

configure_store() { # buildah's store stays with the cluster's files; nothing is written below /var/lib/containers
  export BUILDAH_ISOLATION=chroot CONTAINERS_STORAGE_CONF=$IMAGES/storage.conf
  printf '[storage]\ndriver = "overlay"\nrunroot = "%s"\ngraphroot = "%s"\n' "$IMAGES/run" "$IMAGES/store" >"$IMAGES/storage.conf"
}

build_image() {
  if [ "$ENGINE" = buildah ]; then build_with_buildah "$@"; else build_with_engine "$@"; fi
}

build_with_engine() {
  DOCKER_BUILDKIT=1 "$ENGINE" build --target "$TARGET" -f "$DOCKERFILE" -t "$IMAGE" \
    ${BASE:+--build-arg "BASE=$BASE"} ${BUILDER:+--build-arg "BUILDER=$BUILDER"} "$@" "$CONTEXT"
  "$ENGINE" save -o "$ARCHIVE.new" "$IMAGE"
  mv "$ARCHIVE.new" "$ARCHIVE"
}

certificates() { # the authorities this machine trusts for its package index
  local f
  for f in "${PIP_CERT:-}" "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt; do
    [ ! -s "$f" ] || { readlink -f "$f"; return; }
  done
}

build_with_buildah() {
  local trusted settings=$IMAGES/pip.conf inside=/run/interleaver-build
  trusted=$(certificates)
  python3 -m pip config list 2>/dev/null | python3 "$HERE/pip_settings.py" ${trusted:+"$inside/certificates"} >"$settings"
  # Mounted for the RUN lines only: how this machine reaches its index is nobody's business in the image.
  buildah bud --layers --timestamp "$EPOCH" --target "$TARGET" -f "$DOCKERFILE" -t "$IMAGE" --build-arg "BASE=$BASE" \
    ${BUILDER:+--build-arg "BUILDER=$BUILDER"} \
    --volume "$settings:/etc/pip.conf:ro" ${trusted:+--volume "$trusted:$inside/certificates:ro"} "$@" "$CONTEXT"
  rm -f "$ARCHIVE.new"
  buildah push --quiet "$IMAGE" "docker-archive:$ARCHIVE.new:$IMAGE"
  mv "$ARCHIVE.new" "$ARCHIVE"
}

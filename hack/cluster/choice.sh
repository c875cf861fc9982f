# shellcheck shell=bash
# Which provider is used.

engine() { # the container engine that answers, if any: docker or podman
  local e
  for e in docker podman; do
    ! timeout 10 "$e" info >/dev/null 2>&1 || { echo "$e"; return; }
  done
  return 1
}

missing_for_node() { # why this machine cannot run the node provider; nothing when it can
  [ "$(uname -s)" = Linux ] || { echo "Linux"; return; }
  [ "$(id -u)" = 0 ] || { echo "root"; return; }
  command -v apt-get >/dev/null || command -v containerd >/dev/null || echo "apt-get (Debian or Ubuntu)"
}

choose_provider() {
  local why
  case ${CLUSTER:-auto} in
    kind | node | current) echo "$CLUSTER" ;;
    auto)
      # What is up already stays the choice, though an engine may have been started since.
      if [ -s "$DIR/provider" ]; then cat "$DIR/provider"; return; fi
      if engine >/dev/null; then echo kind; return; fi
      why=$(missing_for_node)
      [ -z "$why" ] || die "no cluster can be made here: no Docker or Podman engine answers (for kind)," \
        "and running a node without one needs $why. CLUSTER=current uses the current kubectl context."
      echo node ;;
    *) die "CLUSTER is '$CLUSTER'; it must be auto, kind, node or current" ;;
  esac
}

# shellcheck shell=bash
# Which provider is used, and which container engine.

NODE_IMAGE=kindest/node:v1.37.0 # what the kind of kind/go.mod starts from when nothing else is named

engines() { echo "${KIND_EXPERIMENTAL_PROVIDER:-docker podman}"; } # kind's own variable names one of them

answers() { timeout 10 "$1" info >/dev/null 2>&1; } # answers ENGINE: a command without a daemon does not

engine() { # the container engine that answers, if any: docker or podman
  local e
  for e in $(engines); do
    ! answers "$e" || { echo "$e"; return; }
  done
  return 1
}

has_image() { "$1" image inspect "$2" >/dev/null 2>&1; } # has_image ENGINE IMAGE: it is in the engine's store

can_have() { # can_have ENGINE IMAGE: it is in the engine's store, or its registry tells of it
  has_image "$1" "$2" || timeout 20 "$1" manifest inspect "$2" >/dev/null 2>&1
}

# can_have_node ENGINE: the node image that is named, or else kind's own. Podman looks for a name with a slash only under a
# registry's own name, which kind adds for it: there, what Podman knows of that registry answers in its place.
can_have_node() {
  can_have "$1" "${KIND_IMAGE:-$NODE_IMAGE}" || { [ -z "${KIND_IMAGE:-}" ] && [ "$1" = podman ] && can_have podman hello-world; }
}

is_limited() { # is_limited ENGINE: a rootless Podman on cgroup v1, where kind's nodes cannot have groups of their own
  [ "$1" = podman ] && [ "$(podman info --format '{{.Host.Security.Rootless}} {{.Host.CgroupsVersion}}')" = "true v1" ]
}

why_not_kind() { # why_not_kind ENGINE: what keeps kind from running here with it; nothing when it can
  if ! command -v "$1" >/dev/null; then echo "there is no $1"
  elif ! answers "$1"; then echo "$1 does not answer"
  elif is_limited "$1"; then echo "$1 is rootless on cgroup v1"
  elif ! can_have_node "$1"; then echo "$1 neither has nor can pull the node image ${KIND_IMAGE:-$NODE_IMAGE}"
  elif ! type -P kind >/dev/null && ! command -v go >/dev/null; then echo "there is neither kind nor Go to compile it"
  fi
}

missing_for_node() { # why this machine cannot run the node provider; nothing when it can
  [ "$(uname -s)" = Linux ] || { echo "Linux"; return; }
  [ "$(id -u)" = 0 ] || { echo "root"; return; }
  command -v apt-get >/dev/null || command -v containerd >/dev/null || echo "apt-get (Debian or Ubuntu)"
}

# choose PROVIDER WHY: the name is what programs read; the reason is for people, where they asked (EXPLAIN)
choose() {
  [ -z "${EXPLAIN:-}" ] || say "provider $1: $2"
  echo "$1"
}

choose_by_machine() { # kind where an engine can run it, else a node without one
  local e why refused=""
  for e in $(engines); do
    why=$(why_not_kind "$e")
    [ -n "$why" ] || { choose kind "$e can run it (CLUSTER=node does without an engine)"; return; }
    refused+="${refused:+, }$why"
  done
  why=$(missing_for_node)
  [ -z "$why" ] || die "no cluster can be made here: no engine can run kind ($refused), and running a node without one needs $why." \
    "CLUSTER=kind takes an engine that answers all the same, CLUSTER=current the current kubectl context."
  choose node "no engine can run kind here: $refused (CLUSTER=kind uses one all the same)"
}

choose_provider() {
  case ${CLUSTER:-auto} in
    kind | node | current) choose "$CLUSTER" "CLUSTER asks for it" ;;
    auto)
      # What is up already stays the choice, though an engine may have been started since.
      if [ -s "$DIR/provider" ]; then choose "$(cat "$DIR/provider")" "it is up already"; else choose_by_machine; fi ;;
    *) die "CLUSTER is '$CLUSTER'; it must be auto, kind, node or current" ;;
  esac
}

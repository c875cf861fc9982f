# shellcheck shell=bash
# Debian packages, installed on demand. No service that a package brings is started by its installation.

POLICY=/usr/sbin/policy-rc.d
POLICY_KEPT=$POLICY.before-interleaver

missing_packages() { # missing_packages COMMAND=PACKAGE...: the packages whose command (or file) is not there
  local pair
  # By command, not by package: containerd.io and the like serve as well, and would be removed by Debian's own.
  # A function of a command's name, as the cluster's scripts have some, is no program.
  for pair; do type -P "${pair%%=*}" >/dev/null || echo "${pair#*=}"; done | sort -u
}

forbid_services() { # packages ask this script before they start a service; 101 means no
  restore_services # of an installation that was killed
  [ ! -e "$POLICY" ] || mv "$POLICY" "$POLICY_KEPT"
  printf '#!/bin/sh\n# made by interleaver for the time of one installation\nexit 101\n' >"$POLICY"
  chmod 755 "$POLICY"
}

restore_services() {
  ! grep -qs 'made by interleaver' "$POLICY" || rm -f "$POLICY"
  [ ! -e "$POLICY_KEPT" ] || mv "$POLICY_KEPT" "$POLICY"
}

install_packages() { # install_packages COMMAND=PACKAGE...: what is missing, announced before it is done
  local missing
  missing=$(missing_packages "$@" | xargs)
  [ -n "$missing" ] || return 0
  [ "$(id -u)" = 0 ] || { echo "needs the Debian packages $missing: apt-get install $missing" >&2; return 1; }
  echo "installing the Debian packages $missing (apt-get; their services are not started)" >&2
  (
    exec 7>"${TMPDIR:-/tmp}/interleaver-packages.lock" && flock 7 # one installation at a time
    trap restore_services EXIT
    trap 'exit 130' INT TERM
    forbid_services
    export DEBIAN_FRONTEND=noninteractive
    # An unreachable third-party source fails the update but need not fail the installation.
    apt-get update -qq >&2 || true
    # shellcheck disable=SC2086 # a list of names
    apt-get install -qq -y --no-install-recommends $missing >&2
  )
}

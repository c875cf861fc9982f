# shellcheck shell=bash
# What a cluster of the node provider leaves on the machine. None of this relies on its state directory, which `down` removes.

mounts_below() { awk -v d="$1/" 'index($2, d) == 1 { print $2 }' /proc/self/mounts; }

left_processes() { # those that name the state directory or sit in the cluster's cgroup; never this script or its parents
  local p mine=" " q=$$
  while [ "$q" -gt 1 ]; do mine+="$q "; q=$(awk '/^PPid/ { print $2 }' "/proc/$q/status"); done
  for p in /proc/[0-9]*; do
    [[ $mine != *" ${p#/proc/} "* ]] || continue
    ! grep -qs '^State:.Z' "$p/status" || continue # dead, until its new parent, the machine's first process, asks for it
    if grep -qsaF "$S/" "$p/cmdline" || grep -qsE ":/$NAME(/|$)" "$p/cgroup"; then
      echo "process ${p#/proc/}: $(tr '\0' ' ' 2>/dev/null <"$p/cmdline")"
    fi
  done
}

left_namespaces() { # a network namespace lives as long as a mount or a process holds it; both are asked for by our names
  awk -v d="$S/" '$3 == "nsfs" && index($2, d) == 1 { print "namespace " $2 }' /proc/self/mounts
}

left_files() { # outside the state directory, under paths that containerd, the CNI library and the kubelet have built in
  local f
  for f in /run/containerd/s /var/lib/cni/results /var/lib/kubelet/device-plugins; do
    [ ! -e "$f" ] || echo "path $f"
  done
  [ ! -d /var/log/containers ] || find /var/log/containers -lname "$S/*" -printf 'link %p\n'
}

provider_traces() {
  local left h
  left=$(
    left_processes
    left_namespaces
    mounts_below "$S" | sed 's/^/mount /'
    ! ip link show "$NAME" &>/dev/null || echo "interface $NAME"
    for h in $(hierarchies); do [ ! -d "$h/$NAME" ] || echo "cgroup $h/$NAME"; done
    [ -n "$(other_clusters)" ] || left_files
    [ ! -e "$S" ] || echo "directory $S"
  )
  [ -z "$left" ] || { echo "$left"; return 1; }
  say "nothing is left of $NAME in $S"
}

other_clusters() { # interfaces of clusters beside this one: the paths outside the state directory may be theirs
  ip -o link show type veth | grep -oE '\binterleaver-[0-9]+' | grep -vx "$NAME" || true
}

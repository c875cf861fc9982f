# shellcheck shell=bash
# The network namespace the cluster lives in, and the cgroup its containers live in.

hierarchies() { awk '$3 ~ /^cgroup2?$/ { print $2 }' /proc/self/mounts; } # one on cgroup v2, many on v1

remove_interface() { # the kernel removes it as well, some time after the namespace of its other end
  ip link delete "$NAME" 2>/dev/null || ! ip link show "$NAME" &>/dev/null || die "interface $NAME cannot be deleted"
}

network() { # a namespace with the node's address on a bridge, and one veth to the host's namespace
  ! inside ip link show host0 &>/dev/null || return 0
  ! mountpoint -q "$S/netns" || umount "$S/netns" # half made
  remove_interface
  : >"$S/netns"
  unshare --net="$S/netns" true
  inside ip link set lo up
  inside ip link add node0 type bridge # not every kernel has the dummy type
  inside ip address add "$NET.1/24" dev node0
  inside ip link set node0 up
  inside ip route add default dev node0 # leads nowhere; it lets local clients address ClusterIPs
  inside sysctl -qw net.ipv4.ip_forward=1
  ip link add "$NAME" type veth peer name host0 netns "$S/netns"
  ip address add "$NET.254/24" dev "$NAME"
  ip link set "$NAME" up
  inside ip link set host0 master node0 up
}

cgroups() { # the cluster's own root, so that `down` can tell its containers from others
  local h f
  for h in $(hierarchies); do
    mkdir -p "$h/$NAME"
    for f in cpuset.cpus cpuset.mems; do # on v1 a new cpuset is empty and refuses processes
      [ ! -w "$h/$f" ] || [ ! -e "$h/$NAME/$f" ] || cat "$h/$f" >"$h/$NAME/$f"
    done
  done
}

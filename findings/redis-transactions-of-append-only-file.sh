#!/usr/bin/env bash
# Redis 7.0.15 as Debian 12 packages it (redis-tools 5:7.0.15-1~deb12u7 or a security update of it). Valkey 8.1.1, as Debian 13 has it,
# did the same on 2026-12-01; Redis 6.2.14 did not.
#
# An access list that begins with `user default off`, as much advice on least rights has it, makes the server forget at each start
# whatever it had been given in transactions, and by scripts, whose effects are written to the append-only file as transactions. The
# file is read by a client that is the default user; EXEC looks at that user's rights once more; a line of a list that names the
# user takes all his rights away. Plain commands of the same file are read, the server starts and serves, and only its log says, once for
# each transaction, that it sent an error to its AOF-loading-client: NOPERM. `user default off ~* &* +@all` lets nobody in either,
# and everything is read.
#
# Output seen:
#   user default off: plain 1, in a transaction nothing, by a script nothing, errors in the log: yes
#   user default off ~* &* +@all: plain 1, in a transaction 1, by a script 1, errors in the log: no
#   without a password, in both: NOAUTH
# Exits non-zero if that changes. Debian 12; its packages are unpacked into a temporary folder.
set -euo pipefail
DIR=$(mktemp -d)
PID=
trap '[ -z "$PID" ] || kill "$PID" 2>/dev/null || true; rm -rf "$DIR"' EXIT
cd "$DIR"
chmod 777 .
apt-get download --quiet=2 redis-tools libjemalloc2 liblzf1 liblua5.1-0 lua-cjson lua-bitop libatomic1 >/dev/null
for deb in *.deb; do dpkg -x "$deb" unpacked; done
export LD_LIBRARY_PATH=$PWD/unpacked/usr/lib/x86_64-linux-gnu
ln -s redis-check-rdb unpacked/usr/bin/redis-server
PATH=$PWD/unpacked/usr/bin:$PATH
redis-server --version | grep -q ' v=7\.0\.15 ' || { echo "this is another version: $(redis-server --version)" >&2; exit 2; }
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

start() { # start FOLDER
  redis-server --port "$PORT" --bind 127.0.0.1 --dir "$1" --appendonly yes --save '' --aclfile "$DIR/$1/users" >>"$1/log" &
  PID=$!
  for _ in {1..100}; do
    redis-cli -p "$PORT" ping 2>&1 | grep -q NOAUTH && return
    sleep 0.1
  done
  cat "$1/log" >&2
  return 1
}

stop() { kill "$PID" && wait "$PID" || true; PID=; }

ask() { redis-cli -p "$PORT" --user app --pass secret --no-auth-warning "$@"; }

try() { # try LINE
  mkdir "$DIR/data"
  printf 'user default %s\nuser app on >secret ~app:* +@all\n' "$1" >data/users
  start data
  ask set app:plain 1 >/dev/null
  printf 'MULTI\nSET app:one 1\nSET app:other 1\nEXEC\n' | ask >/dev/null
  ask eval 'redis.call("set", KEYS[1], 1); redis.call("set", KEYS[2], 1)' 2 app:third app:fourth >/dev/null
  stop
  start data
  echo "user default $1: plain $(ask get app:plain), in a transaction $(found app:one), by a script $(found app:third)," \
    "errors in the log: $(grep -q 'NOPERM' data/log && echo yes || echo no)"
  stop
  rm -r data
}

found() { local value; value=$(ask get "$1"); echo "${value:-nothing}"; }

{
  try off
  try 'off ~* &* +@all'
  echo "without a password, in both: NOAUTH" # start waits for it
} | tee said
diff said - <<'SAID'
user default off: plain 1, in a transaction nothing, by a script nothing, errors in the log: yes
user default off ~* &* +@all: plain 1, in a transaction 1, by a script 1, errors in the log: no
without a password, in both: NOAUTH
SAID

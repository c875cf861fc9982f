#!/usr/bin/env bash
# mlflow 3.17.2, `mlflow server --allowed-hosts NAME:PORT`: its own pages, opened at http://NAME:PORT, are refused.
#
# A list of allowed hosts is needed wherever the server has another name than localhost, as behind a Service. Programs
# can talk to it then. A browser sends the page's own address as Origin with each POST, and the server takes that for a
# request from a stranger although it is from the very host that it allows: the list of runs and the page that compares
# runs say INTERNAL_ERROR. `--cors-allowed-origins http://NAME:PORT` is needed as well.
#
# Seen on 2026-11-30:
#   program 200
#   own page 403 Cross-origin request blocked
#   own page, with --cors-allowed-origins 200
# Exits non-zero if that changes.
set -euo pipefail
folder=$(mktemp -d)
server=
stop() { [ -z "$server" ] || kill -- "-$server" 2>/dev/null || true; }
trap 'stop; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'mlflow==3.17.2'
export MLFLOW_DISABLE_TELEMETRY=true
host=127.0.0.2 # on loopback, and to MLflow a name as strange as that of a Service
start() { # start OPTION...: a server that answers to its name
  stop
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.2", 0)); print(s.getsockname()[1])')
  setsid venv/bin/mlflow server --host "$host" --port "$port" --workers 1 --backend-store-uri "sqlite:///$folder/runs.db" \
    --allowed-hosts "$host:$port" "${@//PORT/$port}" >serve.log 2>&1 &
  server=$!
  for _ in $(seq 240); do
    curl --silent --fail --output /dev/null "http://$host:$port/health" && break
    sleep 1
  done
}
search() { # search HEADER...: what the page of runs asks; the status, and the words of a refusal
  curl --silent --header 'Content-Type: application/json' "$@" --data '{"experiment_ids": ["0"]}' \
    --output body --write-out '%{http_code}' "http://$host:$port/ajax-api/2.0/mlflow/runs/search"
  if grep --quiet blocked body; then echo " $(cat body)"; else echo; fi
}
{
  start
  echo "program $(search)"
  echo "own page $(search --header "Origin: http://$host:$port")"
  start --cors-allowed-origins "http://$host:PORT"
  echo "own page, with --cors-allowed-origins $(search --header "Origin: http://$host:$port")"
} >seen # no pipe: what is started in one is not known to the trap
cat seen
diff seen - <<'SEEN'
program 200
own page 403 Cross-origin request blocked
own page, with --cors-allowed-origins 200
SEEN

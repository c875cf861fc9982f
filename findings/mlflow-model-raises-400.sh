#!/usr/bin/env bash
# mlflow 3.17.2, `mlflow models serve`: a model that raises is answered with 400 Bad Request, not with a 5xx.
#
# A fault of the model's own, here a division by zero for a valid request, says that the client sent a bad request.
# Whatever tells failing models by 5xx does not see it: error budgets, breakers, load balancers that leave a bad
# backend alone, and proxies that ask another model instead. Clients that retry 5xx do not retry.
#
# Seen on 2026-11-30:
#   sound 200 {"predictions": ["a"]}
#   raises 400 BAD_REQUEST
# Exits non-zero if that changes.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -- "-$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'mlflow==3.17.2'
cat >feed.py <<'PYTHON'
import mlflow


class Feed(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        share = 1 / int(model_input.iloc[0]["count"])
        return ["a" for _ in range(round(1 / share))]


mlflow.models.set_model(Feed())
PYTHON
venv/bin/python -c 'import mlflow; mlflow.pyfunc.save_model("model", python_model="feed.py")' 2>save.log
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
PATH="$folder/venv/bin:$PATH" setsid mlflow models serve -m model -p "$port" --env-manager local >serve.log 2>&1 &
server=$!
for _ in $(seq 240); do
  curl --silent --fail --output /dev/null "http://127.0.0.1:$port/ping" && break
  sleep 1
done
ask() { # count: the status and the body
  curl --silent --header 'Content-Type: application/json' --write-out '\n%{http_code}' \
    --data "{\"dataframe_records\": [{\"count\": $1}]}" "http://127.0.0.1:$port/invocations"
}
{
  ask 1 | python3 -c 'import sys; body, status = sys.stdin.read().rsplit("\n", 1); print("sound", status, body)'
  ask 0 | python3 -c 'import json, sys
body, status = sys.stdin.read().rsplit("\n", 1)
said = json.loads(body)
assert "ZeroDivisionError" in said["stack_trace"]
print("raises", status, said["error_code"])'
} | tee seen
diff seen - <<'SEEN'
sound 200 {"predictions": ["a"]}
raises 400 BAD_REQUEST
SEEN

#!/usr/bin/env bash
# torchserve 0.12.0 (with torch 2.4.1, Java 17): `GET /ping` says Healthy while no worker has loaded the model yet.
#
# The model here takes 20 s to load and then answers at once. As soon as the port is open, long before the model is
# loaded, /ping answers 200 with the status Healthy, while a prediction gets no answer. A probe on /ping, as container platforms are
# commonly given, sends traffic to a model that is not there: requests hang until the model is loaded or the client's
# time is up. A probe has to ask for a prediction.
#
# Seen on 2026-11-30, before the model was loaded and after it; 000 is no answer within 3 s:
#   before: statusHealthy200, prediction 000
#   after: statusHealthy200, prediction 200
# Exits non-zero if that changes. Needs Java 17 and some gigabytes.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -- "-$server" 2>/dev/null || true; sleep 2; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
  torchserve==0.12.0 torch-model-archiver==0.12.0 torch==2.4.1 'numpy<2' pyyaml 'setuptools<81'
mkdir models temp
cat >handler.py <<'PYTHON'
import time


class Feed:
    def initialize(self, context):
        time.sleep(20)
        open("loaded", "w").close()

    def handle(self, data, context):
        return [["a"] for _ in data]
PYTHON
export PATH="$folder/venv/bin:$PATH" TMPDIR="$folder/temp" TEMP="$folder/temp" LOG_LOCATION="$folder" METRICS_LOCATION="$folder"
torch-model-archiver --model-name feed --version 1 --handler handler.py --export-path models >archive.log 2>&1
read -r inference management metrics grpc other < <(python3 -c '
import socket
sockets = [socket.socket() for _ in range(5)]
for each in sockets:
    each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in sockets))')
cat >config.properties <<CONFIG
inference_address=http://127.0.0.1:$inference
management_address=http://127.0.0.1:$management
metrics_address=http://127.0.0.1:$metrics
grpc_inference_port=$grpc
grpc_management_port=$other
disable_token_authorization=true
default_workers_per_model=1
CONFIG
setsid torchserve --start --foreground --model-store models --models feed=feed.mar --ts-config config.properties \
  >serve.log 2>&1 &
server=$!
loaded() { [ -n "$(find "$folder" -name loaded)" ]; }
ping() { curl --silent --max-time 3 "http://127.0.0.1:$inference/ping" --write-out '%{http_code}' | tr -d '\n {}":' ; }
predict() {
  curl --silent --max-time 3 --output /dev/null --write-out '%{http_code}' \
    --header 'Content-Type: application/json' --data '{}' "http://127.0.0.1:$inference/predictions/feed" || true
}
{
  until said=$(ping) && [ -n "$said" ]; do sleep 0.5; done
  ! loaded || exit 3 # the machine was too slow to see anything
  echo "before: $said, prediction $(predict)"
  until loaded; do sleep 1; done
  until [ "$(predict)" = 200 ]; do sleep 1; done
  echo "after: $(ping), prediction $(predict)"
} | tee seen
diff seen - <<'SEEN'
before: statusHealthy200, prediction 000
after: statusHealthy200, prediction 200
SEEN

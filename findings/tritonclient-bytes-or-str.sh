#!/usr/bin/env bash
# tritonclient 2.51.0, Triton's Python client: what `as_numpy` gives for a BYTES output depends on how it travelled.
#
# A model's ids are a BYTES output. In binary, which the client asks for unless told otherwise, `as_numpy` holds `bytes`;
# in JSON, which it gets with `binary_data=False` on that output, it holds `str`. The dtype is `object` both times, so
# nothing shows it until a value is used: `b"a" == "a"` is False without an error, so that a look-up in a catalogue
# finds nothing, and `.decode()` is an AttributeError. Whoever switches a ranking client to JSON, for instance because
# a proxy has to read the answers, must expect ids of another type.
#
# The same answer is read twice here, in both forms that the protocol defines, by the client's own public reader.
# Seen on 2026-11-30:
#   binary object [b'a', b'b'] 'a' is among them: False
#   json object ['a', 'b'] 'a' is among them: True
# Exits non-zero if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'tritonclient[http]==2.51.0'
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import json
import struct

from tritonclient.http import InferResult

output = {"name": "item_id", "datatype": "BYTES", "shape": [2]}
rows = b"".join(struct.pack("<I", len(row)) + row for row in (b"a", b"b"))


def read(form, output, binary=b""):
    head = json.dumps({"model_name": "feed", "model_version": "1", "outputs": [output]}).encode()
    result = InferResult.from_response_body(head + binary, header_length=len(head) if binary else None)
    ids = result.as_numpy("item_id")
    print(form, ids.dtype, ids.tolist(), "'a' is among them:", "a" in ids.tolist())


read("binary", {**output, "parameters": {"binary_data_size": len(rows)}}, rows)
read("json", {**output, "data": ["a", "b"]})
PYTHON
diff "$folder/seen" - <<'SEEN'
binary object [b'a', b'b'] 'a' is among them: False
json object ['a', 'b'] 'a' is among them: True
SEEN

#!/usr/bin/env bash
# pip 26.0 (23.0.1, which Debian 12's venv brings, does the same), six 1.17.0.
#
# `pip install --target DIR` compiles modules in a temporary folder and moves them afterwards. Each .pyc keeps that folder's
# name, which is another one each time, as the file that its code is from: two installations of the same wheel differ in every .pyc, so a
# layer of an image that is made so is never the same twice, whatever SOURCE_DATE_EPOCH and PYTHONHASHSEED say. Without --target,
# in two virtual environments of one place, they are the same. `--no-compile` and `python -m compileall` in the final place help. (Tracebacks are
# right all the same: Python puts the name right on import.)
#
# Output seen:
#   --target: six.pyc names a folder pip-target-: True; two installations are the same: False
#   --no-compile, then compileall: names a folder pip-target-: False; two installations are the same: True
# Exits non-zero if that changes.
set -euo pipefail
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
export SOURCE_DATE_EPOCH=1767225600 PYTHONHASHSEED=0
python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install pip==26.0

install() { # install OPTIONS...: once more into the same place; prints the digest of what was compiled
  rm -rf target
  venv/bin/pip --quiet --disable-pip-version-check install --target target "$@" six==1.17.0
  [ "$*" != --no-compile ] || venv/bin/python -m compileall -q target
  sha256sum <target/__pycache__/six.*.pyc
}

tell() { # tell FIRST SECOND
  echo "names a folder pip-target-: $(grep -q pip-target- target/__pycache__/six.*.pyc && echo True || echo False);" \
    "two installations are the same: $([ "$1" = "$2" ] && echo True || echo False)"
}

{
  echo "--target: six.pyc $(tell "$(install)" "$(install)")"
  echo "--no-compile, then compileall: $(tell "$(install --no-compile)" "$(install --no-compile)")"
} | tee said
diff said - <<'SAID'
--target: six.pyc names a folder pip-target-: True; two installations are the same: False
--no-compile, then compileall: names a folder pip-target-: False; two installations are the same: True
SAID

#!/usr/bin/env bash
# numpy 2.4.6 (manylinux wheel) and GNU strip 2.40: libraries that a wheel brings along do not outlive `strip`.
#
# The usual way to make an image of a model smaller, `strip --strip-debug` over all *.so*, ends without an error and
# leaves OpenBLAS such that it cannot be loaded: whoever made the wheel has moved parts of the file (auditwheel gives
# libraries other names and search paths), and strip writes segments that are not aligned any more. The extension
# modules themselves, which were not moved, outlive it. The bundled OpenBLAS has no debug sections to begin with, so
# nothing is gained: look for `.debug_info` among the sections, and leave libraries without it alone.
#
# Seen on 2026-12-01:
#   debug sections in OpenBLAS: 0
#   strip ended with 0
#   import: ImportError: ELF load command address/offset not page-aligned
# Exits non-zero if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
command -v strip >/dev/null || { echo "needs strip, of binutils" >&2; exit 2; }
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --only-binary :all: 'numpy==2.4.6'
library=$(echo venv/lib/python3*/site-packages/numpy.libs/libscipy_openblas*.so)
venv/bin/python -c 'import numpy'
{
  echo "debug sections in OpenBLAS: $(readelf --wide --section-headers "$library" | grep -c '\.debug_info' || true)"
  strip --strip-debug "$library" && echo "strip ended with 0"
  venv/bin/python - <<'PYTHON'
try:
    import numpy
except ImportError as error:
    words = str(error)
    what = "ELF load command address/offset not page-aligned"
    print("import:", type(error).__name__ + ":", what if what in words else words)
else:
    print("import: numpy", numpy.__version__)
PYTHON
} | tee seen
diff - seen <<'SEEN'
debug sections in OpenBLAS: 0
strip ended with 0
import: ImportError: ELF load command address/offset not page-aligned
SEEN

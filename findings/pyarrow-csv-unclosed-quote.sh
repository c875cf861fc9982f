#!/usr/bin/env bash
# pyarrow 25.0.1, `pyarrow.csv.read_csv`: a quote that is closed nowhere takes the rest of the file for one value.
#
# No error and no warning, also with `newlines_in_values=False`, which says that no value has a line break: three rows are
# read as one. So it is with `pandas.read_csv(engine="pyarrow")`, while pandas' other two parsers refuse the file.
# Whatever counts rows, averages them or trains on them goes on with what stands before the first such quote.
#
# Seen on 2026-11-30:
#   pyarrow {'item': [1], 'title': ['Alien\n2,Heat\n3,Big\n']}
#   pandas, engine pyarrow {'item': [1], 'title': ['Alien\n2,Heat\n3,Big\n']}
#   pandas, engine c ParserError
#   pandas, engine python ParserError
# Exits non-zero if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'pyarrow==25.0.1' 'pandas==3.1.1'
cat >read.py <<'PYTHON'
import io

import pandas
from pyarrow import csv

FILE = b'item,title\n1,"Alien\n2,Heat\n3,Big\n'
print("pyarrow", csv.read_csv(io.BytesIO(FILE), parse_options=csv.ParseOptions(newlines_in_values=False)).to_pydict())
for engine in ("pyarrow", "c", "python"):
    try:
        print("pandas, engine", engine, pandas.read_csv(io.BytesIO(FILE), engine=engine).to_dict("list"))
    except pandas.errors.ParserError as error:
        print("pandas, engine", engine, type(error).__name__)
PYTHON
venv/bin/python read.py | tee seen
diff - seen <<'SEEN'
pyarrow {'item': [1], 'title': ['Alien\n2,Heat\n3,Big\n']}
pandas, engine pyarrow {'item': [1], 'title': ['Alien\n2,Heat\n3,Big\n']}
pandas, engine c ParserError
pandas, engine python ParserError
SEEN

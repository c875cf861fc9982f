#!/usr/bin/env bash
# fairlearn 0.15.0: a rate of no sample at all is 0.0, so that a group without positives has missed nobody.
#
# `false_negative_rate` divides misses by positives. Of a group without positives it returns 0.0, the best value there
# is, and `true_positive_rate` returns 0.0 as well, the worst: FNR = 1 - TPR does not hold. No warning is given. In a
# `MetricFrame` the group counts: it is the best served one (`group_min`), and the difference between groups is told
# over a group that nobody has measured. scikit-learn's `recall_score` warns of the same division, and takes
# `zero_division=nan`.
#
# Seen on 2026-11-30:
#   FNR 0.0 TPR 0.0 of no positives
#   FPR 0.0 TNR 0.0 of no negatives
#   group without positives: FNR 0.0, best 0.0, difference 0.5, warnings 0
# Exits non-zero if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'fairlearn==0.15.0'
venv/bin/python - <<'PYTHON' | tee seen
import warnings

from fairlearn.metrics import (
    MetricFrame,
    false_negative_rate,
    false_positive_rate,
    true_negative_rate,
    true_positive_rate,
)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    labels, taken = [0, 0], [0, 1]
    print("FNR", false_negative_rate(labels, taken), "TPR", true_positive_rate(labels, taken), "of no positives")
    labels = [1, 1]
    print("FPR", false_positive_rate(labels, taken), "TNR", true_negative_rate(labels, taken), "of no negatives")
    frame = MetricFrame(
        metrics=false_negative_rate,
        y_true=[1, 1, 0, 0],
        y_pred=[1, 0, 0, 1],
        sensitive_features=["x", "x", "y", "y"],
    )
    print(
        f"group without positives: FNR {frame.by_group['y']}, best {frame.group_min()},",
        f"difference {frame.difference()}, warnings {len(caught)}",
    )
PYTHON
diff seen - <<'SEEN'
FNR 0.0 TPR 0.0 of no positives
FPR 0.0 TNR 0.0 of no negatives
group without positives: FNR 0.0, best 0.0, difference 0.5, warnings 0
SEEN

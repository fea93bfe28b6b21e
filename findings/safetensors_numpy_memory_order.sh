#!/usr/bin/env bash
# safetensors 0.8.0 writes a NumPy array in the order of its memory, whatever its strides, and says nothing.
#
# A transposed weight matrix, which is how weights often come from a framework that keeps them the other way round, comes
# back with the shape that it had and with its numbers in other places. The file is valid, so nothing later notices.
# Expected, from `safetensors.torch`, which refuses such a tensor ("non contiguous"): an error, or a copy in C order.
# What helps: numpy.ascontiguousarray(array) before saving.
#
# Seen:
#   saved     [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]
#   loaded    [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
#   in C order [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check safetensors==0.8.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PY'
import numpy as np
from safetensors.numpy import load, save

weights = np.arange(6.0).reshape(2, 3).T
loaded = load(save({"weights": weights}))["weights"]
copied = load(save({"weights": np.ascontiguousarray(weights)}))["weights"]
print("saved    ", weights.tolist())
print("loaded   ", loaded.tolist())
print("in C order", copied.tolist())
assert loaded.shape == weights.shape
assert loaded.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], "the memory's order is no longer what is written"
assert copied.tolist() == weights.tolist()
PY

#!/usr/bin/env bash
# safetensors 0.8.0 saves a tensor called `__metadata__`, and then cannot load the file.
#
# The name is the header's own key for free text, which the format's description reserves; saving does not look. All the
# other tensors of that file are lost with it: the header no longer parses. Expected: an error at the time of saving.
#
# Seen:
#   saved 176 bytes
#   loading: SafetensorError: Error while deserializing: invalid JSON in header: …
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check safetensors==0.8.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PY'
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

data = save({"weight": np.zeros(2, "float32"), "__metadata__": np.zeros(1, "float32")})
print("saved", len(data), "bytes")
try:
    load(data)
except SafetensorError as error:
    print("loading: SafetensorError:", str(error)[:60], "…")
    assert "header" in str(error)
else:
    raise SystemExit("it loads now")
PY

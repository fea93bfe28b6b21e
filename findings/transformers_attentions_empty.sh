#!/usr/bin/env bash
# transformers 5.24.0: with its default attention, output_attentions=True gives an empty tuple.
#
# A model made without naming an implementation computes with fused attention ("sdpa"), which has no weights to return.
# Asked for them it logs one line and goes on: `attentions` is empty, and a picture of attention drawn from it fails later, or
# shows nothing. attn_implementation="eager" has them.
# Expected: the weights, or an error.
#
# Seen:
#   sdpa   attentions 0 layers
#   eager  attentions 2 layers, each (1, 2, 3, 3)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check transformers==5.24.0 torch==2.13.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import torch
from transformers import BertConfig, BertModel

sizes = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 8, "vocab_size": 9}
tokens = torch.tensor([[1, 2, 3]])
found = {}
for wanted in (None, "eager"):
    model = BertModel(BertConfig(**sizes, attn_implementation=wanted)).eval()
    weights = model(tokens, output_attentions=True).attentions
    name = model.config._attn_implementation
    found[name] = [tuple(each.shape) for each in weights]
    print(f"{name:6} attentions {len(weights)} layers" + (f", each {found[name][0]}" if weights else ""))
assert found == {"sdpa": [], "eager": [(1, 2, 3, 3)] * 2}, "the default answers otherwise now"
PY

#!/usr/bin/env bash
# transformers 5.24.0: where tokens are equally likely, `top_k` keeps more than k, and `top_p` keeps the last of them,
# while greedy decoding takes the first.
#
# Ties are no rarity in 16 bits, where whole groups of tokens round to one logit. TopKLogitsWarper(1), which reads like
# greedy decoding, lets all of the best ones through; TopPLogitsWarper with a small p keeps one, and never the one that
# argmax gives. So three ways to say "the most likely token" give three answers. Expected: exactly k, the lowest index.
#
# Seen, four tokens of probability 1/4:
#   argmax 0   top_k=1 keeps [0, 1, 2, 3]   top_p=0.25 keeps [3]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check transformers==5.24.0 torch==2.13.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import torch
from transformers import TopKLogitsWarper, TopPLogitsWarper

logits = torch.full((1, 4), 0.25).log()


def kept(warper):
    return warper(None, logits.clone())[0].isfinite().nonzero().flatten().tolist()


first, k, p = logits.argmax().item(), kept(TopKLogitsWarper(1)), kept(TopPLogitsWarper(0.25))
print(f"argmax {first}   top_k=1 keeps {k}   top_p=0.25 keeps {p}")
assert (first, k, p) == (0, [0, 1, 2, 3], [3]), "ties are decided otherwise now"
PY

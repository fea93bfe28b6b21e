#!/usr/bin/env bash
# tokenizers 0.23.3: a Unigram model's `tokens` and `ids` name different things for what it does not know.
#
# `encode` gives the id of <unk>, and beside it, in `tokens`, the characters themselves. A label drawn from `tokens` (under
# a picture of attention, say) so shows a word that the model never saw; BPE, WordLevel and WordPiece put <unk> there.
# Expected: tokens[i] == id_to_token(ids[i]), which is what the labels of every other model are.
#
# Seen:
#   Unigram   tokens ['b', 'a']      ids [0, 1]   names ['<unk>', 'a']
#   WordLevel tokens ['<unk>']       ids [0]      names ['<unk>']
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tokenizers==0.23.3
cd "$folder"
venv/bin/python - <<'PY'
from tokenizers import Tokenizer, models


def look(name, model, text):
    tokenizer = Tokenizer(model)
    found = tokenizer.encode(text)
    names = [tokenizer.id_to_token(i) for i in found.ids]
    print(f"{name:9} tokens {found.tokens!s:16} ids {found.ids!s:8} names {names}")
    return found.tokens, names


tokens, names = look("Unigram", models.Unigram([("<unk>", 0.0), ("a", -1.0)], unk_id=0, byte_fallback=False), "ba")
assert tokens == ["b", "a"] and names == ["<unk>", "a"], "tokens and ids agree now"
tokens, names = look("WordLevel", models.WordLevel({"<unk>": 0, "a": 1}, unk_token="<unk>"), "b")
assert tokens == names == ["<unk>"]
PY

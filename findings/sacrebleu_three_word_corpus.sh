#!/usr/bin/env bash
# sacrebleu 2.6.0: a corpus of short sentences, each translated exactly right, has a BLEU of 0.
#
# Three words hold no four in a row, so the fourth precision is 0 of 0. The default smoothing ("exp") is for counts of 0 out
# of some and leaves this alone; `sentence_bleu` of the very same pair is 100, for it shortens the order by itself.
# A course or a test set of short sentences (greetings, commands) is scored 0 without a word; effective_order=True is
# what the corpus needs, and it has another signature. Expected: a warning, or the same answer from both.
#
# Seen:
#   corpus 0.0   sentence 100.0   corpus, effective order 100.0   chrF 100.0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check sacrebleu==2.6.0
cd "$folder"
venv/bin/python - <<'PY'
from sacrebleu import sentence_bleu
from sacrebleu.metrics import BLEU, CHRF

texts = ["I am here", "see you soon", "close the door"]
corpus = BLEU().corpus_score(texts, [texts]).score
alone = sentence_bleu(texts[0], [texts[0]]).score
effective = BLEU(effective_order=True).corpus_score(texts, [texts]).score
characters = CHRF().corpus_score(texts, [texts]).score
print(f"corpus {corpus:.1f}   sentence {alone:.1f}   corpus, effective order {effective:.1f}   chrF {characters:.1f}")
assert corpus == 0.0, "an exact corpus of three-word sentences no longer scores 0"
assert min(alone, effective, characters) > 99.99
PY

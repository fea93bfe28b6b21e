"""TranslationView: what is typed, what is answered, what is refused, and what the picture keeps."""

import json

import numpy as np
import pytest
import torch
from ipywidgets import Widget

from transformer_lab.corpus import load_corpus
from transformer_lab.translation import Translator
from transformer_lab.views import AttentionView, TranslationView

SENTENCE = "the teacher bought three books in the park yesterday"
LONG = "the teacher and the doctor bought three books and two maps in the park yesterday"


@pytest.fixture(scope="module")
def translator():
    return Translator.load()


@pytest.fixture
def view(translator):
    return TranslationView(translator, SENTENCE)


def test_it_shows_the_sentence_its_translation_and_its_attention(view, translator):
    found = translator.translate(SENTENCE)
    assert view.translation == found.text
    assert repr(view).startswith(f"TranslationView(sentence={SENTENCE!r}, translation={found.text!r}, layers=")
    assert found.text in view.alt_text()
    assert view._facts["queries"] == [*found.target_tokens, "<eos>"]
    assert view._facts["keys"] == [*found.source_tokens, "<eos>"]
    weights = translator.trace(SENTENCE).trace.weights_of("decoder.cross_attention")[:, 0]
    torch.testing.assert_close(view.all_weights(), weights, atol=1e-6, rtol=0)
    assert all(view._facts["queryPinyin"][:-1])
    assert view._facts["prompt"]["pinyin"].split() == [p.replace(" ", "") for p in view._facts["queryPinyin"][:-1]]


def test_typing_another_sentence_changes_everything_but_what_the_reader_chose(view, translator):
    view.mode, view.layer, view.head, view.masked_keys = "lines", 1, 2, [0]
    view.sentence = "tom has two dogs"
    fresh = TranslationView(translator, "tom has two dogs")
    assert view.translation == fresh.translation == translator.translate("tom has two dogs").text
    assert torch.equal(view.all_weights(), fresh.all_weights())
    assert (view.mode, view.layer, view.head, view.masked_keys) == ("lines", 1, 2, [])
    assert view.to_png() != TranslationView(translator, SENTENCE).to_png()
    view.reset()
    assert view.sentence == "tom has two dogs"


@pytest.mark.parametrize(
    ("sentence", "problem"), [("", "text is empty"), ("tom " * 70, "70 tokens; this model takes at most 63")]
)
def test_what_cannot_be_read_is_explained_and_changes_nothing(view, sentence, problem):
    before = repr(view)
    view.sentence = sentence
    assert problem in view.problem
    assert repr(view) == before
    view.sentence = "tom has two dogs"
    assert view.problem == ""
    assert repr(view) != before


def test_unknown_and_hostile_words_are_named_and_stay_text(view):
    view.sentence = "<img src=x onerror=alert(1)> has two dogs"
    assert "img" in view._facts["prompt"]["unknown"]
    assert "<img" not in view.to_html()


def test_gold_links_are_outlined_where_corpus_and_model_agree(translator):
    pair = next(p for p in load_corpus("validation") if translator.translate(p.source).target_tokens == p.target)
    view = TranslationView(translator, " ".join(pair.source))
    assert {(s, t) for t, s in view._facts["gold"]} == pair.alignment
    assert not TranslationView(translator, "dogs dogs dogs")._facts["gold"]
    assert not TranslationView(translator, " ".join(pair.source), kind="encoder.self_attention")._facts["gold"]


def test_from_model_labels_the_rows_as_the_translator_does(translator):
    traced = translator.trace(SENTENCE)
    for kind in ("encoder.self_attention", "decoder.self_attention", "decoder.cross_attention"):
        view = AttentionView.from_model(translator, SENTENCE, kind)
        assert (tuple(view._facts["queries"]), tuple(view._facts["keys"])) == traced.tokens_of(kind)


def test_the_first_sentence_must_be_readable(translator):
    with pytest.raises(ValueError, match="text is empty"):
        TranslationView(translator, " ")


def test_words_from_right_to_left_are_kept_to_themselves_in_what_is_said():
    weights = torch.eye(2)[None, None]
    view = AttentionView(weights, queries=["شاي", "خبز"], keys=["خبز", "tea"])
    assert "\u2068شاي\u2069 → \u2068خبز\u2069 1.00, \u2068خبز\u2069 → tea 1.00" in view.alt_text()
    assert view._facts["queries"] == ["شاي", "خبز"]


def test_a_typed_sentence_costs_one_encoding_one_recorded_pass_and_one_short_message(translator, monkeypatch):
    view = TranslationView(translator, SENTENCE)
    passes, sent, opened = [], [], []
    size = lambda message, buffers=(): len(json.dumps(message)) + sum(len(bytes(each)) for each in buffers)  # noqa: E731
    monkeypatch.setattr(Widget, "_send", lambda self, message, buffers=(): sent.append(size(message, buffers)))
    monkeypatch.setattr(Widget, "open", lambda self: opened.append(self))
    for name in ("encode", "decode"):
        run = getattr(translator.model, name)
        # A pass that reads more than one word is the recorded one; greedy search reads one word at a time.
        counted = lambda x, *a, _n=name, _r=run: passes.append((_n, x.shape[1])) or _r(x, *a)  # noqa: E731
        monkeypatch.setattr(translator.model, name, counted)
    view.sentence = LONG
    words = len(view._facts["queries"])
    assert [each for each in passes if each[0] == "encode"] == [("encode", 16)]
    assert [each for each in passes if each[0] == "decode" and each[1] > 1] == [("decode", words)]
    assert opened == []
    # The sentence, as Python typed it, and one answer.
    assert len(sent) == 2
    assert 1000 < sum(sent) <= 20 * 1024


def test_a_typed_sentence_brings_the_vectors_of_one_head_and_another_head_those_of_all(translator):
    view, whole = TranslationView(translator, SENTENCE, head=2), TranslationView(translator, LONG)
    view.sentence = LONG
    assert view._tensors["only"]["data"] == np.float32([0, 2]).tobytes()
    assert view._tensors["query"]["shape"][:2] == [1, 1]
    data = view._data
    dots, one = unpacked(view._tensors["dots"]), unpacked(view._tensors["value"])
    assert torch.allclose(dots, (data.query @ data.key.transpose(-1, -2)), atol=1e-5)
    assert torch.equal(one[0, 0], data.value[0, 2])
    view.head = 3
    assert view._tensors == whole._tensors
    assert torch.equal(view.weights(), whole.all_weights()[0, 3])


@pytest.mark.parametrize("leave", [TranslationView.to_html, TranslationView._repr_mimebundle_])
def test_what_stands_without_python_has_every_head(translator, leave):
    view, whole = TranslationView(translator, SENTENCE), TranslationView(translator, LONG)
    view.sentence = LONG
    copy = AttentionView([[1.0]], ["a"])
    copy.replace(view)
    leave(view)
    assert view._tensors == whole._tensors == copy._tensors


def unpacked(entry):
    return torch.from_numpy(np.frombuffer(entry["data"], "<f4").reshape(entry["shape"]).copy())


def test_a_shorter_sentence_begins_at_its_first_word(translator):
    view = TranslationView(translator, SENTENCE, mode="cell", theme="dark")
    view.query, view.key, view.temperature = 9, 9, 2.0
    view.sentence = "tom runs"
    assert (view.query, view.key, view.temperature, view.mode, view.theme) == (0, 0, 1.0, "cell", "dark")
    view.reset()
    assert (view.query, view.mode) == (0, "cell")

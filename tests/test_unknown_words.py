"""Words that a model does not have, signs that are not what they seem, other languages: a line out for a line in."""

import io
import json
import subprocess
import sys

import pytest
import torch

from transformer_lab.__main__ import main
from transformer_lab.config import TransformerConfig
from transformer_lab.corpus import load_corpus, load_pairs
from transformer_lab.models import Transformer
from transformer_lab.translation import Translator
from transformer_lab.translator_training import TrainingOptions, train_translator
from transformer_lab.views import AttentionView, TranslationView
from transformer_lab.vocabulary import EOS, PAD, SPECIALS, UNK, Batches, Vocabulary, check_lengths
from transformer_lab.writing import SPACED, UNSPACED

SENTENCE = "the teacher is reading a book"


@pytest.fixture(scope="module")
def shipped():
    return Translator.load()


@pytest.fixture
def writes_unk():
    """Whatever it reads, it writes ``<unk>`` above all, as a model with many rare words does."""
    torch.manual_seed(0)
    sizes = {"d_model": 8, "num_heads": 2, "num_layers": 1, "d_ff": 8, "max_length": 8}
    model = Transformer(TransformerConfig(vocab_size=6, target_vocab_size=6, tie_embeddings=False, **sizes)).eval()
    with torch.no_grad():
        model.output.weight.zero_()
        model.decoder.norm.weight.zero_()
        model.decoder.norm.bias.fill_(1.0)
        model.output.weight[UNK], model.output.weight[EOS] = 1.0, 0.5
    return Translator(model, Vocabulary([*SPECIALS, "i", "run"]), Vocabulary([*SPECIALS, "我", "跑"]))


def run(monkeypatch, capsys, given, *arguments):
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    status = main(["translate", *arguments])
    return status, *capsys.readouterr()


@pytest.mark.parametrize("options", [[], ["--beam", "2"], ["--tokens"]])
def test_attention_is_shown_for_every_line_whatever_comes_in(monkeypatch, capsys, tmp_path, writes_unk, options):
    writes_unk.save(tmp_path)
    given = "i run\n\n<unk> <bos>\nrun run run run run run run run run\nrun\n"
    arguments = ("--checkpoint", str(tmp_path), "--show-attention", *options)
    status, out, err = run(monkeypatch, capsys, given, *arguments)
    assert status == 1
    lines = [line for line in out.splitlines() if not line.startswith("  ")]
    assert len(lines) == 5
    assert [bool(line) for line in lines] == [True, False, True, False, True]
    assert out.count("←") == sum(
        len(writes_unk.translate(text).target_tokens) + 1 for text in ("i run", "< unk >", "run")
    )
    for wanted in (
        "line 1: the model wrote <unk>",
        "line 2: text is empty",
        "line 3: not in the vocabulary, read as <unk>: <, unk, >, bos",
        "line 4: text has 9 tokens; this model takes at most 7",
        "line 5: the model wrote <unk>",
    ):
        assert wanted in err
    assert "'<unk>'" not in err


def test_a_translation_with_unk_is_traced_and_shown(writes_unk):
    found = writes_unk.translate("i run")
    assert "<unk>" in found.target_tokens
    for traced in (writes_unk.trace("i run"), writes_unk.trace(found.source_tokens, found.target_tokens)):
        assert traced.target_tokens == (*found.target_tokens, "<eos>")
    view = TranslationView(writes_unk, "i run")
    assert view.translation == found.text
    assert AttentionView.from_model(writes_unk, "i run")._facts["queries"] == [*found.target_tokens, "<eos>"]


@pytest.mark.parametrize("word", ["<pad>", "<bos>", "<eos>", "zyzzyva"])
def test_other_words_that_a_model_does_not_have_are_refused(writes_unk, word):
    with pytest.raises(ValueError, match=f"target_tokens: not in the vocabulary: '{word}'"):
        writes_unk.trace("i run", ["我", word])


@pytest.mark.parametrize("word", [*SPECIALS, "[PAD]", "[SEP]"])
def test_special_tokens_that_are_typed_are_words(shipped, word):
    typed, given = shipped.translate(f"tom likes {word}"), shipped.translate(["tom", "likes", word])
    assert given.unknown == (word,)
    assert set(typed.unknown) >= {"[", "]"} or set(typed.unknown) >= {"<", ">"}
    ids = shipped.source_vocabulary.encode(given.source_tokens)
    assert PAD not in ids
    assert EOS not in ids


@pytest.mark.parametrize(
    "written",
    [
        "\ufeffshe doesn't like tea",
        "she doesn`t like tea",
        "she doesn´t like tea",
        "she does\u00adn’t like tea\u200b",
        "ｓｈｅ　ｄｏｅｓｎ＇ｔ like\u00a0tea",
        "she does n't like tea",
        "she doesn &apos;t like tea .",
        "SHE DOESNʼT LIKE TEA.",
    ],
)
def test_signs_that_look_alike_mean_the_same(shipped, written):
    assert shipped.translate(written) == shipped.translate("she doesn't like tea")


@pytest.mark.parametrize("start", ["\ufeff", "", "\r"])
def test_a_byte_order_mark_on_standard_input_changes_nothing(monkeypatch, capsys, shipped, start):
    status, out, err = run(monkeypatch, capsys, f"{start}{SENTENCE}\r\n")
    assert (status, out, err) == (0, shipped.translate(SENTENCE).text + "\n", "")


def test_bytes_that_are_not_utf_8_cost_their_own_line_alone(shipped):
    given = SENTENCE.encode() + b"\ncaf\xe9\n" + b"tom\0" + b"\n" + SENTENCE.encode()
    done = subprocess.run(
        [sys.executable, "-m", "transformer_lab", "translate"], input=given, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        shipped.translate(SENTENCE).text,
        "",
        "",
        shipped.translate(SENTENCE).text,
    ]
    assert "line 2: text: the byte 0xe9 at position 3 is not UTF-8" in done.stderr.decode()
    assert "line 3: text: a zero byte" in done.stderr.decode()


GERMAN = [
    ("I am tired.", "Ich bin müde."), ("You are tired.", "Du bist müde."), ("I am glad.", "Ich bin froh, ja."),
    ("You are glad.", "Du bist froh, ja."), ("I am here.", "Ich bin hier."), ("You are here.", "Du bist hier."),
]  # fmt: skip
ARABIC = [("i like tea", "أنا أحب الشاي"), ("i like bread", "أنا أحب الخبز"), ("i like milk", "أنا أحب الحليب")]
CHINESE = [("i like tea", "我喜欢茶"), ("i like bread", "我喜欢面包"), ("i like milk", "我喜欢牛奶")]


@pytest.mark.parametrize(
    ("rows", "source", "target", "wanted"),
    [
        (GERMAN, SPACED, SPACED, [german for _, german in GERMAN]),
        (ARABIC, SPACED, SPACED, [arabic for _, arabic in ARABIC]),
        (CHINESE, SPACED, UNSPACED, [chinese for _, chinese in CHINESE]),
        ([(b, a) for a, b in CHINESE], UNSPACED, SPACED, [english for english, _ in CHINESE]),
    ],
)
@pytest.mark.filterwarnings("ignore::transformer_lab.corpus.CorpusWarning")
def test_a_language_keeps_its_blanks_from_file_to_translation(tmp_path, rows, source, target, wanted):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8")
    pairs = load_pairs(path)
    options = TrainingOptions(epochs=60, batch_size=8, learning_rate=1e-2, warmup_steps=5, label_smoothing=0.0)
    sizes = {"d_model": 32, "num_heads": 2, "num_layers": 1, "d_ff": 64, "dropout": 0.0, "max_length": 16}
    train_translator(pairs, pairs, tmp_path / "out", options=options, sizes=sizes, progress=False)
    stored = json.loads((tmp_path / "out" / "model.json").read_text(encoding="utf-8"))
    assert (stored["source_writing"], stored["target_writing"]) == (source, target)
    again = Translator.load(tmp_path / "out")
    assert (again.source_writing, again.target_writing) == (source, target)
    assert [again.translate(row[0]).text for row in rows] == wanted


def test_a_checkpoint_that_says_nothing_is_from_english_to_chinese(shipped, tmp_path):
    shipped.save(tmp_path)
    content = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    # As checkpoints were before other languages were read.
    content = {name: value for name, value in content.items() if name not in ("source_writing", "target_writing")}
    (tmp_path / "model.json").write_text(json.dumps(content), encoding="utf-8")
    old = Translator.load(tmp_path)
    assert (old.source_writing, old.target_writing) == (SPACED, UNSPACED)
    assert old.translate(SENTENCE) == shipped.translate(SENTENCE)
    (tmp_path / "model.json").write_text(json.dumps(content | {"target_writing": "latin"}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"not a translator .*spaced, unspaced, got 'latin'"):
        Translator.load(tmp_path)


def long_file(folder):
    lines = [f"word{i} runs.\t我跑{i}。" for i in range(300)]
    for i in (100, 249, 250):
        lines[i] = " ".join(["long"] * (i // 3)) + "\t长。"
    path = folder / "pairs.tsv"
    path.write_text("\n\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.filterwarnings("ignore::transformer_lab.corpus.CorpusWarning")
def test_sentences_that_are_too_long_are_all_named_with_their_lines(tmp_path):
    path = long_file(tmp_path)
    pairs, vocabulary = load_pairs(path), Vocabulary(list(SPECIALS))
    check_lengths(pairs, 83)
    with pytest.raises(ValueError, match="lines 201, 499, 501") as error:
        Batches(pairs, vocabulary, vocabulary, 8, max_length=32)
    assert str(error.value) == (
        f"{path}, lines 201, 499, 501 (long long long long long long long long …): more than 32 tokens on one side, "
        "up to 83, and the model takes 32: shorten them or raise max_length (--max-length) to 84 at least"
    )
    with pytest.raises(ValueError, match="pairs, number 2 "):
        check_lengths([*load_corpus("test")[:1], type(pairs[0])(("a",) * 9, ("b",))], 8)


def test_the_command_line_tells_what_was_not_read_and_which_lines_are_too_long(capsys, tmp_path):
    path = long_file(tmp_path)
    assert main(["train", "--pairs", str(path), "--out", str(tmp_path / "out")]) == 1
    _, err = capsys.readouterr()
    assert f"transformer_lab: {path}, lines 2, 4, 6," in err
    assert "blank, not read" in err
    assert f"transformer_lab: {path}, lines 499, 501 (long" in err
    assert not (tmp_path / "out").exists()

"""DecodingTreeView without a browser: numbers against decoding and brute force, walking, limits, errors, pictures."""

import json
import math

import pytest
import torch
from decoding_tree_samples import (
    BOS,
    EOS,
    GREEDY_PATH,
    HOSTILE,
    SENTENCE,
    WORDS,
    Bigram,
    toy_view,
    translator_view,
    uniform_view,
)
from test_base import Tags

from transformer_lab.decoding import NextToken, beam_search, greedy
from transformer_lab.translation import Translator
from transformer_lab.views import DecodingTreeView
from transformer_lab.vocabulary import EOS as END


@pytest.fixture(scope="module")
def translator():
    return Translator.load()


def brute(model, ids, temperature=1.0):
    """ln p of each new token of a sequence, one forward pass at a time."""
    prefix, found = [BOS], []
    for token in ids:
        found.append(float((model(torch.tensor([prefix]))[0].double() / temperature).log_softmax(-1)[token]))
        prefix.append(token)
    return found


# Numbers
@pytest.mark.parametrize("temperature", [1.0, 0.2, 0.7, 3.0])
def test_every_node_has_the_models_probability(temperature):
    view, model = toy_view(temperature=temperature), Bigram()
    tree = view._tree
    log_p, others = tree.at_temperature(temperature)
    for node in range(1, len(tree)):
        assert log_p[node] == pytest.approx(brute(model, tree.ids(node), temperature)[-1], abs=1e-12)
        view.path = tree.ids(node)
        assert view.probability() == pytest.approx(math.exp(sum(brute(model, view.path, temperature))), rel=1e-12)
        assert view.log_probability() == pytest.approx(sum(brute(model, view.path, temperature)), abs=1e-12)
    for node, mass in others.items():
        shown = sum(math.exp(log_p[child]) for child in tree.children[node])
        assert mass == pytest.approx(1 - shown, abs=1e-12)
        assert tree.others[node][0] == 7 - len(tree.children[node]), "the impossible start token is no choice"


def test_children_are_the_most_probable_tokens_in_order():
    tree = toy_view(paths={})._tree
    for node, children in enumerate(tree.children):
        if children:
            row = Bigram()(torch.tensor([[BOS, *tree.ids(node)]]))[0]
            assert [tree.tokens[c] for c in children] == row.topk(3).indices.tolist()


def test_what_went_elsewhere_adds_up():
    view = toy_view().walk(GREEDY_PATH)
    steps = view.steps()
    assert [text for text, _, _ in steps] == ["the", "cat", "<eos>"]
    assert [math.log(p) for _, p, _ in steps] == pytest.approx(brute(Bigram(), GREEDY_PATH), abs=1e-12)
    assert sum(elsewhere for _, _, elsewhere in steps) + view.probability() == pytest.approx(1, abs=1e-12)


def test_siblings_and_following_are_distributions():
    view = toy_view()
    assert view.siblings() == view.following()
    view.walk(["the", "cat"])
    expected = Bigram()(torch.tensor([[2]]))[0].softmax(-1)
    siblings = view.siblings()
    assert siblings["cat"] == pytest.approx(float(expected[3]), abs=1e-6)
    assert [*siblings][-1].endswith("others")
    assert sum(siblings.values()) == pytest.approx(1, abs=1e-12)
    assert sum(view.following().values()) == pytest.approx(1, abs=1e-12)
    assert view.walk("greedy").following() == {}


def test_the_translators_paths_are_those_of_decoding(translator):
    view = DecodingTreeView.from_translator(translator, SENTENCE, num_beams=3, alpha=0.6)
    how = {"eos_id": END, "max_new_tokens": translator.model.config.max_length - 1}
    start = torch.tensor([[2]])
    row = greedy(translator.next_token([SENTENCE]), start, **how)[0, 1:].tolist()
    beams = beam_search(translator.next_token([SENTENCE]), start, num_beams=3, alpha=0.6, **how)
    assert view.paths == {"greedy": row, **{f"beam {i}": list(b.tokens) for i, b in enumerate(beams, 1)}}
    for i, beam in enumerate(beams, 1):
        assert view.walk(f"beam {i}").log_probability() == pytest.approx(beam.log_probability, abs=1e-4)
    assert view.walk("greedy").log_probability() == pytest.approx(
        translator.translate(SENTENCE).log_probability, abs=1e-4
    )
    assert "".join(view.tokens[:-1]) == translator.translate(SENTENCE).text
    assert view.has_temperature
    assert view._note[translator.target_vocabulary.encode(["书"])[0]].startswith("shū ")


def test_unknown_words_are_said(translator):
    assert "read as <unk>: zyzzyva" in DecodingTreeView.from_translator(translator, "the zyzzyva sleeps").alt_text()


# Size
def test_paths_are_whole_however_deep_and_improbable():
    view = toy_view(depth=1, min_probability=1.0)
    for name, ids in view.paths.items():
        assert view.walk(name).path == ids
    assert len(view.paths["<b>odd</b>"]) > 1


def test_threshold_depth_and_limit_are_kept_and_said():
    tree = uniform_view(depth=3, width=2, min_probability=0.02)._tree
    assert max(len(tree.ids(n)) for n in range(len(tree))) == 2, "1/64 is below 0.02: nodes of depth 2 are not expanded"
    assert tree.why.count("small") == 1, "the other one ends"
    assert uniform_view(depth=2, width=2, min_probability=1e-6)._tree.why.count("depth") == 1
    full = uniform_view(depth=9, width=7, min_probability=1e-9, max_nodes=100)
    assert len(full._tree) <= 100
    assert full._tree.why.count("limit") > 0
    assert len(uniform_view(64, depth=60, width=12, min_probability=1e-12)._tree) <= 400
    assert len(json.dumps(uniform_view(64, depth=60, width=12, min_probability=1e-12)._facts)) < 64 * 1024


def test_the_most_probable_nodes_are_expanded_first():
    view = toy_view(paths={}, depth=9, min_probability=1e-9, max_nodes=40)
    total = view._tree.totals(view._tree.log_p)
    expanded = [total[n] for n in view._tree.logits]
    assert min(expanded) >= max(total[n] for n, why in enumerate(view._tree.why) if why == "limit")


def test_temperature_is_left_out_where_the_logits_do_not_fit():
    view = uniform_view(5000, depth=3, width=12, min_probability=1e-9)
    assert not view.has_temperature
    assert view._tensors == {}
    with pytest.raises(ValueError, match=r"temperature must stay 1: the logits of 3\d nodes are too large"):
        view.temperature = 2.0


# Walking
def test_walk_takes_ids_texts_and_names():
    view = toy_view()
    assert view.walk([2, 3]).path == view.walk(["the", "cat"]).path == view.walk(["the", 3]).path == [2, 3]
    assert view.walk("greedy").tokens == ["the", "cat", "<eos>"]
    view.path = [2]
    assert view.state() == {"path": [2], "temperature": 1.0}
    view.reset()
    assert view.path == []
    with pytest.raises(ValueError, match="path: 'dog' is not in the tree after the cat; it has '<eos>'"):
        view.walk(["the", "cat", "dog"])
    with pytest.raises(ValueError, match="path: 'the' is not in the tree after the cat <eos>"):
        view.path = [2, 3, 1, 2]
    with pytest.raises(ValueError, match="'beam' is not a named one; these are: greedy"):
        view.walk("beam")
    assert view.path == []


def test_texts_that_are_spelt_alike_are_told_apart():
    view = DecodingTreeView(Bigram(), ["a", "b", "same", "same", *"cdef"], prefix=[0], eos_id=1, depth=2)
    assert view.walk(["same #2", "same #3"]).path == [2, 3]

    class Words:
        def __len__(self):
            return len(WORDS)

        def decode(self, ids):
            return [WORDS[i] for i in ids]

    assert DecodingTreeView(Bigram(), Words(), prefix=[0], eos_id=1).walk(["the", "cat"]).path == [2, 3]


# Errors
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"depth": 0}, "depth must be a whole number from 1 to 64, got 0"),
        ({"width": 2.0}, "width must be a whole number from 1 to 12"),
        ({"max_nodes": 401}, "max_nodes must be a whole number from 2 to 400"),
        ({"min_probability": 0}, r"min_probability must be in \(0, 1\], got 0"),
        ({"prefix": []}, "prefix must hold at least one token"),
        ({"prefix": [8]}, "prefix: 8 is not a token id; this vocabulary has 0 to 7"),
        ({"eos_id": -1}, "eos_id: -1 is not a token id"),
        ({"paths": {"mine": []}}, r"paths\['mine'\] is empty"),
        ({"paths": {"mine": [2, 1, 0]}}, r"paths\['mine'\] goes on after eos_id=1: cut the padding off"),
        ({"paths": {"mine": [2, 0]}}, r"paths: token 0 has probability 0 after \[2\]"),
        ({"paths": {"mine": [2, 9]}}, r"paths\['mine'\]: 9 is not a token id"),
        ({"paths": {str(i): [2] for i in range(7)}}, "paths: at most 6 can be told apart, got 7"),
        ({"paths": {"long": [2] * 9}, "max_nodes": 20}, "paths need 36 nodes .* more than max_nodes=20: give fewer"),
        ({"temperature": 0.1}, "temperature must be from 0.2 to 3.0, got 0.1"),
        ({"path": [7, 7, 7]}, "path: .* is not in the tree after"),
    ],
)
def test_wrong_values_are_named(options, says):
    with pytest.raises(ValueError, match=says):
        DecodingTreeView(Bigram(), WORDS, **({"prefix": [BOS], "eos_id": EOS, "width": 3} | options))


def test_wrong_models_and_types_are_named(translator):
    start = {"prefix": [BOS], "eos_id": EOS}
    with pytest.raises(ValueError, match=r"next_token must return logits \[batch, vocab\] = \(1, 8\), got \(1, 5\)"):
        DecodingTreeView(lambda tokens: torch.zeros(1, 5), WORDS, **start)
    with pytest.raises(ValueError, match=r"next_token must return numbers .* it does not after \[0\]"):
        DecodingTreeView(lambda tokens: torch.full((1, 8), math.nan), WORDS, **start)
    with pytest.raises(ValueError, match=r"next_token must be made with use_cache=False"):
        DecodingTreeView(NextToken(translator.model, torch.tensor([[3]])), WORDS, **start)
    with pytest.raises(TypeError, match=r"paths\['mine'\] must hold token ids"):
        DecodingTreeView(Bigram(), WORDS, **start, paths={"mine": ["cat"]})
    with pytest.raises(TypeError, match="vocabulary must hold strings, got a int"):
        DecodingTreeView(Bigram(), list(range(8)), **start)
    with pytest.raises(TypeError, match="has no argument 'heat'; states: path, temperature, theme"):
        toy_view(heat=2.0)
    with pytest.raises(ValueError, match="num_beams must be from 1 to 5, got 6"):
        DecodingTreeView.from_translator(translator, "she sleeps", num_beams=6)


# Words and pictures
def test_repr_and_alt_text_say_what_is_seen():
    view = toy_view().walk("greedy")
    start = (
        f"DecodingTreeView(nodes={len(view._tree) - 1}, paths=['greedy', '<b>odd</b>'], path=['the', 'cat', '<eos>']"
    )
    assert repr(view) == f"{start})"
    view.temperature = 2.0
    assert repr(view) == f"{start}, temperature=2.0)"
    assert view.alt_text().startswith(
        f"Toy tree. Walked: the cat <eos>, probability {view.probability():.3f}. Its last"
    )
    assert view.reset() is None
    assert f"{len(view._tree) - 1} nodes. First step: the 0." in view.alt_text()


def test_pictures_and_pages_are_deterministic_and_hostile_words_stay_text():
    first, second = toy_view(path=[2]), toy_view(path=[2])
    assert first.to_png() == second.to_png()
    assert first.to_html() == second.to_html()
    svg = first.to_svg()
    assert svg == second.to_svg()
    assert "<img" not in svg
    parsed = Tags()
    parsed.feed(first.to_html())
    assert "img" not in parsed.tags
    assert len(parsed.scripts) == 2
    assert HOSTILE in json.dumps(json.loads(parsed.scripts[0])["_facts"])


@pytest.mark.parametrize("walk", [None, "greedy", "beam 3"])
def test_the_translators_picture_has_room(walk):
    view = translator_view()
    picture = (view.walk(walk) if walk else view).figure()
    assert picture.get_size_inches()[0] <= 13.2
    assert len(view.to_png(dpi=80)) < 60_000
    assert len(view.to_html()) < 200_000


def test_the_picture_shows_the_end_of_a_long_walk_and_names_the_paths_that_ended_before():
    paths = {"long": [2, 3, 2, 3, 2, 3, 2, 3], "short": [4], "other": [3, 1]}
    figure = toy_view(paths=paths, min_probability=1.0).walk("long").figure()
    axes = figure.axes[0]
    assert axes.get_title(loc="left").endswith("nodes, from token 4)")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(paths)
    assert [len(line.get_xdata()) > 0 for line in axes.lines] == [True, False, False]

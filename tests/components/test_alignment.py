import pytest
import torch

from transformer_lab.alignment import (
    AlignmentScore,
    alignment_error_rate,
    alignment_from_weights,
    score_alignment,
)

WEIGHTS = torch.tensor([[0.1, 0.6, 0.3], [0.5, 0.5, 0.0], [0.4, 0.2, 0.4]])  # [target, source]


def test_every_target_token_links_to_its_heaviest_source_token():
    assert alignment_from_weights(WEIGHTS) == {(1, 0), (0, 1), (0, 2)}


@pytest.mark.parametrize(
    ("threshold", "links"),
    [
        (0.6, {(1, 0)}),
        (0.5, {(1, 0), (0, 1), (1, 1)}),
        (0.4, {(1, 0), (0, 1), (1, 1), (0, 2), (2, 2)}),
        (1.0, set()),
    ],
)
def test_a_threshold_links_all_that_reach_it(threshold, links):
    assert alignment_from_weights(WEIGHTS, threshold) == links


@pytest.mark.parametrize("threshold", [0.0, -0.1, 1.5])
def test_bad_thresholds_are_named(threshold):
    with pytest.raises(ValueError, match=rf"threshold must be in \(0, 1\], got {threshold}"):
        alignment_from_weights(WEIGHTS, threshold)


def test_no_target_token_no_link():
    assert alignment_from_weights(torch.zeros(0, 3)) == frozenset()
    assert alignment_from_weights(torch.zeros(2, 0), 0.5) == frozenset()


@pytest.mark.parametrize(
    ("predicted", "gold", "rates"),
    [
        ([(0, 0), (1, 1), (2, 2)], [(0, 0), (2, 1), (1, 2), (3, 3)], (1 / 3, 1 / 4, 1 - 2 / 7)),
        ([(0, 0)], [(0, 0)], (1, 1, 0)),
        ([(0, 1)], [(1, 0)], (0, 0, 1)),
        ([], [(0, 0)], (1, 0, 1)),
        ([(0, 0)], [], (0, 1, 1)),
        ([], [], (1, 1, 0)),
        ([(0, 0), (0, 0)], [(0, 0)], (1, 1, 0)),  # a link is there or not
    ],
)
def test_scores_by_hand(predicted, gold, rates):
    score = score_alignment(predicted, gold)
    assert (score.precision, score.recall, score.error_rate) == pytest.approx(rates)
    swapped = score_alignment(gold, predicted)
    assert (swapped.precision, swapped.recall) == (score.recall, score.precision)
    assert alignment_error_rate(gold, predicted) == alignment_error_rate(predicted, gold) == score.error_rate


def test_sentences_are_scored_by_adding_counts():
    total = sum(
        (score_alignment([(0, 0)], [(0, 0)]), score_alignment([(0, 0), (1, 1)], [(0, 1)])),
        start=AlignmentScore(0, 0, 0),
    )
    assert total == AlignmentScore(predicted=3, gold=2, correct=1)
    assert total.error_rate == pytest.approx(1 - 2 / 5)


@pytest.mark.parametrize(
    ("predicted", "sure", "possible", "rates"),
    [
        # AER = 1 − (|A ∩ S| + |A ∩ P|) / (|A| + |S|), where P holds S too
        ([(0, 0), (1, 1)], [(0, 0)], [(1, 1)], (1, 1, 1 - (1 + 2) / (2 + 1))),
        ([(0, 0)], [(0, 0)], [(1, 1)], (1, 1, 0)),  # a possible link need not be found
        ([(0, 0), (2, 2)], [(0, 0), (3, 3)], [(1, 1)], (1 / 2, 1 / 2, 1 - (1 + 1) / (2 + 2))),
        ([(0, 0)], [(0, 0)], [(0, 0)], (1, 1, 0)),  # sure and possible: sure
    ],
)
def test_possible_links_are_neither_asked_for_nor_mistakes(predicted, sure, possible, rates):
    score = score_alignment(predicted, sure, possible)
    assert (score.precision, score.recall, score.error_rate) == pytest.approx(rates)
    assert (score + score).error_rate == pytest.approx(score.error_rate)

"""The exercise *What counts*: the targets of a language model that is trained on answers, not on questions."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise

IGNORED = -100
Counts = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


def _right(place: Tensor, prompt: Tensor, real: Tensor, next_real: Tensor) -> Tensor:
    return (place + 1 >= prompt) & next_real


def _targets(counts: Counts = _right, ahead: int = 1, ignored: int = IGNORED, last: int = IGNORED):
    """Targets ``ahead`` places on, where ``counts(place, prompt, real, next_real)``; right by default."""

    def targets(tokens: Tensor, prompt_lengths: Tensor, pad_id: int) -> Tensor:
        length = tokens.shape[1]
        nothing = torch.full_like(tokens[:, :1], pad_id)
        following = torch.cat([tokens[:, 1:], nothing], dim=1)
        shown = {0: tokens, 1: following, -1: torch.cat([nothing, tokens[:, :-1]], dim=1)}[ahead]
        place = torch.arange(length).expand(tokens.shape)
        which = counts(place, prompt_lengths[:, None], tokens != pad_id, following != pad_id)
        out = torch.where(which, shown, ignored)
        out[:, -1] = last if ahead == 1 else out[:, -1]
        return out

    return targets


def _case(label: str, tokens: list[list[int]], prompt_lengths: list[int], pad_id: int = 0) -> Case:
    return Case(label, (torch.tensor(tokens), torch.tensor(prompt_lengths), pad_id))


LOSS_TARGETS = Exercise(
    name="loss_targets",
    notebook="18_sequence_masking",
    title="What counts",
    difficulty=2,
    reference=_targets(),
    cases=lambda: [
        _case("a prompt of 3, an answer of 3, padding", [[5, 6, 7, 8, 9, 2, 0, 0]], [3]),
        _case("3 sentences", [[5, 6, 7, 8, 9, 2], [4, 6, 8, 2, 0, 0], [7, 5, 9, 4, 2, 0]], [2, 1, 3]),
        _case("an answer of one token, no padding", [[5, 6, 7, 2], [8, 5, 4, 2]], [3, 1]),
        _case("no answer: a prompt that fills the row", [[5, 6, 7, 8], [5, 6, 2, 0]], [4, 1]),
        _case("pad_id 3", [[5, 0, 7, 8, 0, 3, 3], [4, 8, 0, 9, 6, 2, 3]], [2, 4], 3),
        _case("as many sentences as tokens", [[5, 6, 2], [5, 2, 0], [7, 8, 9]], [1, 1, 2]),
    ],
    praise="Right: from the last token of the prompt on, each place predicts what follows, until nothing follows.",
    mistakes=[],
)

MISTAKES = {
    "not shifted": (
        "Each place is to predict the token that stands there, which it can see: its target is the *next* token.",
        _targets(lambda place, prompt, real, next_real: (place >= prompt) & real, ahead=0),
    ),
    "the first word of the answer lost": (
        "The first token of the answer is asked of nobody: the *last place of the prompt* predicts it. The prompt "
        "is left out by the place of the target, not by that of the input.",
        _targets(lambda place, prompt, real, next_real: (place >= prompt) & next_real),
    ),
    "the last word of the prompt": (
        "The last token of the prompt is asked for too: the answer begins at prompt_lengths.",
        _targets(lambda place, prompt, real, next_real: (place + 2 >= prompt) & next_real),
    ),
    "prompts counted": (
        "The prompt is to be predicted as well: −100 where the next token still belongs to it.",
        _targets(lambda place, prompt, real, next_real: next_real),
    ),
    "answers left out": (
        "The prompt is asked for and the answer is not: it is the other way round.",
        _targets(lambda place, prompt, real, next_real: (place + 1 < prompt) & next_real),
    ),
    "padding counted": (
        "Padding is to be predicted: −100 where the next token is pad_id.",
        _targets(lambda place, prompt, real, next_real: place + 1 >= prompt),
    ),
    "the first padding counted": (
        "The last word is to predict the padding behind it: ask whether the *target* is padding, not the input.",
        _targets(lambda place, prompt, real, next_real: (place + 1 >= prompt) & real),
    ),
    "both by the input": (
        "Prompt and padding are left out by the place of the *input*: the first token of the answer is lost, and the "
        "first padding is asked for. Ask both of the target.",
        _targets(lambda place, prompt, real, next_real: (place >= prompt) & real),
    ),
    "shifted the wrong way": (
        "Each place is to predict the token *before* it: the targets are tokens[:, 1:], not tokens[:, :-1].",
        _targets(lambda place, prompt, real, next_real: (place >= prompt) & real, ahead=-1),
    ),
    "pad_id in place of −100": (
        "What does not count is marked with pad_id: −100 is the number that F.cross_entropy leaves out by itself.",
        lambda tokens, prompt_lengths, pad_id: _targets(ignored=pad_id, last=pad_id)(tokens, prompt_lengths, pad_id),
    ),
    "−1 in place of −100": (
        "What does not count is marked with −1: −100 is the number that F.cross_entropy leaves out by itself.",
        _targets(ignored=-1, last=-1),
    ),
    "0 in place of −100": (
        "What does not count is 0, an ordinary token: −100 is the number that F.cross_entropy leaves out by itself.",
        _targets(ignored=0, last=0),
    ),
    "one place too few": (
        "The last place is missing: [batch, length], with −100 where nothing follows.",
        lambda *given: _targets()(*given)[:, :-1],
    ),
    "begun again": (
        "The last place is to predict the *first* token of the row: torch.roll brings it round. Nothing follows there.",
        lambda tokens, prompt_lengths, pad_id: torch.cat(
            [_targets()(tokens, prompt_lengths, pad_id)[:, :-1], tokens[:, :1]], dim=1
        ),
    ),
    "pad_id ignored": (
        "The padding is not always token 0: compare with pad_id.",
        lambda tokens, prompt_lengths, pad_id: _targets()(tokens, prompt_lengths, 0),
    ),
    "one prompt for all": (
        "The first prompt's length is taken for all: each sentence has its own.",
        lambda tokens, prompt_lengths, pad_id: _targets()(tokens, prompt_lengths[:1].expand(len(tokens)), pad_id),
    ),
    "true and false": (
        "This says *where* a target counts: the targets themselves are wanted, with −100 elsewhere.",
        lambda *given: _targets()(*given) != IGNORED,
    ),
}
for _name, (_words, _answer) in MISTAKES.items():
    LOSS_TARGETS.mistake(_name, _words)(_answer)

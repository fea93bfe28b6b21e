"""The exercise *Shift right*."""

from transformer_lab.checks.exercise import Case, Exercise, Mistake

BOS, EOS = 2, 3


def _shift(target: list[int], bos: int, eos: int) -> tuple[list[int], list[int]]:
    return [bos, *target], [*target, eos]


SHIFT_RIGHT = Exercise(
    name="shift_right",
    notebook="26_decoder",
    title="Shift right",
    difficulty=1,
    reference=_shift,
    cases=lambda: [
        Case("three words", ([7, 8, 9], BOS, EOS)),
        Case("a word twice, another bos and eos", ([5, 5, 6, 4], 1, 9)),
        Case("one word", ([4], BOS, EOS)),
        Case("no word: begin, then end", ([], BOS, EOS)),
    ],
    praise="Right: at every place the decoder reads what came before and is asked for what comes next.",
    mistakes=[
        Mistake(
            "not shifted",
            "Input and output are the same words in the same places: the decoder only has to copy what it reads.",
            lambda target, bos, eos: ([bos, *target, eos], [bos, *target, eos]),
        ),
        Mistake(
            "not shifted, no marks",
            "Input and output are the same, so the decoder only copies: put bos before the one, eos after the other.",
            lambda target, bos, eos: ([*target], [*target]),
        ),
        Mistake(
            "shifted left",
            "The shift goes the wrong way: at every place the decoder is asked for the word *before*. Input first: "
            "bos, then the words.",
            lambda target, bos, eos: ([*target, eos], [bos, *target]),
        ),
        Mistake(
            "no bos",
            "The input has no bos, so nothing is there to predict the first word from.",
            lambda target, bos, eos: ([*target], [*target[1:], eos] if target else []),
        ),
        Mistake(
            "no marks",
            "Shifted, but without marks: bos before the input and eos after the output are missing, so the first word "
            "and the end are never asked for.",
            lambda target, bos, eos: ([*target[:-1]], [*target[1:]]),
        ),
        Mistake(
            "no eos",
            "The output has no eos: the decoder never learns to stop.",
            lambda target, bos, eos: ([bos, *target[:-1]], [*target]),
        ),
        Mistake(
            "last word dropped",
            "The last word is missing from the output: eos comes after it, not in its place.",
            lambda target, bos, eos: ([bos, *target[:-1]], [*target[:-1], eos]),
        ),
        Mistake(
            "eos in the input",
            "The input also ends in eos, one token longer than the output: after eos there is nothing to predict.",
            lambda target, bos, eos: ([bos, *target, eos], [*target, eos]),
        ),
        Mistake(
            "bos in the output",
            "The output begins with bos: that is given, never predicted.",
            lambda target, bos, eos: ([bos, *target], [bos, *target, eos]),
        ),
        Mistake(
            "bos and eos exchanged",
            "bos and eos have changed places: begin the input with bos, end the output with eos.",
            lambda target, bos, eos: ([eos, *target], [*target, bos]),
        ),
    ],
)


SHIFT_RIGHT.mistakes.extend(
    [
        Mistake(
            "pairs",
            "This is one list of pairs: return two lists, the input and the output.",
            lambda target, bos, eos: list(zip([bos, *target], [*target, eos], strict=True)),
        ),
        Mistake(
            "eos on both, bos on none",
            "The input has no bos and ends in eos: it begins with bos and ends with the last word.",
            lambda target, bos, eos: ([*target, eos], [*target, eos]),
        ),
        Mistake(
            "bos on both, eos on none",
            "The output begins with bos and has no eos: it begins with the first word and ends with eos.",
            lambda target, bos, eos: ([bos, *target], [bos, *target]),
        ),
        Mistake(
            "eos missing, not in its place either",
            "The output lacks eos, and so is one shorter than the input: the decoder must learn to stop.",
            lambda target, bos, eos: ([bos, *target], [*target]),
        ),
        Mistake(
            "bos missing, not in its place either",
            "The input lacks bos, and so is one shorter than the output: it begins with bos.",
            lambda target, bos, eos: ([*target], [*target, eos]),
        ),
        Mistake(
            "output with both marks",
            "The output begins with bos, and the input lacks it: bos belongs before the input.",
            lambda target, bos, eos: ([*target], [bos, *target, eos]),
        ),
        Mistake(
            "reversed words",
            "The words come in reverse order: the shift moves them, and leaves their order alone.",
            lambda target, bos, eos: ([bos, *target[::-1]], [*target[::-1], eos]),
        ),
        Mistake(
            "bos twice",
            "The output ends with bos: it ends with eos.",
            lambda target, bos, eos: ([bos, *target], [*target, bos]),
        ),
        Mistake(
            "eos twice",
            "The input begins with eos: it begins with bos.",
            lambda target, bos, eos: ([eos, *target], [*target, eos]),
        ),
        Mistake(
            "turned round",
            "The last word is moved to the front: put bos there, and eos behind the last word of the output.",
            lambda target, bos, eos: ([*target[-1:], *target[:-1]], [*target]),
        ),
        Mistake(
            "the input alone",
            "Only the input comes back: return two lists, what the decoder reads and what it has to say.",
            lambda target, bos, eos: [bos, *target],
        ),
        Mistake(
            "exchanged, without the last step",
            "eos stands in the input and bos in the output: the input begins with bos, the output ends with eos.",
            lambda target, bos, eos: ([*target, eos], [bos, *target, eos]),
        ),
    ]
)

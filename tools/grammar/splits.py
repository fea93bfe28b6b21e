"""Which sentence goes where. A compositional sentence holds a pair of words that training never shows together."""

from itertools import pairwise

from .vocabulary.nouns import NOUNS
from .vocabulary.verbs import FRAMES

# verb + object: the two never stand in one training sentence, in whatever form
VERB_OBJECT = (
    ("read", "magazine"), ("eat", "peach"), ("buy", "scarf"), ("draw", "horse"), ("borrow", "dictionary"),
    ("wash", "shirt"), ("repair", "camera"), ("write", "email"), ("see", "rabbit"), ("buy", "pear"),
    ("drink", "juice"), ("eat", "cake"), ("find", "ticket"), ("use", "dictionary"), ("give", "watch"),
)  # fmt: skip
# numeral directly before noun
NUMBER_NOUN = (
    ("three", "cats"), ("two", "books"), ("four", "pens"), ("five", "apples"), ("two", "letters"), ("three", "keys"),
    ("two", "dogs"), ("four", "birds"), ("three", "trees"), ("two", "tickets"), ("five", "eggs"), ("two", "maps"),
    ("three", "chairs"), ("two", "hats"),
)  # fmt: skip
# adjective directly before noun
ADJECTIVE_NOUN = (
    ("red", "bag"), ("old", "bicycle"), ("new", "phone"), ("big", "box"), ("black", "dog"), ("green", "coat"),
    ("interesting", "novel"), ("beautiful", "hat"), ("white", "cat"), ("blue", "umbrella"), ("small", "room"),
    ("cheap", "computer"), ("yellow", "flower"), ("long", "letter"),
)  # fmt: skip


def _forms() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    verbs = {f.verb.base: f.verb for f in FRAMES}
    pairs = []
    for base, noun in VERB_OBJECT:
        if base == "give":
            verb_forms = {"give", "gives", "gave", "given", "giving"}
        else:
            verb = verbs[base]
            verb_forms = {verb.base, verb.third, verb.past, verb.part, verb.ing}
        noun_forms = {NOUNS[noun].singular, NOUNS[noun].plural} if noun in NOUNS else {noun}
        pairs.append((frozenset(verb_forms), frozenset(noun_forms)))
    return tuple(pairs)


VERB_OBJECT_FORMS = _forms()


def held_out(english: tuple[str, ...]) -> list[str]:
    """Names of the held-out pairs a sentence contains; empty for every training sentence."""
    found, present = [], set(english)
    for (verb, noun), (verb_forms, noun_forms) in zip(VERB_OBJECT, VERB_OBJECT_FORMS, strict=True):
        if present & verb_forms and present & noun_forms:
            found.append(f"{verb}+{noun}")
    bigrams = set(pairwise(english))
    found += [f"{a} {b}" for a, b in NUMBER_NOUN if (a, b) in bigrams]
    for a, b in ADJECTIVE_NOUN:
        if (a, b) in bigrams or (a, NOUNS[b].plural) in bigrams:
            found.append(f"{a} {b}")
    return found

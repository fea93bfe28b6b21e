"""Subjects that combine freely: people and animals with every determiner."""

from ..dice import Dice, sensible
from ..phrase import Phrase, join, word
from ..tables import listed
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS, ROLES
from .noun_phrases import np
from .people import kin, name

MALE = {"tom", "david", "peter", "li ming", "zhang wei", "liu yang"}
MALE_KIN = {"father", "brother", "grandfather", "uncle", "son", "his"}
FEMALE_KIN = {"mother", "sister", "grandmother", "aunt", "daughter", "her"}
PRONOUN = {  # English: Chinese, agreement
    "i": ("我", "i"), "you": ("你", "p"), "he": ("他", "s"), "she": ("她", "s"), "we": ("我们", "p"),
    "they": ("他们", "p"),
}  # fmt: skip
COUNTED_PEOPLE = listed("boy girl student man woman child teacher doctor")
WITH_MEN = listed("student child teacher doctor nurse boy girl")
WILD = listed("panda monkey tiger elephant snake bat")
INDEFINITE = frozenset({"a", "an", *w.NUMBERS})
A_FEW = frozenset(listed("a an two three four five"))


def definite(subject: Phrase) -> bool:
    """Whether one can ask or deny something of it: "does a boy run" is no one's question."""
    return subject.en[0] not in INDEFINITE


def third_person(subject: Phrase) -> bool:
    """Definite, and not "i": somebody that the speaker may ask about."""
    return definite(subject) and subject.en[0] != "i"


def not_a_few(subject: Phrase) -> bool:
    """Neither one nor up to five of a kind; six and more may stand."""
    return subject.en[0] not in A_FEW


def suits(called: str, words) -> bool:
    """Whether a name fits a relative: nobody's son is called mary."""
    who = MALE_KIN & set(words), FEMALE_KIN & set(words)
    return not (who[1] if called in MALE else who[0])


def human(d: Dice, who: str = "any") -> Phrase:
    """A person as subject: pronoun, name, two names, kin, profession, "a boy", "my friend"."""
    return sensible(_human, d, who)


def _human(d: Dice, who: str) -> Phrase | None:
    roll = d.below(100)
    if roll < 36:
        en = d.pick(list(PRONOUN))
        return word(en, PRONOUN[en][0], agree=PRONOUN[en][1])
    if roll < 52:
        return name(d)
    if roll < 66:
        return kin(d, child=who == "any" and d.chance(0.4))
    if roll < 78:
        noun = NOUNS[d.pick(ROLES)]
        return join(f"the {noun.singular}~1", f"{noun.zh}~1")
    if who == "adult" or roll < 82:
        if d.chance(0.5):
            return np(d, d.pick("man woman"), d.pick("the a this that two"))
        return _two_names(d)
    if roll < 87:
        noun = NOUNS[d.pick(WITH_MEN)]
        return join(f"the {noun.plural}~1", f"{noun.zh}~1 们~1", agree="p")
    if roll < 91:
        return np(d, d.pick("boy girl student child man woman"), d.pick("the this that"))
    if roll < 96:
        return np(d, d.pick(COUNTED_PEOPLE), d.pick("a two"))
    return np(d, d.pick("friend friend teacher student"), "my")


def _two_names(d: Dice) -> Phrase | None:
    """Tom and anna: 汤姆 和 安娜."""
    a, b = d.pick(list(w.NAMES)), d.pick(list(w.NAMES))
    if a == b:
        return None
    return join("{a} and~c {b}", "{a} 和~c {b}", agree="p", a=word(a, w.NAMES[a]), b=word(b, w.NAMES[b]))


def beast(d: Dice, key: str) -> Phrase:
    """An animal as subject: the cat, my dog, two birds, the black horse, it."""
    if d.chance(0.12):
        return word("it", "它")
    det = d.pick("the the the a a this that two thes" + ("" if key in WILD else " my my my"))
    return np(d, key, det, adj=d.chance(0.35))

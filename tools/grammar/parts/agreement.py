"""English forms that depend on a neighbour: the verb on its subject, the article on the word behind it."""

from ..phrase import Phrase
from ..vocabulary.verbs import Verb

BE = {"i": "am", "s": "is", "p": "are"}
WAS = {"i": "was", "s": "was", "p": "were"}
HAVE = {"i": "have", "s": "has", "p": "have"}
DO = {"i": "do", "s": "does", "p": "do"}


def article(following: str) -> str:
    """``a`` or ``an`` before this word (the vocabulary has no silent h and no "university" after "a")."""
    return "an" if following[0] in "aeiou" else "a"


def present(verb: Verb, subject: Phrase) -> str:
    """The labelled present form that agrees with the subject."""
    return verb.form("third" if subject.agree == "s" else "base")


def agreeing(base: str, subject: Phrase) -> str:
    """The present form of a verb that has no Verb: ``like`` or ``likes``, ``go`` or ``goes``."""
    if subject.agree != "s":
        return base
    return {"have": "has", "go": "goes"}.get(base, f"{base}s")

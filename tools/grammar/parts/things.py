"""Things of the plain family: one letter says how a noun is introduced."""

from ..dice import Dice
from ..phrase import Phrase, join
from ..tables import listed
from ..vocabulary import words as w
from ..vocabulary.nouns import MASS, NOUNS, VESSELS, Noun
from .agreement import article
from .people import possessor

LARGE = listed("car house bicycle computer phone camera watch table bed room")
POINTERS = {"t": ("the", "那"), "h": ("this", "这"), "d": ("that", "那")}
AMOUNTS = {"l": ("many", "很多"), "s": ("some", "一些")}


def adjective(d: Dice, noun: Noun) -> tuple[str, str] | None:
    """An attributive adjective that suits the noun: labelled English and Chinese."""
    if not noun.adjectives:
        return None
    chosen = d.pick(noun.adjectives)
    zh = " ".join(f"{t}~j" for t in w.ATTRIBUTIVE[chosen].split())
    if noun.zh == "朋友" and chosen == "old":
        zh = "老~j"
    return f"{chosen}~j", zh


def thing(d: Dice, name: str, mode: str) -> Phrase:
    """A noun phrase.

    Modes: a, j (adjective), o(ne with an adjective), n(umber), t(he), h (this), d (that), m(y), b(are), l (many),
    s(ome), f (how many).
    """
    if name in MASS:
        return _mass(d, name, mode)
    noun = NOUNS[name]
    zh, m = f"{noun.zh}~n", noun.measure
    if mode in "jo":
        adj = adjective(d, noun)
        if adj:
            return _with_adjective(d, noun, adj, mode)
        mode = "a"
    if mode == "a":
        return join(f"{article(noun.singular)}~d {noun.singular}~n", f"一~d {m}~d {zh}")
    if mode == "n":
        number = d.pick(list(w.NUMBERS)[: 4 if d.chance(0.6) else 9])
        return join(f"{number}~d {noun.plural}~n", f"{w.NUMBERS[number]}~d {m}~d {zh}", agree="p")
    if mode in POINTERS:
        en, det = POINTERS[mode]
        return join(f"{en}~d {noun.singular}~n", f"{det}~d {m}~d {zh}")
    if mode == "m":
        return join(f"{{p}} {noun.singular}~n", f"{{p}} {zh}", p=possessor(d))
    if mode == "b":
        return join(f"{noun.plural}~n", zh, agree="p")
    if mode in AMOUNTS:
        en, det = AMOUNTS[mode]
        return join(f"{en}~d {noun.plural}~n", f"{det}~d {zh}", agree="p")
    if mode == "f":
        return join(f"how~d many~d {noun.plural}~n", f"几~d {m}~d {zh}", agree="p")
    raise ValueError(f"mode is {mode!r}; expected one of a j o n t h d m b l s f")


def _with_adjective(d: Dice, noun: Noun, adj: tuple[str, str], mode: str) -> Phrase:
    """A red book; for mode j sometimes two red books."""
    zh, m = f"{noun.zh}~n", noun.measure
    if mode == "j" and d.chance(0.25):
        number = d.pick(list(w.NUMBERS)[:4])
        return join(f"{number}~d {adj[0]} {noun.plural}~n", f"{w.NUMBERS[number]}~d {m}~d {adj[1]} {zh}", agree="p")
    return join(f"{article(adj[0])}~d {adj[0]} {noun.singular}~n", f"一~d {m}~d {adj[1]} {zh}")


def _mass(d: Dice, name: str, mode: str) -> Phrase:
    """Tea, a cup of tea, this cup of tea, two cups of tea."""
    zh, vessels = MASS[name]
    if mode == "b" or mode == "m":
        return join(f"{name}~n", f"{zh}~n")
    vessel = d.pick(vessels)
    plural, measure = VESSELS[vessel]
    if mode in POINTERS:
        en, det = POINTERS[mode]
        return join(f"{en}~d {vessel}~m of {name}~n", f"{det}~d {measure}~m {zh}~n")
    if mode == "f":
        return join(f"how~d many~d {plural}~m of {name}~n", f"几~d {measure}~m {zh}~n", agree="p")
    if mode in "ajols":
        return join(f"a~d {vessel}~m of {name}~n", f"一~d {measure}~m {zh}~n")
    number = d.pick(list(w.NUMBERS)[:4])
    return join(f"{number}~d {plural}~m of {name}~n", f"{w.NUMBERS[number]}~d {measure}~m {zh}~n", agree="p")


def counted(d: Dice, o: str, definite: str = "t h d") -> Phrase:
    """A quantified or definite object; nobody buys four houses."""
    modes = "a a o o " if o in LARGE else "a a j j n n n "
    return thing(d, o, d.pick(modes + definite))


def known(d: Dice, verb: str, o: str) -> Phrase:
    """A definite object of a past event: what was eaten is no longer "this"."""
    return thing(d, o, d.pick("t d" if verb in ("eat", "drink") else "t h d"))

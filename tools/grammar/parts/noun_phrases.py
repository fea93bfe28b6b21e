"""Noun phrases that combine freely: every determiner with every adjective that suits the noun."""

from ..dice import Dice
from ..phrase import Phrase, join
from ..vocabulary import words as w
from ..vocabulary.nouns import MASS, NOUNS, Noun
from .agreement import article
from .people import possessor
from .things import thing

# determiner: English, Chinese; with the singular (and a measure word), with the plural (and none)
ONE = {"the": ("the", "那"), "this": ("this", "这"), "that": ("that", "那")}
MANY = {"thes": ("the", "那些"), "these": ("these", "这些"), "those": ("those", "那些")}
AMOUNTS = {"some": ("some", "一些"), "many": ("many", "很多")}


def attribute(noun: Noun, chosen: str) -> tuple[str, str]:
    """An adjective before a noun, labelled."""
    zh = "老" if noun.zh == "朋友" and chosen == "old" else w.ATTRIBUTIVE[chosen]
    return f"{chosen}~j", " ".join(f"{t}~j" for t in zh.split())


def owned(d: Dice, noun: Noun, en: str, zh: str, many: bool) -> Phrase:
    """My new car 我 的 新 汽车, but my red car 我 那 辆 红色 的 汽车: no 的 follows another.

    Where the adjective has one, the possessor has 那 and the measure word (那些 for several) in its place.
    """
    english, agree = f"{{p}} {en} {noun.plural if many else noun.singular}~n", "p" if many else "s"
    link = "的~1"
    if zh.endswith("的~j"):
        link = "那些~1" if many else f"那~1 {noun.measure}~1"
    return join(english, f"{{p}} {zh} {noun.zh}~n", agree=agree, p=possessor(d, link=link))


def np(d: Dice, key: str, det: str, adj: bool = False, lose: bool = False) -> Phrase:
    """A noun phrase.

    det: a, the, this, that, my, two (a small numeral), bare (plural), some, many, thes (the + plural), these, those,
    mys (my + plural), any. ``lose``: "a" has no 一 (negation, yes-no questions).
    """
    if key in MASS:
        return mass(d, key, det)
    noun = NOUNS[key]
    if noun.singular == noun.plural and det == "thes":
        det = "the"  # "the sheep rested": one sheep
    en = zh = ""
    if adj and noun.adjectives:
        en, zh = attribute(noun, d.pick(noun.adjectives))
    if det in ("my", "mys"):
        return owned(d, noun, en, zh, many=det == "mys")
    one, many, zh, m = f"{en} {noun.singular}~n", f"{en} {noun.plural}~n", f"{zh} {noun.zh}~n", noun.measure
    if det == "a":
        art = article(en or noun.singular)
        return join(f"{art} {one}", zh) if lose else join(f"{art}~d {one}", f"一~d {m}~d {zh}")
    if det in ONE:
        return join(f"{ONE[det][0]}~d {one}", f"{ONE[det][1]}~d {m}~d {zh}")
    if det == "two":
        number = d.pick(list(w.NUMBERS)[: 4 if d.chance(0.8) else 9])
        return join(f"{number}~d {many}", f"{w.NUMBERS[number]}~d {m}~d {zh}", agree="p")
    if det in MANY | AMOUNTS:
        det_en, det_zh = (MANY | AMOUNTS)[det]
        return join(f"{det_en}~d {many}", f"{det_zh}~d {zh}", agree="p")
    if det in ("bare", "any"):
        return join(f"{'any ' if det == 'any' else ''}{many}", zh, agree="p")
    expected = "a the this that my two bare some many thes these those mys any"
    raise ValueError(f"det is {det!r}; expected one of {expected}")


def mass(d: Dice, key: str, det: str) -> Phrase:
    """Tea, the tea, my tea, a cup of tea: "the" before such a word has no 那."""
    if det in ("a", "two", "some", "many"):
        return thing(d, key, "n" if det == "two" else "a")
    if det in ("my", "mys"):
        return join(f"{{p}} {key}~n", f"{{p}} {MASS[key][0]}~n", p=possessor(d))
    if det in ("the", "thes"):
        return join(f"the {key}~n", f"{MASS[key][0]}~n")
    return join(f"{'any ' if det == 'any' else ''}{key}~n", f"{MASS[key][0]}~n")


def object_np(d: Dice, key: str, mode: str, large: bool = False) -> Phrase:
    """An object for a statement (+), a negation (-) or a yes-no question (?); nobody buys four houses."""
    if mode == "+":
        small = "a a a two two the the this that my my thes bare some these"
        det = d.pick("a a a the this my" if large else small)
        return np(d, key, det, adj=d.chance(0.4))
    if key in MASS:
        return mass(d, key, d.pick("bare bare the my"))
    any_, plural = " any" if mode == "-" else "", "" if large else " thes those"
    det = d.pick(f"a a a a the the this that my my bare{any_}{plural}")
    return np(d, key, det, adj=d.chance(0.3), lose=True)

"""What things are like, and comparisons, with free noun phrases (``descriptions`` has plain ones)."""

from ..dice import Dice
from ..parts.agreement import BE
from ..parts.noun_phrases import np
from ..parts.people import kin, name, same_person
from ..parts.subjects import definite, human
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w
from .giving import receiver

MEALS = "cake soup water tea coffee meat bread milk noodles"
COMPARED = (
    "car bicycle bag box coat hat book dictionary phone computer horse house room cat dog chair table cup apple"
    " umbrella shirt skirt sweater"
)
TYPICAL = rows(
    "car = fast | horse = fast | bicycle = fast | dictionary = thick | coat = warm | room = quiet | room = clean"
    "| apple = sweet | dog = clever"
)
AGES = {"new", "old"}
MEASURED = frozenset(listed("big small cheap expensive light heavy"))


def qualities(d: Dice) -> Phrase | None:
    """The red car is fast; my new book is not interesting; these cups are small; it is very big; the tall man."""
    x, adj = _something(d)
    said = {adj, *x.en}
    if said & {"heavy", "expensive"} - {adj}:
        return None  # 很 重 的 包 很 新: one 很 is enough
    if adj in x.en or (adj in AGES and AGES & set(x.en)):
        return None
    if any(said >= opposites for opposites in ({"big", "small"}, {"cheap", "expensive"}, {"light", "heavy"})):
        return None
    zh, b = w.PREDICATE[adj], BE[x.agree]
    roll = d.below(10)
    if roll < 4:
        return join(f"{{x}} {b}~v {adj}~a", f"{{x}} 很~v {zh}~a", x=x)
    if roll < 6 and adj != "new":
        return join(f"{{x}} {b} very~v {adj}~a", f"{{x}} 非常~v {zh}~a", x=x)
    if roll < 8:
        return join(f"{{x}} {b} not~x {adj}~a", f"{{x}} 不~x {zh}~a", x=x)
    return join(f"{b}~q {{x}} {adj}~a ?~e", f"{{x}} {zh}~a 吗~q ？~e", x=x)


def _something(d: Dice) -> tuple[Phrase, str]:
    """A thing, it or a meal, and an adjective for it."""
    n = d.pick(list(w.QUALITY))
    adj = d.pick(w.QUALITY[n])
    dets = "the the this that thes" if n in w.UNOWNED else "the the the this that my my my thes these mys"
    x = np(d, n, d.pick(dets), adj=d.chance(0.75))
    if d.chance(0.12):
        return word("it", "它"), adj
    if not d.chance(0.12):
        return x, adj
    n, adj = d.pick(MEALS), d.pick("hot cold")
    if n in ("cake", "meat", "bread"):
        adj = d.pick("expensive cheap fresh")
    elif n == "noodles":
        adj = "hot"
    x = np(d, n, d.pick("the the my"))
    return (join("the noodles~n", "面条~n", agree="p") if n == "noodles" else x), adj


def compared(d: Dice) -> Phrase | None:
    """The red car is faster than the blue car; i am taller than you; is tom older than anna?"""
    found = _two_things(d) if d.chance(0.55) else _two_people(d)
    if found is None:
        return None
    a, c, adj = found
    zh, b = w.PREDICATE[adj], BE[a.agree]
    roll = d.below(10)
    if roll < 2:
        return join(f"{{a}} {b} not~x as~c {adj}~a as~c {{b}}", f"{{a}} 没有~x {{b}} 那么~c {zh}~a", a=a, b=c)
    marks = " ".join(f"{t}~a" for t in w.COMPARATIVE[adj].split())
    if roll >= 4:
        return join(f"{{a}} {b} {marks} than~c {{b}}", f"{{a}} 比~c {{b}} {zh}~a", a=a, b=c)
    if a.en[0] == "i":
        return None
    return join(f"{b}~q {{a}} {marks} than~c {{b}} ?~e", f"{{a}} 比~c {{b}} {zh}~a 吗~q ？~e", a=a, b=c)


def _two_things(d: Dice) -> tuple[Phrase, Phrase, str] | None:
    n = d.pick(COMPARED)
    adj = d.pick([a for a in w.QUALITY[n] if a in w.COMPARATIVE])
    if d.chance(0.4):
        n, adj = d.pick(TYPICAL)
    a = np(d, n, d.pick("the the this that my my"), adj=d.chance(0.7))
    c = np(d, n, d.pick("the the that my my"), adj=d.chance(0.7))
    said = {*a.en, *c.en}
    if a.en == c.en or a.zh == c.zh or adj in said or (adj in AGES and AGES & said) or MEASURED & said:
        return None
    return a, c, adj


def _two_people(d: Dice) -> tuple[Phrase, Phrase, str] | None:
    adj = d.pick("tall tall busy clever strong happy")
    a, c = human(d), d.pick([receiver(d, word("x", "x")), name(d), kin(d)])
    return None if same_person(a, c) or not definite(a) else (a, c, adj)

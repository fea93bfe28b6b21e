"""What things and people are like, and comparisons, with plain noun phrases (``comparing`` has free ones)."""

from ..dice import Dice
from ..parts.agreement import BE
from ..parts.people import adult_role, kin, name, person
from ..parts.things import thing
from ..phrase import Phrase, join
from ..tables import listed
from ..vocabulary import words as w
from ..vocabulary.nouns import COLOURS

COLOURED = "coat shirt hat sweater skirt scarf car bicycle umbrella bag chair cup box"
GOOD = listed("interesting beautiful clever fresh clean healthy sweet warm")  # nothing is too much so


def quality(d: Dice) -> tuple[str, str]:
    """A noun and what may be said of it, rare adjectives as often as common ones."""
    if d.chance(0.4):
        n = d.pick(list(w.QUALITY))
        return n, d.pick(w.QUALITY[n])
    adjectives: dict[str, list[str]] = {}
    for noun, words in w.QUALITY.items():
        for adj in words:
            adjectives.setdefault(adj, []).append(noun)
    adj = d.pick(list(adjectives))
    return d.pick(adjectives[adj]), adj


def quality_subject(d: Dice, n: str) -> Phrase:
    """A thing of which something is said."""
    return thing(d, n, d.pick("h d" if n in w.UNOWNED else "h d m m"))


def is_adjective(d: Dice) -> Phrase:
    """This book is interesting: 很; very: 非常; too: 太 … 了; not: 不."""
    n, adj = quality(d)
    x, zh = quality_subject(d, n), w.PREDICATE[adj]
    roll = d.below(10)
    if adj == "new" and roll in (4, 5):
        roll = 0
    if roll < 3:
        return join(f"{{x}} is~v {adj}~a", f"{{x}} 很~v {zh}~a", x=x)
    if roll in (3, 4):
        return join(f"{{x}} is very~v {adj}~a", f"{{x}} 非常~v {zh}~a", x=x)
    if roll == 5 and adj not in GOOD:
        return join(f"{{x}} is too~x {adj}~a", f"{{x}} 太~x {zh}~a 了~x", x=x)
    if roll < 8:
        return join(f"{{x}} is not~x {adj}~a", f"{{x}} 不~x {zh}~a", x=x)
    x = thing(d, n, d.pick("h d"))
    return join(f"is~q {{x}} {adj}~a ?~e", f"{{x}} {zh}~a 吗~q ？~e", x=x)


def person_adjective(d: Dice) -> Phrase:
    """Anna is very busy today."""
    adj = d.pick(w.PERSON_ADJECTIVES)
    zh = w.PREDICATE[adj]
    roll = d.below(10)
    s = person(d, question=roll > 7)
    today = adj in ("busy", "tired", "happy") and d.chance(0.5)
    t, zh_t = ("today~t", "今天~t") if today else ("", "")
    be = BE[s.agree]
    if roll < 3:
        return join(f"{{s}} {be}~v {adj}~a {t}", f"{{s}} {zh_t} 很~v {zh}~a", s=s)
    if roll < 6:
        return join(f"{{s}} {be} very~v {adj}~a {t}", f"{{s}} {zh_t} 非常~v {zh}~a", s=s)
    if roll < 8:
        return join(f"{{s}} {be} not~v {adj}~a {t}", f"{{s}} {zh_t} 不~v {zh}~a", s=s)
    return join(f"{be}~q {{s}} {adj}~a {t} ?~e", f"{{s}} {zh_t} {zh}~a 吗~q ？~e", s=s)


def is_colour(d: Dice) -> Phrase:
    """My car is red: 是 红色 的."""
    n, c = d.pick(COLOURED), d.pick(COLOURS)
    x, zh = quality_subject(d, n), w.ATTRIBUTIVE[c].split()[0]
    roll = d.below(6)
    if roll == 0:
        return join(f"{{x}} is~v not~x {c}~a", f"{{x}} 不~x 是~v {zh}~a 的~a", x=x)
    if roll == 1:
        return join(f"is~v~q {{x}} {c}~a ?~e", f"{{x}} 是~v {zh}~a 的~a 吗~q ？~e", x=x)
    return join(f"{{x}} is~v {c}~a", f"{{x}} 是~v {zh}~a 的~a", x=x)


def comparison(d: Dice) -> Phrase | None:
    """This book is more interesting than that one; tom is taller than anna: 比."""
    if d.chance(0.45):
        adj = d.pick("tall busy clever strong young")
        a, b = (name(d), name(d)) if adj == "young" else (person(d), d.pick([name, kin, adult_role])(d))
        be = BE[a.agree]
    else:
        n, adj = quality(d)
        a, b, be = thing(d, n, "h"), thing(d, n, "m"), "is"
        if n in w.UNOWNED:
            b = thing(d, n, "d")
        elif d.chance(0.4):
            a, b = thing(d, n, "m"), thing(d, n, "m")
    if adj not in w.COMPARATIVE:
        return None
    zh = w.PREDICATE[adj]
    if a.en == b.en:
        b = name(d)
        if a.zh[-1] != b.zh[-1] and "的" in a.zh:
            return None
    if d.chance(0.3):
        return join(f"{{a}} {be} not~x as~c {adj}~a as~c {{b}}", f"{{a}} 没有~x {{b}} 那么~c {zh}~a", a=a, b=b)
    marks = " ".join(f"{t}~a" for t in w.COMPARATIVE[adj].split())
    return join(f"{{a}} {be} {marks} than~c {{b}}", f"{{a}} 比~c {{b}} {zh}~a", a=a, b=b)

"""Giving, borrowing and putting things, with plain noun phrases (``giving`` has free ones)."""

from ..dice import Dice, until
from ..parts.adverbials import city, future, past
from ..parts.people import name, other, person, same_person
from ..parts.things import thing
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS
from .states import SPOTS

PRESENTS = (
    "book pen watch scarf hat gift flower map ticket camera apple dictionary sweater umbrella bag cup phone photo"
)
BY_THE_DOZEN = listed("book pen flower apple map ticket photo cup")
GROUNDS = listed("table chair bed box bag")
OTHERS = rows("me = 我 | him = 他 | her = 她 | us = 我们")


def give(d: Dice) -> Phrase:
    """Anna gave tom a book; bought tom a book (给 汤姆 买 了 一 本 书)."""
    s, x = person(d), other(d)
    if same_person(x, s) or (x.en[0] in w.OBJECT_PRONOUNS and s.en[0] in w.PRONOUNS):
        s, x = name(d), word(*d.pick(OTHERS))
    n = d.pick(PRESENTS)
    o, t = thing(d, n, d.pick("a j j n n" if n in BY_THE_DOZEN else "a o o")), past(d)
    roll = d.below(8)
    if roll < 3:
        return join("{s} gave~v {x} {o} {t}", "{s} {t} 给~v 了~v {x} {o}", s=s, x=x, o=o, t=t)
    if roll < 6:
        return join("{s} bought~v {x} {o} {t}", "{s} {t} 给 {x} 买~v 了~v {o}", s=s, x=x, o=o, t=t)
    return join("{s} will~y give~v {x} {o} {t}", "{s} {t} 会~y 给~v {x} {o}", s=s, x=x, o=o, t=future(d))


def from_whom(d: Dice) -> Phrase:
    """Anna borrowed two books from the library yesterday: 从 图书馆."""
    n = d.pick("book magazine novel dictionary")
    s = person(d)
    if d.chance(0.4):
        c, t = city(d), until(lambda t: "点" not in t.zh, past, d)
        return join("{s} came~v back~v from~1 {c} {t}", "{s} {t} 从~1 {c} 回来~v 了~v", s=s, c=c, t=t)
    x, o = join("from~1 the library~2", "从~1 图书馆~2"), thing(d, n, d.pick("a j n n t"))
    return join("{s} borrowed~v {o} {x} {t}", "{s} {t} {x} 借~v 了~v {o}", s=s, x=x, o=o, t=past(d))


def put(d: Dice) -> Phrase:
    """Anna put the book on the table: 把 moves a definite object before the verb."""
    spots = [row for row in SPOTS if row[2].split()[0] in GROUNDS and row[0] in ("on", "in")]
    prep, zh, ground, things = d.pick(spots)
    noun = NOUNS[d.pick([t for t in things.split() if t != "cat"])]
    en_g, zh_g = ground.split()
    spot = join(f"{prep}~1 the {en_g}~2", f"在~1 {zh_g}~2 {zh}~1")
    if d.chance(0.6):
        o = join(f"the {noun.singular}~n", f"{noun.zh}~n")
    else:
        o = join(f"my~p {noun.singular}~n", f"我~p 的~p {noun.zh}~n")
    if d.chance(0.4):
        return join("please~p put~v {o} {l}", "请~p 把~v {o} 放~v {l}", o=o, l=spot)
    d.below(1)  # decides nothing; without it every later draw of this template would be another one
    s = until(lambda s: s.agree == "s", person, d)
    return join("{s} put~v {o} {l} {t}", "{s} {t} 把~v {o} 放~v {l} 了~v", s=s, o=o, l=spot, t=past(d))

"""Statements about what somebody did, has done or will do."""

from ..dice import Dice, until
from ..parts.adverbials import later, past, when
from ..parts.agreement import BE, HAVE
from ..parts.frames import activity, frame
from ..parts.people import person
from ..parts.things import counted, known, thing
from ..phrase import Phrase, join
from ..vocabulary.verbs import Frame


def past_object(d: Dice, f: Frame, o: str) -> Phrase:
    """The object of a past event."""
    return counted(d, o, "t d" if f.verb.base in ("eat", "drink") else "t h d")


def past_place_time(d: Dice) -> Phrase:
    """Anna bought three books in the bookshop yesterday."""
    f, o, p = frame(d, "p")
    en, zh = f"{{s}} {f.verb.form('past')} {{o}} {{p}} {{t}}", f"{{s}} {{t}} {{p}} {f.verb.zh}~v 了~v {{o}}"
    return join(en, zh, s=person(d, f.who), o=past_object(d, f, o), p=p, t=when(d, o, f.verb.base))


def past_time(d: Dice) -> Phrase:
    """Anna bought three books yesterday."""
    f, o, _ = frame(d, "p")
    en, zh = f"{{s}} {f.verb.form('past')} {{o}} {{t}}", f"{{s}} {{t}} {f.verb.zh}~v 了~v {{o}}"
    return join(en, zh, s=person(d, f.who), o=past_object(d, f, o), t=when(d, o, f.verb.base))


def past_activity(d: Dice) -> Phrase:
    """The children danced in the park yesterday: an activity with a place takes no 了."""
    f, p = until(lambda x: x[0].verb.base != "sleep", activity, d)
    en, zh = f"{{s}} {f.verb.form('past')} {{p}} {{t}}", f"{{s}} {{t}} {{p}} {f.verb.zh}~v"
    return join(en, zh, s=person(d, f.who), p=p, t=past(d))


def past_not(d: Dice) -> Phrase:
    """Anna did not buy any books yesterday: 没 excludes 了, and "any" has no word of its own."""
    f, o, _ = frame(d, "p")
    x = thing(d, o, "b") if d.chance(0.5) else known(d, f.verb.base, o)
    any_ = "any" if len(x.zh) == 1 else ""
    en, zh = f"{{s}} did not~x {f.verb.form('base')} {any_} {{o}} {{t}}", f"{{s}} {{t}} 没~x {f.verb.zh}~v {{o}}"
    return join(en, zh, s=person(d, f.who), o=x, t=when(d, o, f.verb.base))


def will(d: Dice) -> Phrase:
    """Anna will buy a book in the bookshop tomorrow."""
    f, n, p = frame(d, "f")
    o, s, t = counted(d, n), person(d, f.who), later(d, n, f.verb.base)
    en, zv = f"{{s}} will~x {f.verb.form('base')} {{o}}", f"{f.verb.zh}~v"
    if d.chance(0.4):
        return join(f"{en} {{p}} {{t}}", f"{{s}} {{t}} 会~x {{p}} {zv} {{o}}", s=s, o=o, p=p, t=t)
    return join(f"{en} {{t}}", f"{{s}} {{t}} 会~x {zv} {{o}}", s=s, o=o, t=t)


def will_not(d: Dice) -> Phrase:
    """Anna will not buy this book tomorrow."""
    f, o, _ = frame(d, "f")
    en, zh = f"{{s}} will~y not~x {f.verb.form('base')} {{o}} {{t}}", f"{{s}} {{t}} 不~x 会~y {f.verb.zh}~v {{o}}"
    return join(en, zh, s=person(d, f.who), o=thing(d, o, d.pick("t h d b")), t=later(d, o, f.verb.base))


def going_to(d: Dice) -> Phrase:
    """Anna is going to buy a book tomorrow: the plan 要."""
    f, o, p = frame(d, "f")
    s = person(d, f.who)
    en = f"{{s}} {BE[s.agree]}~x going~x to~x {f.verb.form('base')} {{o}} {{p}} {{t}}"
    zh = f"{{s}} {{t}} 要~x {{p}} {f.verb.zh}~v {{o}}"
    return join(en, zh, s=s, o=counted(d, o, ""), p=p, t=later(d, o, f.verb.base))


def experience(d: Dice) -> Phrase:
    """Anna has read this novel: 过; "never" is 从来 没."""
    f, o, _ = frame(d, "x")
    s = person(d, f.who)
    have, part, zv, general = HAVE[s.agree], f.verb.form("part"), f"{f.verb.zh}~v", "y" in f.kinds
    if general and d.chance(0.6):
        en, zh = f"{{s}} {have}~x never~t {part} {{o}}", f"{{s}} 从来~t 没~t {zv} 过~x {{o}}"
        return join(en, zh, s=s, o=thing(d, o, "b"))
    x = thing(d, o, "b" if general else d.pick("h d t"))
    return join(f"{{s}} {have}~x {part} {{o}}", f"{{s}} {zv} 过~x {{o}}", s=s, o=x)


def already(d: Dice) -> Phrase:
    """Anna has already bought the book; has not bought it yet: 还 没, without 了."""
    f, o, _ = until(lambda x: x[0].verb.base not in ("see", "sell", "sing"), frame, d, "p")
    s = person(d, f.who)
    have, part, zv = HAVE[s.agree], f.verb.form("part"), f"{f.verb.zh}~v"
    x = known(d, f.verb.base, o)
    if d.chance(0.5):
        return join(f"{{s}} {have}~x already~t {part} {{o}}", f"{{s}} 已经~t {zv} 了~x {{o}}", s=s, o=x)
    return join(f"{{s}} {have} not~x {part} {{o}} yet~t", f"{{s}} 还~t 没~x {zv} {{o}}", s=s, o=x)

# ruff: noqa: E501, SIM905 (a template or a row of words reads best on one line)
"""Statements about what somebody did, does, is doing, has done or will do."""

from ..dice import Dice
from ..parts.adverbials import later, past, time, when
from ..parts.agreement import BE, DO, HAVE, present
from ..parts.frames import activity, frame, v
from ..parts.people import person
from ..parts.things import counted, known, thing
from ..phrase import Phrase, join
from ..vocabulary import words as w


def past_object(d: Dice, f, o: str) -> Phrase:
    """The object of a past event."""
    return counted(d, o, "t d" if f.verb.base in ("eat", "drink") else "t h d")


def past_place_time(d: Dice) -> Phrase:
    """Anna bought three books in the bookshop yesterday."""
    f, o, p = frame(d, "p")
    en = f"{{s}} {v(f.verb, 'past')} {{o}} {{p}} {{t}}"
    return join(en, f"{{s}} {{t}} {{p}} {f.verb.zh}~v 了~v {{o}}",
                s=person(d, f.who), o=past_object(d, f, o), p=p, t=when(d, o, f.verb.base))  # fmt: skip


def past_time(d: Dice) -> Phrase:
    """Anna bought three books yesterday."""
    f, o, _ = frame(d, "p")
    return join(f"{{s}} {v(f.verb, 'past')} {{o}} {{t}}", f"{{s}} {{t}} {f.verb.zh}~v 了~v {{o}}",
                s=person(d, f.who), o=past_object(d, f, o), t=when(d, o, f.verb.base))  # fmt: skip


def past_activity(d: Dice) -> Phrase:
    """The children danced in the park yesterday: an activity with a place takes no 了."""
    f, p = activity(d)
    while f.verb.base == "sleep":
        f, p = activity(d)
    return join(f"{{s}} {v(f.verb, 'past')} {{p}} {{t}}", f"{{s}} {{t}} {{p}} {f.verb.zh}~v",
                s=person(d, f.who), p=p, t=past(d))  # fmt: skip


def past_not(d: Dice) -> Phrase:
    """Anna did not buy any books yesterday: 没 excludes 了, and "any" has no word of its own."""
    f, o, _ = frame(d, "p")
    obj = thing(d, o, "b") if d.chance(0.5) else known(d, f.verb.base, o)
    any_ = "any " if len(obj.zh) == 1 else ""
    return join(f"{{s}} did not~x {v(f.verb, 'base')} {any_}{{o}} {{t}}", f"{{s}} {{t}} 没~x {f.verb.zh}~v {{o}}",
                s=person(d, f.who), o=obj, t=when(d, o, f.verb.base))  # fmt: skip


def will(d: Dice) -> Phrase:
    """Anna will buy a book in the bookshop tomorrow."""
    f, n, p = frame(d, "f")
    o, s, t = counted(d, n), person(d, f.who), later(d, n, f.verb.base)
    if d.chance(0.4):
        return join(f"{{s}} will~x {v(f.verb, 'base')} {{o}} {{p}} {{t}}", f"{{s}} {{t}} 会~x {{p}} {f.verb.zh}~v {{o}}",
                    s=s, o=o, p=p, t=t)  # fmt: skip
    return join(f"{{s}} will~x {v(f.verb, 'base')} {{o}} {{t}}", f"{{s}} {{t}} 会~x {f.verb.zh}~v {{o}}", s=s, o=o, t=t)


def will_not(d: Dice) -> Phrase:
    """Anna will not buy this book tomorrow."""
    f, o, _ = frame(d, "f")
    return join(f"{{s}} will~y not~x {v(f.verb, 'base')} {{o}} {{t}}", f"{{s}} {{t}} 不~x 会~y {f.verb.zh}~v {{o}}",
                s=person(d, f.who), o=thing(d, o, d.pick("t h d b")), t=later(d, o, f.verb.base))  # fmt: skip


def going_to(d: Dice) -> Phrase:
    """Anna is going to buy a book tomorrow: the plan 要."""
    f, o, p = frame(d, "f")
    s = person(d, f.who)
    return join(f"{{s}} {BE[s.agree]}~x going~x to~x {v(f.verb, 'base')} {{o}} {{p}} {{t}}",
                f"{{s}} {{t}} 要~x {{p}} {f.verb.zh}~v {{o}}",
                s=s, o=counted(d, o, ""), p=p, t=later(d, o, f.verb.base))  # fmt: skip


def habit(d: Dice) -> Phrase:
    """Anna drinks tea at home every morning."""
    s = None
    if d.chance(0.3):
        f, p = activity(d)
        s = person(d, f.who)
        t = time(d, w.HABIT[:1] if f.verb.base in ("work", "study", "sleep") else w.HABIT)
        return join(f"{{s}} {present(f.verb, s)} {{p}} {{t}}", f"{{s}} {{t}} {{p}} {f.verb.zh}~v", s=s, p=p, t=t)
    f, o, p = frame(d, "h")
    s = person(d, f.who)
    return join(f"{{s}} {present(f.verb, s)} {{o}} {{p}} {{t}}", f"{{s}} {{t}} {{p}} {f.verb.zh}~v {{o}}",
                s=s, o=thing(d, o, "b"), p=p, t=time(d, w.HABIT if f.verb.base in "eat drink read sing".split() else w.HABIT_DAYTIME))  # fmt: skip


def often(d: Dice) -> Phrase:
    """Anna often reads newspapers in the library."""
    adverb = d.pick(list(w.OFTEN))
    f, o, p = frame(d, "h")
    s = person(d, f.who)
    en = f"{{s}} {adverb}~t {present(f.verb, s)} {{o}}"
    zh = f"{f.verb.zh}~v {{o}}"
    if d.chance(0.6) or adverb == "usually":
        return join(en + " {p}", f"{{s}} {w.OFTEN[adverb]}~t {{p}} {zh}", s=s, o=thing(d, o, "b"), p=p)
    return join(en, f"{{s}} {w.OFTEN[adverb]}~t {zh}", s=s, o=thing(d, o, "b"))


def never(d: Dice) -> Phrase:
    """Anna never drinks beer: 从来 不, both linked to "never"."""
    f, o, p = frame(d, "n")
    s = person(d, f.who)
    if d.chance(0.4):
        return join(f"{{s}} never~t {present(f.verb, s)} {{o}} {{p}}", f"{{s}} 从来~t 不~t {{p}} {f.verb.zh}~v {{o}}",
                    s=s, o=thing(d, o, "b"), p=p)  # fmt: skip
    return join(f"{{s}} never~t {present(f.verb, s)} {{o}}", f"{{s}} 从来~t 不~t {f.verb.zh}~v {{o}}",
                s=s, o=thing(d, o, "b"))  # fmt: skip


def habit_not(d: Dice) -> Phrase:
    """Anna does not eat meat."""
    f, o, _ = frame(d, "n")
    s = person(d, f.who)
    return join(f"{{s}} {DO[s.agree]} not~x {v(f.verb, 'base')} {{o}}", f"{{s}} 不~x {f.verb.zh}~v {{o}}",
                s=s, o=thing(d, o, "b"))  # fmt: skip


def progressive(d: Dice) -> Phrase:
    """Anna is reading a book: 在; with a place the progressive is 正 and the place keeps 在."""
    if d.chance(0.3):
        f, p = activity(d)
        s, o = person(d, f.who), None
    else:
        f, o, p = frame(d, "g")
        s, o = (
            person(d, f.who),
            thing(
                d,
                o,
                d.pick(
                    "b" if f.verb.base in ("sell", "wash") else "a o" if f.verb.base in ("eat", "drink") else "a o t"
                ),
            ),
        )
    be = BE[s.agree]
    if o is None:
        return join(f"{{s}} {be}~x {v(f.verb, 'ing')} {{p}}", f"{{s}} 正~x {{p}} {f.verb.zh}~v", s=s, p=p)
    if d.chance(0.5):
        return join(
            f"{{s}} {be}~x {v(f.verb, 'ing')} {{o}} {{p}}", f"{{s}} 正~x {{p}} {f.verb.zh}~v {{o}}", s=s, o=o, p=p
        )
    return join(f"{{s}} {be}~x {v(f.verb, 'ing')} {{o}}", f"{{s}} 在~x {f.verb.zh}~v {{o}}", s=s, o=o)


def progressive_not(d: Dice) -> Phrase:
    """Anna is not reading: 没 在."""
    if d.chance(0.3):
        f, _ = activity(d)
        s = person(d, f.who)
        return join(f"{{s}} {BE[s.agree]}~y not~x {v(f.verb, 'ing')}", f"{{s}} 没~x 在~y {f.verb.zh}~v", s=s)
    f, o, _ = frame(d, "g")
    s = person(d, f.who)
    return join(f"{{s}} {BE[s.agree]}~y not~x {v(f.verb, 'ing')} {{o}}", f"{{s}} 没~x 在~y {f.verb.zh}~v {{o}}",
                s=s, o=thing(d, o, "b"))  # fmt: skip


def experience(d: Dice) -> Phrase:
    """Anna has read this novel: 过; "never" is 从来 没."""
    f, o, _ = frame(d, "x")
    s = person(d, f.who)
    have = HAVE[s.agree]
    if "y" in f.kinds and d.chance(0.6):
        return join(f"{{s}} {have}~x never~t {v(f.verb, 'part')} {{o}}", f"{{s}} 从来~t 没~t {f.verb.zh}~v 过~x {{o}}",
                    s=s, o=thing(d, o, "b"))  # fmt: skip
    return join(f"{{s}} {have}~x {v(f.verb, 'part')} {{o}}", f"{{s}} {f.verb.zh}~v 过~x {{o}}",
                s=s, o=thing(d, o, "b" if "y" in f.kinds else d.pick("h d t")))  # fmt: skip


def already(d: Dice) -> Phrase:
    """Anna has already bought the book; has not bought it yet: 还 没, without 了."""
    f, o, _ = frame(d, "p")
    while f.verb.base in ("see", "sell", "sing"):
        f, o, _ = frame(d, "p")
    s = person(d, f.who)
    have, o = HAVE[s.agree], known(d, f.verb.base, o)
    if d.chance(0.5):
        return join(
            f"{{s}} {have}~x already~t {v(f.verb, 'part')} {{o}}", f"{{s}} 已经~t {f.verb.zh}~v 了~x {{o}}", s=s, o=o
        )
    return join(f"{{s}} {have} not~x {v(f.verb, 'part')} {{o}} yet~t", f"{{s}} 还~t 没~x {f.verb.zh}~v {{o}}", s=s, o=o)


MEALS = {"breakfast": "早饭", "lunch": "午饭", "dinner": "晚饭"}
HOUR = {
    "breakfast": ("six", "seven", "eight"), "lunch": ("twelve", "one"), "dinner": ("six", "seven", "eight"),
}  # fmt: skip


def meals(d: Dice) -> Phrase:
    """Anna has lunch at twelve o'clock; anna had dinner with tom at home yesterday."""
    meal = d.pick(list(MEALS))
    s = person(d)
    h = d.pick(HOUR[meal])
    half = d.chance(0.3)
    t = join(f"at half~1 past~1 {h}~2", f"{w.HOURS[h]}~2 点~2 半~1") if half else join(
        f"at {h}~1 o'clock~2", f"{w.HOURS[h]}~1 点~2")  # fmt: skip
    form = "has" if s.agree == "s" else "have"
    if d.chance(0.4):
        return join(f"{{s}} usually~u {form}~v {meal}~o {{t}}", f"{{s}} 通常~u {{t}} 吃~v {MEALS[meal]}~o", s=s, t=t)
    return join(f"{{s}} {form}~v {meal}~o {{t}} every~e day~e", f"{{s}} 每天~e {{t}} 吃~v {MEALS[meal]}~o", s=s, t=t)


def daily(d: Dice) -> Phrase:
    """Shops open and people get up at a time: the clock comes before the verb."""

    def at(*hours: str) -> Phrase:
        h = d.pick(hours)
        if d.chance(0.35):
            return join(f"at half~1 past~1 {h}~2", f"{w.HOURS[h]}~2 点~2 半~1")
        return join(f"at {h}~1 o'clock~2", f"{w.HOURS[h]}~1 点~2")

    if d.chance(0.45):
        n, zh = d.pick([("shop", "商店"), ("bank", "银行"), ("library", "图书馆"), ("museum", "博物馆"), ("supermarket", "超市"),
                        ("bookshop", "书店"), ("zoo", "动物园")])  # fmt: skip
        en, cn, t = d.pick(
            [
                ("opens", "开门", at("seven", "eight", "nine", "ten")),
                ("closes", "关门", at("five", "six", "seven", "eight")),
            ]
        )
        tail = d.pick([" every~e day~e", ""])
        return join(f"the {n}~n {en}~v {{t}}{tail}", f"{zh}~n {'每天~e ' if tail else ''}{{t}} {cn}~v", t=t)
    s = person(d)
    en, cn, t = d.pick(
        [("get gets", "起床", at("six", "seven", "eight")), ("go goes", "睡觉", at("nine", "ten", "eleven"))]
    )
    base, third = en.split()
    verb = f"{third if s.agree == 's' else base}~v {'up~v' if cn == '起床' else 'to~v bed~v'}"
    return join(f"{{s}} {verb} {{t}} every~e day~e", f"{{s}} 每天~e {{t}} {cn}~v", s=s, t=t)

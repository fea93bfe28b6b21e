# ruff: noqa: E501, SIM905 (a template or a row of words reads best on one line; l is the slot of a place)
"""What things are like, comparisons with full noun phrases, having and wanting."""

from ..dice import Dice
from ..parts.agreement import BE, DO
from ..parts.moments import moment
from ..parts.noun_phrases import np
from ..parts.people import kin, name
from ..parts.subjects import human
from ..phrase import Phrase, join, word
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS
from .giving import receiver


def qualities(d: Dice) -> Phrase:
    """The red car is fast; my new book is not interesting; these cups are small; it is very big; the tall man."""
    n = d.pick(list(w.QUALITY))
    adj = d.pick(w.QUALITY[n])
    dets = (
        "the the the this that my thes these mys"
        if n not in ("mountain", "bridge", "question")
        else "the the this that thes"
    )
    x = np(d, n, d.pick(dets), adj=d.chance(0.6))
    if d.chance(0.12):
        x = word("it", "它")
    elif d.chance(0.12):
        n, adj = (
            d.pick(["cake", "soup", "water", "tea", "coffee", "meat", "bread", "milk", "noodles"]),
            d.pick("hot cold"),
        )
        if n in ("cake", "meat", "bread", "noodles"):
            adj = d.pick("expensive cheap fresh") if n != "noodles" else "hot"
        x = np(d, n, d.pick("the the my"))
        if n == "noodles":
            x = join("the noodles~n", "面条~n", agree="p")
    if adj in x.en or (adj in ("old", "new") and {"new", "old"} & set(x.en)) or {adj, *x.en} >= {"big", "small"}:
        return qualities(d)
    if ({adj, *x.en} & {"cheap"} and {adj, *x.en} & {"expensive"}) or {adj, *x.en} >= {"light", "heavy"}:
        return qualities(d)
    zh, b = w.PREDICATE[adj], BE[x.agree]
    roll = d.below(10)
    if roll < 4:
        return join(f"{{x}} {b}~v {adj}~a", f"{{x}} 很~v {zh}~a", x=x)
    if roll < 6 and adj != "new":
        return join(f"{{x}} {b} very~v {adj}~a", f"{{x}} 非常~v {zh}~a", x=x)
    if roll < 8:
        return join(f"{{x}} {b} not~x {adj}~a", f"{{x}} 不~x {zh}~a", x=x)
    return join(f"{b}~q {{x}} {adj}~a ?~e", f"{{x}} {zh}~a 吗~q ？~e", x=x)


def compared(d: Dice) -> Phrase:
    """The red car is faster than the blue car; i am taller than you; is tom older than anna?"""
    if d.chance(0.55):
        n = d.pick(
            "car bicycle bag box coat hat book dictionary phone computer horse house room cat dog chair table cup apple umbrella shirt skirt sweater".split()
        )
        adj = d.pick([a for a in w.QUALITY[n] if a in w.COMPARATIVE])
        if d.chance(0.4):
            n, adj = d.pick(
                [
                    ("car", "fast"),
                    ("horse", "fast"),
                    ("bicycle", "fast"),
                    ("dictionary", "thick"),
                    ("coat", "warm"),
                    ("room", "quiet"),
                    ("room", "clean"),
                    ("apple", "sweet"),
                    ("dog", "clever"),
                ]
            )
        a = np(d, n, d.pick("the the this that my my"), adj=d.chance(0.7))
        c = np(d, n, d.pick("the the that my my"), adj=d.chance(0.7))
        if (
            a.en == c.en
            or adj in a.en
            or adj in c.en
            or a.zh == c.zh
            or (adj in ("new", "old") and {"new", "old"} & {*a.en, *c.en})
        ):
            return compared(d)
        if set("big small cheap expensive light heavy".split()) & {*a.en, *c.en}:
            return compared(d)
    else:
        adj = d.pick("tall tall busy clever strong happy")
        a, c = human(d), d.pick([receiver(d, word("x", "x")), name(d), kin(d)])
        if set(a.zh) & set(c.zh) or a.en[0] in (
            "a",
            "an",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
        ):
            return compared(d)
    zh, b = w.PREDICATE[adj], BE[a.agree]
    roll = d.below(10)
    if roll < 2:
        return join(f"{{a}} {b} not~x as~c {adj}~a as~c {{b}}", f"{{a}} 没有~x {{b}} 那么~c {zh}~a", a=a, b=c)
    marks = " ".join(f"{t}~a" for t in w.COMPARATIVE[adj].split())
    if roll < 4:
        return (
            join(f"{b}~q {{a}} {marks} than~c {{b}} ?~e", f"{{a}} 比~c {{b}} {zh}~a 吗~q ？~e", a=a, b=c)
            if a.en[0] != "i"
            else compared(d)
        )
    return join(f"{{a}} {b} {marks} than~c {{b}}", f"{{a}} 比~c {{b}} {zh}~a", a=a, b=c)


def possess(d: Dice) -> Phrase:
    """He has a red car; do you have a dog? we do not have any milk; i want a new bag; what do you have?"""
    key = d.pick(
        "cat dog rabbit horse bicycle car computer phone camera umbrella dictionary map watch pen pencil hat coat sweater friend ticket key bag house book newspaper milk water tea coffee bread cake juice apple egg".split()
    )
    s = human(d, "adult" if key in ("car", "house", "horse") else "any")
    while s.en[0] in ("a", "an", "two", "three", "four", "five"):
        s = human(d)
    third, do = s.agree == "s", DO[s.agree]
    roll = d.below(14)
    large = key in ("car", "house", "computer", "bicycle", "camera", "phone", "watch", "horse")
    food = key in "milk water tea coffee bread cake juice".split()
    if roll < 4:
        o = np(d, key, d.pick("a bare") if food else d.pick("a" if large else "a a two many some"), adj=d.chance(0.5))
        return join(f"{{s}} {'has' if third else 'have'}~v {{o}}", "{s} 有~v {o}", s=s, o=o)
    if roll < 6:
        return join(
            f"{{s}} {do} not~x have~v {{o}}",
            "{s} 没有~x~v {o}",
            s=s,
            o=np(d, key, "any" if food or d.chance(0.3) else "a", lose=True, adj=d.chance(0.2)),
        )
    if roll == 6:
        return (
            join(
                "{s} had~v {o} {t}",
                "{s} {t} 有~v {o}",
                s=s,
                o=np(d, "car" if key == "friend" else key, "a"),
                t=moment(d, "past", "long"),
            )
            if large
            else possess(d)
        )
    if s.en[0] == "i" and roll in (7, 8, 11, 12, 13):
        return possess(d)
    if roll in (7, 8):
        return join(
            f"{do}~q {{s}} have~v {{o}} ?~e",
            "{s} 有~v {o} 吗~q ？~e",
            s=s,
            o=np(d, key, "bare" if food else d.pick("a a any"), lose=True, adj=d.chance(0.2)),
        )
    if roll == 13 and not food:
        noun = NOUNS[key]
        return join(
            f"how~d many~d {noun.plural}~n {do} {{s}} have~v ?~e",
            f"{{s}} 有~v 几~d {noun.measure}~d {noun.zh}~n ？~e",
            s=s,
        )
    if key == "friend":
        return possess(d)
    if roll == 9:
        return join(
            f"{{s}} {'wants' if third else 'want'}~v {{o}}",
            "{s} 想~v 要~v {o}",
            s=s,
            o=np(d, key, "a", adj=d.chance(0.5)),
        )
    if roll == 10:
        return join(
            f"{{s}} {do} not~n want~v {{o}}",
            "{s} 不~n 想~v 要~v {o}",
            s=s,
            o=np(d, key, "bare" if food else "a", lose=True),
        )
    if roll == 11:
        return join(
            f"{do}~q {{s}} want~v {{o}} ?~e",
            "{s} 想~v 要~v {o} 吗~q ？~e",
            s=s,
            o=np(d, key, "a" if not food else d.pick("a bare"), lose=True),
        )
    return join(f"what~w {do} {{s}} {d.pick(['want'])}~v ?~e", "{s} 想~v 要~v 什么~w ？~e", s=s)

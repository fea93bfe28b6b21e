# ruff: noqa: E501, SIM905 (a template or a row of words reads best on one line; l is the slot of a place)
"""Giving, helping, loving."""

from ..dice import Dice
from ..parts.agreement import BE, DO
from ..parts.moments import moment
from ..parts.noun_phrases import np
from ..parts.people import kin, name
from ..parts.subjects import human
from ..phrase import Phrase, join, word
from ..tables import listed
from ..vocabulary.nouns import NOUNS, ROLES

GIVEN = listed(
    "book pen watch scarf hat gift flower map ticket camera apple dictionary sweater umbrella bag cup phone photo key ball"
    " pencil coat"
)
ME = {"me": "我", "you": "你", "him": "他", "her": "她", "us": "我们", "them": "他们", "it": "它"}


def receiver(d: Dice, subject: Phrase) -> Phrase:
    """A person in object position, not the subject itself."""
    for _ in range(50):
        roll = d.below(10)
        if roll < 4:
            en = d.pick("me you him her us them")
            x = word(en, ME[en])
        elif roll < 6:
            x = name(d)
        elif roll < 7:
            x = kin(d)
        elif roll < 8:
            noun = NOUNS[d.pick(ROLES)]
            x = join(f"the {noun.singular}~1", f"{noun.zh}~1")
        else:
            x = np(d, d.pick("student boy girl child man woman friend"), d.pick("the my"))
            if x.zh[-1] == "朋友" and x.en[0] == "the":
                continue
        if not set(x.zh) & set(subject.zh) and not (
            x.en[0] in ME and {subject.en[0], x.en[0]} in ({"we", "me"}, {"i", "us"})
        ):
            if x.en[0] in ME and subject.en[0] in ("we", "i") and x.en[0] in ("me", "us"):
                continue
            return x
    return word("tom", "汤姆")


def gave(d: Dice) -> Phrase:
    """The teacher gave the student a book; gave a book to tom; is giving; give me a book."""
    s = human(d)
    x = receiver(d, s)
    key = d.pick(GIVEN)
    o = np(d, key, d.pick("a a a two two the my"), adj=d.chance(0.4))
    roll = d.below(10)
    t = moment(d, "past") if d.chance(0.5) else None
    if roll < 6:
        te, tz, slots = ("{t}", "{t}", {"t": t}) if t else ("", "", {})
        if o.zh[0] == "那" or d.chance(0.25):
            return join(
                f"{{s}} gave~v {{o}} to {{x}} {te}", f"{{s}} {tz} 给~v 了~v {{x}} {{o}}", s=s, o=o, x=x, **slots
            )
        return join(f"{{s}} gave~v {{x}} {{o}} {te}", f"{{s}} {tz} 给~v 了~v {{x}} {{o}}", s=s, o=o, x=x, **slots)
    if roll < 8:
        return join(
            "{s} did not~x give~v {x} {o}",
            "{s} 没~x 给~v {x} {o}",
            s=s,
            x=x,
            o=np(d, key, d.pick("a the my"), lose=True),
        )
    if roll == 8:
        return join(
            f"{{s}} {'wants' if s.agree == 's' else 'want'}~m to~m give~v {{x}} {{o}}",
            "{s} 想~m 给~v {x} {o}",
            s=s,
            x=x,
            o=o,
        )
    return join("{s} will~m give~v {x} {o}", "{s} 会~m 给~v {x} {o}", s=s, x=x, o=o)


def give_me(d: Dice) -> Phrase:
    """Please give me a book; can you give me the key? can you help me?"""
    me = word(*d.pick([("me", "我"), ("me", "我"), ("us", "我们"), ("him", "他"), ("her", "她"), ("them", "他们")]))
    key = d.pick([*GIVEN, "tea", "coffee", "water", "milk", "apple", "juice", "cake"])
    o = np(
        d,
        key,
        d.pick("a a two the") if key not in ("tea", "coffee", "water", "milk", "juice", "cake") else d.pick("a a bare"),
        adj=d.chance(0.25),
    )
    roll = d.below(8)
    if roll < 3:
        return join("please~p give~v {x} {o}", "请~p 给~v {x} {o}", x=me, o=o)
    if roll < 5:
        return join("give~v {x} {o}", "给~v {x} {o}", x=me, o=o)
    if roll == 5:
        return join("can~x you~s give~v {x} {o} ?~e", "你~s 能~x 给~v {x} {o} 吗~x ？~e", x=me, o=o)
    return help_(d)


def help_(d: Dice) -> Phrase:
    """Can you help me? she often helps her mother; tom is helping us."""
    me = word(*d.pick([("me", "我"), ("me", "我"), ("us", "我们"), ("him", "他"), ("her", "她"), ("them", "他们")]))
    s = human(d)
    while s.en[0] in ("a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        s = human(d)
    x = receiver(d, s)
    roll = d.below(9)
    if roll == 0:
        return join("please~p help~v {x}", "请~p 帮~v {x}", x=me)
    if roll == 1:
        en, zh = d.pick([("you", "你"), ("he", "他"), ("she", "她"), ("they", "他们")])
        x = receiver(d, word(en, zh))
        return join(f"can~x {en}~s help~v {{x}} ?~e", f"{zh}~s 能~x 帮~v {{x}} 吗~x ？~e", x=x)
    if roll == 2:
        return join("{s} can~m help~v {x}", "{s} 能~m 帮~v {x}", s=s, x=x)
    if roll == 3:
        return join(f"{{s}} {BE[s.agree]}~x helping~v {{x}}", "{s} 在~x 帮~v {x}", s=s, x=x)
    if roll == 4:
        return join("{s} will~m help~v {x}", "{s} 会~m 帮~v {x}", s=s, x=x)
    if roll == 5:
        return join(f"{{s}} often~t {'helps' if s.agree == 's' else 'help'}~v {{x}}", "{s} 常常~t 帮~v {x}", s=s, x=x)
    if roll == 6:
        return join("{s} did not~n help~v {x}", "{s} 没~n 帮~v {x}", s=s, x=x)
    return join("{s} helped~v {x} {t}", "{s} {t} 帮~v 了~v {x}", s=s, x=x, t=moment(d, "past"))


def love(d: Dice) -> Phrase:
    """I love you: 爱 a person, 很 喜欢 a thing; like a person: 喜欢."""
    s = human(d)
    while s.en[0] in ("a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        s = human(d)
    roll = d.below(12)
    verb, zh = d.pick([("love", "爱"), ("love", "爱"), ("like", "喜欢")])
    third = verb + "s" if s.agree == "s" else verb
    x = d.pick([receiver(d, s), kin(d)])
    if (set(x.zh) & set(s.zh) and s.en[0] not in ("i", "he", "she")) or x.zh == s.zh:
        x = receiver(d, s)
    if roll < 4:
        return join(f"{{s}} {third}~v {{x}}", f"{{s}} {zh}~v {{x}}", s=s, x=x)
    if roll == 4:
        return join(f"{{s}} {DO[s.agree]} not~n {verb}~v {{x}}", f"{{s}} 不~n {zh}~v {{x}}", s=s, x=x)
    if roll == 5:
        if s.en[0] == "i":
            s = word("you", "你", agree="p")
            x = receiver(d, s)
        return join(f"{DO[s.agree]}~q {{s}} {verb}~v {{x}} ?~e", f"{{s}} {zh}~v {{x}} 吗~q ？~e", s=s, x=x)
    key = d.pick(
        "cat dog bird rabbit horse panda flower apple orange banana tea coffee milk chocolate cake noodles dumpling book car music song film".split()
    )
    if roll == 6 or key == "music":
        return join(f"{{s}} {third}~v music~o", f"{{s}} {'很~v ' if verb == 'love' else ''}喜欢~v 音乐~o", s=s)
    if roll < 9:
        return join(
            f"{{s}} {'loves' if s.agree == 's' else 'love'}~v {{x}}", "{s} 很~v 喜欢~v {x}", s=s, x=np(d, key, "bare")
        )
    if roll < 11:
        key = d.pick("book car cat dog coat hat song film house room bicycle phone flower dictionary sweater".split())
        return join(
            f"{{s}} {'likes' if s.agree == 's' else 'like'}~v {{x}}",
            "{s} 喜欢~v {x}",
            s=s,
            x=np(d, key, d.pick("the this that my these"), adj=d.chance(0.5)),
        )
    return join(f"what~w {DO[s.agree]} {{s}} like~v ?~e", "{s} 喜欢~v 什么~w ？~e", s=s) if s.en[0] != "i" else love(d)

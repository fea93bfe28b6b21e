"""Giving, helping, loving."""

from ..dice import Dice, until
from ..parts.agreement import BE, DO, agreeing
from ..parts.moments import moment
from ..parts.noun_phrases import np
from ..parts.people import adult_role, kin, name, same_person
from ..parts.subjects import definite, human
from ..phrase import Phrase, join, word
from ..tables import listed, rows, table

GIVEN = listed(
    "book pen watch scarf hat gift flower map ticket camera apple dictionary sweater umbrella bag cup phone photo key"
    " ball pencil coat"
)
REFRESHMENTS = listed("tea coffee water milk apple juice cake")
ME = table("me = 我 | you = 你 | him = 他 | her = 她 | us = 我们 | them = 他们")
ASKED_FOR = rows("me = 我 | me = 我 | us = 我们 | him = 他 | her = 她 | them = 他们")
LOVED = (
    "cat dog bird rabbit horse panda flower apple orange banana tea coffee milk chocolate cake noodles dumpling book"
    " car music song film"
)
LIKED = "book car cat dog coat hat song film house room bicycle phone flower dictionary sweater"


def receiver(d: Dice, subject: Phrase) -> Phrase:
    """A person in object position, not the subject itself."""

    def fits(x: Phrase) -> bool:
        if same_person(x, subject) or (x.zh[-1] == "朋友" and x.en[0] == "the"):
            return False
        return subject.en[0] not in ("i", "we") or x.en[0] not in ("me", "us")

    return until(fits, _object_person, d)


def _object_person(d: Dice) -> Phrase:
    roll = d.below(10)
    if roll < 4:
        en = d.pick(list(ME))
        return word(en, ME[en])
    if roll < 6:
        return name(d)
    if roll < 7:
        return kin(d)
    if roll < 8:
        return adult_role(d)
    who = d.pick("student boy girl child man woman friend")
    return np(d, who, d.pick("the my") if who in ("student", "friend") else "the")


def _owner_is(x: Phrase, thing_: Phrase) -> bool:
    """Whether somebody is given a thing of their own: david gets david's phone."""
    return "'s" in thing_.en and same_person(x, thing_)


def gave(d: Dice, dets: str = "a a a two two the my", lost: str = "a the my", adjectives: float = 0.4) -> Phrase:
    """The teacher gave the student a book; gave a book to tom; is giving; give me a book.

    ``dets`` and ``lost`` are the determiners of what is given and of what is not.
    """
    s = human(d)
    x = receiver(d, s)
    key = d.pick(GIVEN)
    o = until(lambda o: not _owner_is(x, o), np, d, key, d.pick(dets), adj=d.chance(adjectives))
    roll = d.below(10)
    t = moment(d, "past") if d.chance(0.5) else None
    if roll < 6:
        te, slots = ("{t}", {"t": t}) if t else ("", {})
        what = "{o} to {x}" if o.zh[0] == "那" or d.chance(0.25) else "{x} {o}"
        return join(f"{{s}} gave~v {what} {te}", f"{{s}} {te} 给~v 了~v {{x}} {{o}}", s=s, o=o, x=x, **slots)
    if roll < 8:
        o = until(lambda o: not _owner_is(x, o), np, d, key, d.pick(lost), lose=True)
        return join("{s} did not~x give~v {x} {o}", "{s} 没~x 给~v {x} {o}", s=s, x=x, o=o)
    if roll == 8:
        return join(f"{{s}} {agreeing('want', s)}~m to~m give~v {{x}} {{o}}", "{s} 想~m 给~v {x} {o}", s=s, x=x, o=o)
    return join("{s} will~m give~v {x} {o}", "{s} 会~m 给~v {x} {o}", s=s, x=x, o=o)


def give_me(d: Dice) -> Phrase:
    """Please give me a book; can you give me the key? can you help me?"""
    me = word(*d.pick(ASKED_FOR))
    key = d.pick([*GIVEN, *REFRESHMENTS])
    det = d.pick("a a bare" if key in REFRESHMENTS and key != "apple" else "a a two the")
    o = np(d, key, det, adj=d.chance(0.25))
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
    me = word(*d.pick(ASKED_FOR))
    s = until(definite, human, d)
    x = receiver(d, s)
    roll = d.below(9)
    if roll == 0:
        return join("please~p help~v {x}", "请~p 帮~v {x}", x=me)
    if roll == 1:
        en, zh = d.pick(rows("you = 你 | he = 他 | she = 她 | they = 他们"))
        x = receiver(d, word(en, zh))
        return join(f"can~x {en}~s help~v {{x}} ?~e", f"{zh}~s 能~x 帮~v {{x}} 吗~x ？~e", x=x)
    if roll == 2:
        return join("{s} can~m help~v {x}", "{s} 能~m 帮~v {x}", s=s, x=x)
    if roll == 3:
        return join(f"{{s}} {BE[s.agree]}~x helping~v {{x}}", "{s} 在~x 帮~v {x}", s=s, x=x)
    if roll == 4:
        return join("{s} will~m help~v {x}", "{s} 会~m 帮~v {x}", s=s, x=x)
    if roll == 5:
        return join(f"{{s}} often~t {agreeing('help', s)}~v {{x}}", "{s} 常常~t 帮~v {x}", s=s, x=x)
    if roll == 6:
        return join("{s} did not~n help~v {x}", "{s} 没~n 帮~v {x}", s=s, x=x)
    return join("{s} helped~v {x} {t}", "{s} {t} 帮~v 了~v {x}", s=s, x=x, t=moment(d, "past"))


def love(d: Dice) -> Phrase | None:
    """I love you: 爱 a person, 很 喜欢 a thing; like a person: 喜欢."""
    s = until(definite, human, d)
    roll = d.below(12)
    verb, zh = d.pick(rows("love = 爱 | love = 爱 | like = 喜欢"))
    x = d.pick([receiver(d, s), kin(d)])
    if (same_person(x, s) and s.en[0] not in ("i", "he", "she")) or x.zh == s.zh:
        x = receiver(d, s)
    if roll < 4:
        return join(f"{{s}} {agreeing(verb, s)}~v {{x}}", f"{{s}} {zh}~v {{x}}", s=s, x=x)
    if roll == 4:
        return join(f"{{s}} {DO[s.agree]} not~n {verb}~v {{x}}", f"{{s}} 不~n {zh}~v {{x}}", s=s, x=x)
    if roll == 5:
        if s.en[0] == "i":
            s = word("you", "你", agree="p")
            x = receiver(d, s)
        return join(f"{DO[s.agree]}~q {{s}} {verb}~v {{x}} ?~e", f"{{s}} {zh}~v {{x}} 吗~q ？~e", s=s, x=x)
    return _love_things(d, s, verb, roll)


def _love_things(d: Dice, s: Phrase, verb: str, roll: int) -> Phrase | None:
    """Tom loves music; anna likes this red car; what do you like?"""
    key = d.pick(LOVED)
    if roll == 6 or key == "music":
        very = "很~v " if verb == "love" else ""
        return join(f"{{s}} {agreeing(verb, s)}~v music~o", f"{{s}} {very}喜欢~v 音乐~o", s=s)
    if roll < 9:
        return join(f"{{s}} {agreeing('love', s)}~v {{x}}", "{s} 很~v 喜欢~v {x}", s=s, x=np(d, key, "bare"))
    if roll < 11:
        x = np(d, d.pick(LIKED), d.pick("the this that my these"), adj=d.chance(0.5))
        return join(f"{{s}} {agreeing('like', s)}~v {{x}}", "{s} 喜欢~v {x}", s=s, x=x)
    if s.en[0] == "i":
        return None
    return join(f"what~w {DO[s.agree]} {{s}} like~v ?~e", "{s} 喜欢~v 什么~w ？~e", s=s)

"""What is going on and where: question words for somebody's doings."""

from ..dice import Dice, until
from ..parts.agreement import BE, DO
from ..parts.moments import moment, suits_meal
from ..parts.predicates import Predicate, act
from ..parts.subjects import human, third_person
from ..phrase import Phrase, join
from ..tables import rows
from ..vocabulary.acts import BEAST_ACTS, HUMAN_ACTS

DOINGS = rows(
    "eat = eating = 吃 | drink = drinking = 喝 | read = reading = 看 | write = writing = 写 | buy = buying = 买"
)


def asking(d: Dice) -> Phrase | None:
    """What are you doing? who is sleeping under the table? where are you going? what did he do yesterday?"""
    roll = d.below(14)
    s = until(third_person, human, d)
    if roll < 4:
        return _what_do(d, s, roll)
    if roll == 4:
        return _where_going(d, s)
    if roll == 5:
        return _what_eat(d, s)
    row = d.pick(HUMAN_ACTS if roll % 3 else BEAST_ACTS)
    p, by_people = act(d, row, "prog", 0.8), row in HUMAN_ACTS
    if roll < 9:
        return _who_is(p)
    if roll == 9 and by_people and p.style != "posture" and p.place:
        return _who_did(d, p)
    return _where_does(p, by_people, now=roll < 12)


def _what_do(d: Dice, s: Phrase, roll: int) -> Phrase:
    """What are you doing? what did he do yesterday?"""
    be = BE[s.agree]
    if roll == 0:
        d.below(2)  # decides nothing; without it every later draw of this template would be another one
        return join(f"what~w {be}~x {{s}} doing~v ?~e", "{s} 在~x 做~v 什么~w ？~e", s=s)
    if roll == 1:
        return join("what~w did {s} do~v {t} ?~e", "{s} {t} 做~v 了~v 什么~w ？~e", s=s, t=moment(d, "past"))
    t = moment(d, "future")
    if roll == 2:
        return join("what~w will~x {s} do~v {t} ?~e", "{s} {t} 会~x 做~v 什么~w ？~e", s=s, t=t)
    return join(f"what~w {be}~x {{s}} going~x to~x do~v {{t}} ?~e", "{s} {t} 要~x 做~v 什么~w ？~e", s=s, t=t)


def _where_going(d: Dice, s: Phrase) -> Phrase:
    """Where are you going tomorrow?"""
    en = f"where~w {BE[s.agree]}~x {{s}} going~v"
    if d.chance(0.6):
        return join(f"{en} ?~e", "{s} 要~x 去~v 哪里~w ？~e", s=s)
    return join(f"{en} {{t}} ?~e", "{s} {t} 要~x 去~v 哪里~w ？~e", s=s, t=moment(d, "future"))


def _what_eat(d: Dice, s: Phrase) -> Phrase:
    """What is he eating? what did he eat yesterday?"""
    base, ing, zh = d.pick(DOINGS)
    roll = d.below(3)
    if roll == 0:
        return join(f"what~w {BE[s.agree]}~x {{s}} {ing}~v ?~e", f"{{s}} 在~x {zh}~v 什么~w ？~e", s=s)
    en = f"what~w did {{s}} {base}~v"
    if roll == 1:
        t = moment(d, "past", weeks=False)
        return join(f"{en} {{t}} ?~e", f"{{s}} {{t}} {zh}~v 了~v 什么~w ？~e", s=s, t=t)
    return join(f"{en} ?~e", f"{{s}} {zh}~v 了~v 什么~w ？~e", s=s)


def _who_is(p: Predicate) -> Phrase | None:
    """Who is sleeping under the table?"""
    if p.verb.zh in ("跑", "吃~v 东西") or p.verb.base == "fly":
        return None
    mark, be = "", "is"  # 谁 在 桌子 下面 睡觉: the place keeps its 在, and 正 would be stiff
    if p.style == "posture":
        be = "is~v"
    elif not p.place:
        mark, be = "在~x", "is~x"
    return join(
        f"who~w {be} {p.verb.form('ing')} {p.object_slot} {p.place_slot} ?~e", f"谁~w {mark} {p.core} ？~e", **p.slots
    )


def _who_did(d: Dice, p: Predicate) -> Phrase:
    """Who played football in the park yesterday?"""
    t = until(lambda t: suits_meal(t, p.object), moment, d, "past", weeks=False)
    en = f"who~w {p.verb.form('past')} {p.object_slot} {p.place_slot} {{t}} ?~e"
    return join(en, f"谁~w {{t}} {p.core} ？~e", t=t, **p.slots)


def _where_does(p: Predicate, by_people: bool, now: bool) -> Phrase | None:
    """Where is he sitting? where are they playing football? where does she work?"""
    s = p.subject
    if not third_person(s):
        return None
    be, ing, base, zv = BE[s.agree], p.verb.form("ing"), p.verb.base, f"{p.verb.zh}~v"
    if p.style == "posture":
        return join(f"where~w {be} {{s}} {ing} ?~e", f"{{s}} {zv} 在~w 哪里~w ？~e", s=s)
    o, slots = p.object_slot, {"o": p.object} if p.object else {}
    if now and base not in ("swim", "fly", "have", "speak"):
        return join(f"where~w {be} {{s}} {ing} {o} ?~e", f"{{s}} 在~w 哪里~w {zv} {o} ？~e", s=s, **slots)
    if by_people and base != "swim":
        en = f"where~w {DO[s.agree]} {{s}} {p.verb.form('base')} {o} ?~e"
        return join(en, f"{{s}} 在~w 哪里~w {zv} {o} ？~e", s=s, **slots)
    return None

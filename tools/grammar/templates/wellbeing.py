"""Meals eaten, and how somebody feels."""

from ..dice import Dice, redrawn, until
from ..parts.agreement import BE, HAVE, WAS
from ..parts.moments import moment
from ..parts.subjects import beast, definite, human
from ..phrase import Phrase, join
from ..tables import rows
from ..vocabulary import words as w

DONE = rows(
    "eaten~v = 吃饭~v | eaten~v = 吃饭~v | had~v breakfast~o = 吃~v 早饭~o | had~v lunch~o = 吃~v 午饭~o"
    "| had~v dinner~o = 吃~v 晚饭~o | gone~v home~o = 回~v 家~o | eaten~v = 吃饭~v | eaten~v = 吃饭~v"
)
NOWADAYS = rows(
    "today~1 = 今天~1 | today~1 = 今天~1 | now~1 = 现在~1 | this~1 morning~2 = 今天~1 上午~2| tonight~1 = 今天~1 晚上~1"
)
ANIMAL_FEELINGS = "hungry thirsty tired happy"
HUMAN_FEELINGS = "busy busy tired tired happy hungry thirsty happy"


def eaten(d: Dice) -> Phrase:
    """Have you eaten? 你 吃饭 了 吗; has he had breakfast? i have not eaten yet."""
    s = until(definite, human, d)
    h = HAVE[s.agree]
    en, zh = d.pick(DONE)
    roll = d.below(7)
    if roll < 3 and s.en[0] != "i":
        return join(f"{h}~q {{s}} {en} ?~e", f"{{s}} {zh} 了~q 吗~q ？~e", s=s)
    if roll < 4:
        return join(f"{{s}} {h}~x {en}", f"{{s}} {zh} 了~x", s=s)
    if roll < 5:
        return join(f"{{s}} {h}~x already~a {en}", f"{{s}} 已经~a {zh} 了~x", s=s)
    if roll < 6:
        return join(f"{{s}} {h} not~x {en} yet~y", f"{{s}} 还~y 没~x {zh}", s=s)
    return join(f"{{s}} {h} not~x {en}", f"{{s}} 没~x {zh}", s=s)


def feelings(d: Dice) -> Phrase | None:
    """I am tired today; was the teacher busy yesterday? today i am very happy; the dog is hungry."""
    animal = d.chance(0.15)
    s = beast(d, d.pick("cat dog bird horse rabbit")) if animal else human(d)
    s = redrawn(s, definite, human, d)
    adj = d.pick(ANIMAL_FEELINGS if animal else HUMAN_FEELINGS)
    past = d.chance(0.3)
    t = _when_felt(d, adj, past)
    zh, b = w.PREDICATE[adj], (WAS if past else BE)[s.agree]
    te, slots = ("{t}", {"t": t}) if t else ("", {})
    roll = d.below(10)
    if roll < 2:
        return join(f"{{s}} {b} not~v {adj}~a {te}", f"{{s}} {te} 不~v {zh}~a", s=s, **slots)
    if roll < 4:
        if s.en[0] == "i":
            return None
        return join(f"{b}~q {{s}} {adj}~a {te} ?~e", f"{{s}} {te} {zh}~a 吗~q ？~e", s=s, **slots)
    if roll == 4 and not past:
        return join(f"{{s}} {b} too~x {adj}~a", f"{{s}} 太~x {zh}~a 了~x", s=s)
    very, degree = (" very", "非常") if roll > 7 else ("", "很")
    en = f"{{s}} {b}{very}~v {adj}~a"
    return join(f"{te} {en}" if d.chance(0.3) else f"{en} {te}", f"{{s}} {te} {degree}~v {zh}~a", s=s, **slots)


def _when_felt(d: Dice, adj: str, past: bool) -> Phrase | None:
    """A time of the feeling, or none."""
    if past:
        t = moment(d, "past", weeks=adj == "busy")
        return join("yesterday~1", "昨天~1") if {"today", "o'clock"} & set(t.en) else t
    return join(*d.pick(NOWADAYS)) if d.chance(0.45) else None

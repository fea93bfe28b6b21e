"""Wanting, being able, being allowed, having to; liking."""

from functools import partial

from ..dice import Dice, until
from ..parts.adverbials import future, later
from ..parts.agreement import DO, agreeing
from ..parts.frames import frame, skill
from ..parts.people import name, person, same_person
from ..parts.things import counted, thing
from ..phrase import Phrase, join
from ..tables import listed, rows
from ..vocabulary.nouns import NOUNS

COMING = rows(
    "come~v = 来~v | come~v here~o = 来~v 这里~o | go~v to school~o = 去~v 学校~o| go~v to the cinema~o = 去~v 电影院~o"
)
DUTIES = listed("read write wash repair borrow use")
LENT = "phone computer dictionary camera umbrella bicycle pen map pencil"
ENJOYED = listed("eat drink read draw sing watch")
LIKED = (
    "cat dog bird rabbit horse panda monkey flower apple orange pear peach banana tea coffee milk chocolate cake"
    " noodles soup beer dumpling"
)


def want(d: Dice) -> Phrase | None:
    """Anna wants to buy a book: 想."""
    f, o, _ = frame(d, "f")
    base, zv = f.verb.form("base"), f"{f.verb.zh}~v"
    roll = d.below(10)
    s = person(d, f.who, question=roll > 6)
    do = DO[s.agree]
    if roll < 4:
        if o in ("house", "car"):
            return None
        en = f"{{s}} {agreeing('want', s)}~x to~x {base} {{o}} {{t}}"
        return join(en, f"{{s}} {{t}} 想~x {zv} {{o}}", s=s, o=counted(d, o), t=later(d, o, f.verb.base))
    if roll == 9:
        return join(f"what~w {do} {{s}} want~x to~x {base} ?~e", f"{{s}} 想~x {zv} 什么~w ？~e", s=s)
    x = thing(d, o, d.pick("b t h"))
    if roll < 7:
        return join(f"{{s}} {do} not~x want~y to~y {base} {{o}}", f"{{s}} 不~x 想~y {zv} {{o}}", s=s, o=x)
    return join(f"{do}~q {{s}} want~x to~x {base} {{o}} ?~e", f"{{s}} 想~x {zv} {{o}} 吗~q ？~e", s=s, o=x)


def can_skill(d: Dice) -> Phrase:
    """Tom can swim: a skill that was learnt is 会."""
    en, zh = skill(d, "base")
    roll = d.below(10)
    s = person(d, "adult", question=roll > 6)
    if roll < 5:
        return join(f"{{s}} can~x {en}", f"{{s}} 会~x {zh}", s=s)
    if roll < 7:
        return join(f"{{s}} can~y not~x {en}", f"{{s}} 不~x 会~y {zh}", s=s)
    return join(f"can~x {{s}} {en} ?~e", f"{{s}} 会~x {zh} 吗~x ？~e", s=s)


def can_come(d: Dice) -> Phrase:
    """Tom can come tomorrow: circumstances allow it, 能."""
    s, t = person(d), future(d)
    en, zh = d.pick(COMING)
    roll = d.below(3)
    if roll == 0:
        return join(f"{{s}} can~x {en} {{t}}", f"{{s}} {{t}} 能~x {zh}", s=s, t=t)
    if roll == 1:
        return join(f"{{s}} can~y not~x {en} {{t}}", f"{{s}} {{t}} 不~x 能~y {zh}", s=s, t=t)
    s = person(d, question=True)
    return join(f"can~x {{s}} {en} {{t}} ?~e", f"{{s}} {{t}} 能~x {zh} 吗~x ？~e", s=s, t=t)


def should(d: Dice) -> Phrase:
    """Should 应该, must 必须, need to 需要, not need to 不 需要."""
    f, o, _ = until(lambda x: x[0].verb.base in DUTIES, frame, d, "f")
    base, zv = f.verb.form("base"), f"{f.verb.zh}~v"
    s, x = person(d, f.who), thing(d, o, d.pick("t h d"))
    needs = f"{agreeing('need', s)}~x to~x = 需要~x | {DO[s.agree]} not~y need~x to~x = 不~y 需要~x"
    en, zh = d.pick(rows(f"should~x = 应该~x | must~x = 必须~x | {needs} | should~y not~x = 不~x 应该~y"))
    if "不" in zh:
        x = thing(d, d.pick(f.objects), d.pick("t h d"))
    if d.chance(0.4):
        return join(f"{{s}} {en} {base} {{o}} {{t}}", f"{{s}} {{t}} {zh} {zv} {{o}}", s=s, o=x, t=future(d))
    return join(f"{{s}} {en} {base} {{o}}", f"{{s}} {zh} {zv} {{o}}", s=s, o=x)


def may(d: Dice) -> Phrase:
    """May i use your computer? You may read this book here: 可以."""
    n = d.pick(LENT)
    verb, zh = d.pick(rows("use = 用 | borrow = 借"))
    i, zh_i = d.pick(rows("i = 我 | we = 我们"))
    roll = d.below(4)
    if roll < 2:
        mode = d.pick("h d m")
        x = until(lambda x: mode != "m" or x.en[0] not in ("my", "our"), thing, d, n, mode)
        return join(f"may~x {i}~s {verb}~v {{x}} ?~e", f"{zh_i}~s 可以~x {zh}~v {{x}} 吗~x ？~e", x=x)
    x = thing(d, n, d.pick("h d"))
    if roll == 2:
        return join(f"you~s may~x {verb}~v {{x}}", f"你~s 可以~x {zh}~v {{x}}", x=x)
    return join(f"you~s may~y not~x {verb}~v {{x}}", f"你~s 不~x 可以~y {zh}~v {{x}}", x=x)


def like(d: Dice) -> Phrase | None:
    """Anna likes playing football; anna does not like cats; both like tea: 都."""
    roll = d.below(12)
    if roll < 5:
        return _like_doing(d, roll)
    x = thing(d, d.pick(LIKED), "b")
    s = person(d, "adult", question=roll > 9)
    if roll < 7:
        return join(f"{{s}} {DO[s.agree]} not~n like~x {{x}}", "{s} 不~n 喜欢~x {x}", s=s, x=x)
    if roll == 7:
        return join(f"{{s}} also~a {agreeing('like', s)}~x {{x}}", "{s} 也~a 喜欢~x {x}", s=s, x=x)
    if roll == 8:
        a = name(d)
        b = d.pick([name, partial(person, plain=True)])(d)
        if a.en == b.en or same_person(a, b):
            return None
        return join("{a} and~c {b} both~d like~x {x}", "{a} 和~c {b} 都~d 喜欢~x {x}", a=a, b=b, x=x)
    if roll == 9:
        n = NOUNS[d.pick("student child teacher girl boy doctor")]
        return join(f"all~d the {n.plural}~n like~x {{x}}", f"{n.zh}~n 们~n 都~d 喜欢~x {{x}}", x=x)
    return join(f"{DO[s.agree]}~q {{s}} like~x {{x}} ?~e", "{s} 喜欢~x {x} 吗~q ？~e", s=s, x=x)


def _like_doing(d: Dice, roll: int) -> Phrase:
    """Anna likes reading books; tom does not like swimming."""
    en, zh = skill(d, "ing")
    if roll > 3:
        f, o, _ = frame(d, "h")
        x = thing(d, o, "b")
        if f.verb.base in ENJOYED:
            s = person(d, f.who)
            likes = f"{{s}} {agreeing('like', s)}~x {f.verb.form('ing')} {{o}}"
            return join(likes, f"{{s}} 喜欢~x {f.verb.zh}~v {{o}}", s=s, o=x)
    s = person(d, "adult")
    if d.chance(0.3):
        return join(f"{{s}} {DO[s.agree]} not~n like~x {en}", f"{{s}} 不~n 喜欢~x {zh}", s=s)
    return join(f"{{s}} {agreeing('like', s)}~x {en}", f"{{s}} 喜欢~x {zh}", s=s)

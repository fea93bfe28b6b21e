"""Proposals and orders: 吧, 请, 不要."""

from ..dice import Dice, until
from ..parts.adverbials import future, goal, place
from ..parts.frames import frame
from ..parts.moments import moment, suits_meal
from ..parts.people import person
from ..parts.predicates import Predicate, act, event
from ..parts.things import thing
from ..phrase import Phrase, join
from ..tables import listed, rows
from ..vocabulary.acts import HUMAN_ACTS

ORDERS = rows(
    "open~v the door~o = 打开~v 门~o | open~v the window~o = 打开~v 窗户~o | close~v the door~o = 关上~v 门~o"
    "| close~v the window~o = 关上~v 窗户~o | turn~v on~v the light~o = 打开~v 灯~o"
    "| turn~v off~v the light~o = 关~v 灯~o | come~v here~o = 来~v 这里~o | go~v home~o = 回~v 家~o"
    "| go~v to school~o = 去~v 学校~o"
)
PROPOSED = listed("buy eat drink read watch sing draw wash")


def let_us(d: Dice) -> Phrase:
    """Let us play football in the park; open the window; do not sleep here; please sit on the chair."""
    row = d.pick([r for r in HUMAN_ACTS if r.verb.base not in ("speak", "run", "stand", "work")])
    p = act(d, row, "will", 0.45)
    roll = d.below(8)
    if d.chance(0.45):
        p = until(_proposed, event, d, "will", "-" if roll in (5, 6) else "+", 0.2)
    en, core, slots = f"{p.verb.form('base')} {p.object_slot} {p.place_slot}", p.core, p.slots
    if roll < 4:
        if d.chance(0.3):
            t = until(lambda t: suits_meal(t, p.object), moment, d, "future")
            return join(f"let~b us~s {en} {{t}}", f"我们~s {{t}} {core} 吧~b", t=t, **slots)
        return join(f"let~b us~s {en}", f"我们~s {core} 吧~b", **slots)
    if roll == 4:
        return join(f"please~p {en}", f"请~p {core}", **slots)
    if roll == 5:
        return join(f"do~n not~n {en}", f"不要~n {core}", **slots)
    if roll == 6:
        return join(f"please~p do~n not~n {en}", f"请~p 不要~n {core}", **slots)
    return _order(d)


def _proposed(p: Predicate) -> bool:
    """Whether one proposes it: nobody says "let us buy my book"."""
    if p.verb.base not in PROPOSED or "any" in p.object.en:
        return False
    return p.object.en[0] not in ("my", "our") or p.verb.base != "buy"


def _order(d: Dice) -> Phrase:
    """Open the door; do not close the window; can you turn on the light? let us go to the park."""
    en, zh = d.pick(ORDERS)
    roll = d.below(5)
    if roll == 0:
        return join(en, zh)
    if roll == 1:
        return join(f"do~n not~n {en}", f"不要~n {zh}")
    if roll == 2:
        return join(f"can~x you~s {en} ?~e", f"你~s 能~x {zh} 吗~x ？~e")
    if roll == 3:
        return join(f"please~p {en}", f"请~p {zh}")
    if d.chance(0.7):
        return join("let~b us~s go~v {g} {t}", "我们~s {t} 去~v {g} 吧~b", g=goal(d), t=moment(d, "future"))
    return join("let~b us~s go~v {g}", "我们~s 去~v {g} 吧~b", g=goal(d))


DOORS = rows(
    "open~1 the door~2 = 打开~1 门~2 | open~1 the window~2 = 打开~1 窗户~2 | close~1 the door~2 = 关上~1 门~2"
    "| close~1 the window~2 = 关上~1 窗户~2 | turn~1 on~1 the light~2 = 打开~1 灯~2"
    "| turn~1 off~1 the light~2 = 关~1 灯~2 | turn~1 on~1 the television~2 = 打开~1 电视~2"
    "| turn~1 off~1 the computer~2 = 关~1 电脑~2"
)
REQUESTED = listed("read write wash use repair drink eat")
FORBIDDEN = rows(
    "sleep = 睡觉 = classroom library office | run = 跑步 = library hospital museum"
    "| sing = 唱歌 = library hospital classroom office | dance = 跳舞 = library hospital office museum"
)


def doors(d: Dice) -> Phrase:
    """Please open the window; tom opened the window yesterday evening."""
    roll = d.below(10)
    en, zh = d.pick(DOORS)
    if roll == 0:
        return join(f"please~p {en}", f"请~p {zh}")
    if roll == 1:
        return join(f"please~p do~n not~n {en}", f"请~p 不要~n {zh}")
    if roll == 2:
        i, zh_i = d.pick(rows("i = 我 | we = 我们"))
        return join(f"may~x {i}~s {en} ?~e", f"{zh_i}~s 可以~x {zh} 吗~x ？~e")
    past = en.replace("open~", "opened~").replace("close~", "closed~").replace("turn~", "turned~")
    zh_past = zh.replace("~1", "~1 了~1", 1)
    s = person(d)
    if roll < 7:
        return join(f"{{s}} {past}", f"{{s}} {zh_past}", s=s)
    if roll == 7:
        return join(f"who~w {past} ?~e", f"谁~w {zh_past} ？~e")
    return join(f"{{s}} did not~n {en}", f"{{s}} 没~n {zh}", s=s)


def requests(d: Dice) -> Phrase:
    """Please read this book; let us go to the park: 吧."""
    roll = d.below(10)
    f, o, _ = until(lambda x: x[0].verb.base in REQUESTED and "beer" not in x[0].objects, frame, d, "h")
    if roll < 6:
        please, zh_please = ("please~p", "请~p") if roll < 3 else ("please~p do~n not~n", "请~p 不要~n")
        x = thing(d, o, d.pick("t h d"))
        return join(f"{please} {f.verb.form('base')} {{o}}", f"{zh_please} {f.verb.zh}~v {{o}}", o=x)
    if roll < 8:
        return join("let~b us~s go~v {g}", "我们~s 去~v {g} 吧~b", g=goal(d, d.chance(0.3)))
    if roll == 8:
        en, zh, places = d.pick(FORBIDDEN)
        return join(f"please~p do~n not~n {en}~v {{p}}", f"请~p 不要~n {{p}} {zh}~v", p=place(d.pick(places)))
    return join("let~b us~s go~v {g} {t}", "我们~s {t} 去~v {g} 吧~b", g=goal(d), t=future(d))

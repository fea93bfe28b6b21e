# ruff: noqa: E501, E741 (a template or a row of words reads best on one line; l is the slot of a place)
"""What is going on and where; proposals and requests."""

from ..dice import Dice
from ..parts.adverbials import goal
from ..parts.agreement import BE, DO
from ..parts.moments import moment
from ..parts.predicates import act, event
from ..parts.subjects import human
from ..phrase import Phrase, join
from ..vocabulary.acts import BEAST_ACTS, HUMAN_ACTS


def asking(d: Dice) -> Phrase:
    """What are you doing? who is sleeping under the table? where are you going? what did he do yesterday?"""
    roll = d.below(14)
    s = human(d)
    while s.en[0] in ("i", "a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        s = human(d)
    b, _do = BE[s.agree], DO[s.agree]
    if roll == 0:
        return join(
            f"what~w {b}~x {{s}} doing~v {d.pick(['', 'now~t'])} ?~e".replace("now~t", ""),
            "{s} 在~x 做~v 什么~w ？~e",
            s=s,
        )
    if roll == 1:
        return join("what~w did {s} do~v {t} ?~e", "{s} {t} 做~v 了~v 什么~w ？~e", s=s, t=moment(d, "past"))
    if roll == 2:
        return join("what~w will~x {s} do~v {t} ?~e", "{s} {t} 会~x 做~v 什么~w ？~e", s=s, t=moment(d, "future"))
    if roll == 3:
        return join(
            f"what~w {b}~x {{s}} going~x to~x do~v {{t}} ?~e",
            "{s} {t} 要~x 做~v 什么~w ？~e",
            s=s,
            t=moment(d, "future"),
        )
    if roll == 4:
        return join(f"where~w {b}~x {{s}} going~v ?~e", "{s} 要~x 去~v 哪里~w ？~e", s=s) if d.chance(0.6) else join(
            f"where~w {b}~x {{s}} going~v {{t}} ?~e", "{s} {t} 要~x 去~v 哪里~w ？~e", s=s, t=moment(d, "future"))  # fmt: skip
    if roll == 5:
        verb = d.pick(
            [
                ("eat", "eating", "吃"),
                ("drink", "drinking", "喝"),
                ("read", "reading", "看"),
                ("write", "writing", "写"),
                ("buy", "buying", "买"),
            ]
        )
        k = d.below(3)
        if k == 0:
            return join(f"what~w {b}~x {{s}} {verb[1]}~v ?~e", f"{{s}} 在~x {verb[2]}~v 什么~w ？~e", s=s)
        if k == 1:
            return join(
                f"what~w did {{s}} {verb[0]}~v {{t}} ?~e",
                f"{{s}} {{t}} {verb[2]}~v 了~v 什么~w ？~e",
                s=s,
                t=moment(d, "past", weeks=False),
            )
        return join(f"what~w did {{s}} {verb[0]}~v ?~e", f"{{s}} {verb[2]}~v 了~v 什么~w ？~e", s=s)
    row = d.pick(HUMAN_ACTS if roll % 3 else BEAST_ACTS)
    p = act(d, row, "prog", 0.8)
    en_o, zh_o, slots = ("{o}", "{o}", {"o": p.object}) if p.object else ("", "", {})
    posture = p.style == "posture"
    l = ("{l}", {"l": p.place}) if p.place else ("", {})
    slots |= l[1]
    core = f"{p.verb.zh}~v {l[0]}" if posture else f"{l[0]} {p.verb.zh}~v {zh_o}"
    if roll < 9:
        if p.verb.zh in ("跑", "吃~v 东西") or p.verb.base == "fly":
            return asking(d)
        x = "" if posture else "正~x" if p.place else "在~x"
        return join(
            f"who~w is~{'v' if posture else 'x'} {p.verb.form('ing')} {en_o} {l[0]} ?~e",
            f"谁~w {x} {core} ？~e",
            **slots,
        )
    if roll < 10 and row in HUMAN_ACTS and not posture and p.place:
        return join(
            f"who~w {p.verb.form('past')} {en_o} {l[0]} {{t}} ?~e",
            f"谁~w {{t}} {core} ？~e",
            t=moment(d, "past", weeks=False),
            **slots,
        )
    s = p.subject
    if s.en[0] in ("i", "a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        return asking(d)
    b = BE[s.agree]
    if posture:
        return join(f"where~w {b} {{s}} {p.verb.form('ing')} ?~e", f"{{s}} {p.verb.zh}~v 在~w 哪里~w ？~e", s=s)
    slots = {"o": p.object} if p.object else {}
    if roll < 12 and p.verb.base not in ("swim", "fly", "have", "speak"):
        return join(
            f"where~w {b}~x {{s}} {p.verb.form('ing')} {en_o} ?~e",
            f"{{s}} 正~x 在~w 哪里~w {p.verb.zh}~v {zh_o} ？~e",
            s=s,
            **slots,
        )
    if row in HUMAN_ACTS and p.verb.base != "swim":
        return join(
            f"where~w {DO[s.agree]} {{s}} {p.verb.form('base')} {en_o} ?~e",
            f"{{s}} 在~w 哪里~w {p.verb.zh}~v {zh_o} ？~e",
            s=s,
            **slots,
        )
    return asking(d)


def let_us(d: Dice) -> Phrase:
    """Let us play football in the park; open the window; do not sleep here; please sit on the chair."""
    row = d.pick([r for r in HUMAN_ACTS if r.verb.base not in ("speak", "run", "stand", "work")])
    p = act(d, row, "will", 0.45)
    roll = d.below(8)
    mode = "-" if roll in (5, 6) else "+"
    if d.chance(0.45):
        p = event(d, "will", mode, 0.2)
        while (
            p.verb.base not in ("buy", "eat", "drink", "read", "watch", "sing", "draw", "wash")
            or "any" in p.object.en
            or (p.object.en[0] in ("my", "our") and p.verb.base == "buy")
        ):
            p = event(d, "will", mode, 0.2)
    posture = p.style == "posture"
    o, l = "{o}" if p.object else "", "{l}" if p.place else ""
    slots = {k: x for k, x in (("o", p.object), ("l", p.place)) if x}
    core = f"{p.verb.zh}~v {l}" if posture else f"{l} {p.verb.zh}~v {o}"
    en = f"{p.verb.form('base')} {o} {l}"
    if roll < 4:
        if d.chance(0.3):
            return join(f"let~b us~s {en} {{t}}", f"我们~s {{t}} {core} 吧~b", t=moment(d, "future"), **slots)
        return join(f"let~b us~s {en}", f"我们~s {core} 吧~b", **slots)
    if roll == 4:
        return join(f"please~p {en}", f"请~p {core}", **slots)
    if roll == 5:
        return join(f"do~n not~n {en}", f"不要~n {core}", **slots)
    if roll == 6:
        return join(f"please~p do~n not~n {en}", f"请~p 不要~n {core}", **slots)
    order = d.pick([("open~v the door~o", "打开~v 门~o"), ("open~v the window~o", "打开~v 窗户~o"), ("close~v the door~o", "关上~v 门~o"), ("close~v the window~o", "关上~v 窗户~o"), ("turn~v on~v the light~o", "打开~v 灯~o"),
                  ("turn~v off~v the light~o", "关上~v 灯~o"), ("come~v here~o", "来~v 这里~o"), ("go~v home~o", "回~v 家~o"), ("go~v to school~o", "去~v 学校~o")])  # fmt: skip
    k = d.below(5)
    if k == 0:
        return join(order[0], order[1])
    if k == 1:
        return join(f"do~n not~n {order[0]}", f"不要~n {order[1]}")
    if k == 2:
        return join(f"can~x you~s {order[0]} ?~e", f"你~s 能~x {order[1]} 吗~x ？~e")
    if k == 3:
        return join(f"please~p {order[0]}", f"请~p {order[1]}")
    return (
        join("let~b us~s go~v {g} {t}", "我们~s {t} 去~v {g} 吧~b", g=goal(d), t=moment(d, "future"))
        if d.chance(0.7)
        else join("let~b us~s go~v {g}", "我们~s 去~v {g} 吧~b", g=goal(d))
    )

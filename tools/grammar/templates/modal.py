# ruff: noqa: E501, SIM905, RUF059 (a template or a row of words reads best on one line)
"""Wanting, being able, being allowed, having to; liking; requests."""

from ..dice import Dice
from ..parts.adverbials import future, goal, later, place
from ..parts.agreement import DO
from ..parts.frames import frame, skill, v
from ..parts.people import name, person
from ..parts.things import counted, thing
from ..phrase import Phrase, join
from ..vocabulary.nouns import NOUNS


def want(d: Dice) -> Phrase:
    """Anna wants to buy a book: 想."""
    f, o, p = frame(d, "f")
    roll = d.below(10)
    s = person(d, f.who, question=roll > 6)
    if roll < 4:
        return join(f"{{s}} {'wants' if s.agree == 's' else 'want'}~x to~x {v(f.verb, 'base')} {{o}} {{t}}", f"{{s}} {{t}} 想~x {f.verb.zh}~v {{o}}",
                    s=s, o=counted(d, o), t=later(d, o, f.verb.base)) if o not in ("house", "car") else want(d)  # fmt: skip
    if roll < 7:
        return join(f"{{s}} {DO[s.agree]} not~x want~y to~y {v(f.verb, 'base')} {{o}}", f"{{s}} 不~x 想~y {f.verb.zh}~v {{o}}",
                    s=s, o=thing(d, o, d.pick("b t h")))  # fmt: skip
    if roll < 9:
        return join(f"{DO[s.agree]}~q {{s}} want~x to~x {v(f.verb, 'base')} {{o}} ?~e", f"{{s}} 想~x {f.verb.zh}~v {{o}} 吗~q ？~e",
                    s=s, o=thing(d, o, d.pick("b t h")))  # fmt: skip
    return join(
        f"what~w {DO[s.agree]} {{s}} want~x to~x {v(f.verb, 'base')} ?~e", f"{{s}} 想~x {f.verb.zh}~v 什么~w ？~e", s=s
    )


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
    en, zh = d.pick([("come~v", "来~v"), ("come~v here~o", "来~v 这里~o"), ("go~v to school~o", "去~v 学校~o"),
                     ("go~v to the cinema~o", "去~v 电影院~o")])  # fmt: skip
    roll = d.below(3)
    if roll == 0:
        return join(f"{{s}} can~x {en} {{t}}", f"{{s}} {{t}} 能~x {zh}", s=s, t=t)
    if roll == 1:
        return join(f"{{s}} can~y not~x {en} {{t}}", f"{{s}} {{t}} 不~x 能~y {zh}", s=s, t=t)
    s = person(d, question=True)
    return join(f"can~x {{s}} {en} {{t}} ?~e", f"{{s}} {{t}} 能~x {zh} 吗~x ？~e", s=s, t=t)


def should(d: Dice) -> Phrase:
    """Should 应该, must 必须, need to 需要, not need to 不 需要."""
    f, o, p = frame(d, "f")
    while f.verb.base not in ("read", "write", "wash", "repair", "borrow", "use"):
        f, o, p = frame(d, "f")
    s, o = person(d, f.who), thing(d, o, d.pick("t h d"))
    third = s.agree == "s"
    en, zh = d.pick([("should~x", "应该~x"), ("must~x", "必须~x"), (f"{'needs' if third else 'need'}~x to~x", "需要~x"),
                     (f"{DO[s.agree]} not~y need~x to~x", "不~y 需要~x"), ("should~y not~x", "不~x 应该~y")])  # fmt: skip
    if "不" in zh:
        o = thing(d, f.objects[d.below(len(f.objects))], d.pick("t h d"))
    if d.chance(0.4):
        return join(
            f"{{s}} {en} {v(f.verb, 'base')} {{o}} {{t}}",
            f"{{s}} {{t}} {zh} {f.verb.zh}~v {{o}}",
            s=s,
            o=o,
            t=future(d),
        )
    return join(f"{{s}} {en} {v(f.verb, 'base')} {{o}}", f"{{s}} {zh} {f.verb.zh}~v {{o}}", s=s, o=o)


def may(d: Dice) -> Phrase:
    """May i use your computer? You may read this book here: 可以."""
    n = d.pick("phone computer dictionary camera umbrella bicycle pen map pencil".split())
    verb, zh = d.pick([("use", "用"), ("borrow", "借")])
    s = d.pick(["i 我", "we 我们"]).split()
    roll = d.below(4)
    if roll < 2:
        mode = d.pick("h d m")
        x = thing(d, n, mode)
        while mode == "m" and x.en[0] in ("my", "our"):
            x = thing(d, n, mode)
        return join(f"may~x {s[0]}~s {verb}~v {{x}} ?~e", f"{s[1]}~s 可以~x {zh}~v {{x}} 吗~x ？~e", x=x)
    x = thing(d, n, d.pick("h d"))
    if roll == 2:
        return join(f"you~s may~x {verb}~v {{x}}", f"你~s 可以~x {zh}~v {{x}}", x=x)
    return join(f"you~s may~y not~x {verb}~v {{x}}", f"你~s 不~x 可以~y {zh}~v {{x}}", x=x)


def like(d: Dice) -> Phrase:
    """Anna likes playing football; anna does not like cats; both like tea: 都."""
    roll = d.below(12)
    if roll < 5:
        en, zh = skill(d, "ing")
        if roll > 3:
            f, o, p = frame(d, "h")
            o = thing(d, o, "b")
            if f.verb.base in ("eat", "drink", "read", "draw", "sing", "watch"):
                s = person(d, f.who)
                return join(
                    f"{{s}} {'likes' if s.agree == 's' else 'like'}~x {v(f.verb, 'ing')} {{o}}",
                    f"{{s}} 喜欢~x {f.verb.zh}~v {{o}}",
                    s=s,
                    o=o,
                )
        s = person(d, "adult")
        if d.chance(0.3):
            return join(f"{{s}} {DO[s.agree]} not~n like~x {en}", f"{{s}} 不~n 喜欢~x {zh}", s=s)
        return join(f"{{s}} {'likes' if s.agree == 's' else 'like'}~x {en}", f"{{s}} 喜欢~x {zh}", s=s)
    x = thing(
        d,
        d.pick(
            "cat dog bird rabbit horse panda monkey flower apple orange pear peach banana tea coffee milk chocolate cake noodles soup beer dumpling".split()
        ),
        "b",
    )
    s = person(d, "adult", question=roll > 9)
    like_ = "likes" if s.agree == "s" else "like"
    if roll < 7:
        return join(f"{{s}} {DO[s.agree]} not~n like~x {{x}}", "{s} 不~n 喜欢~x {x}", s=s, x=x)
    if roll == 7:
        return join(f"{{s}} also~a {like_}~x {{x}}", "{s} 也~a 喜欢~x {x}", s=s, x=x)
    if roll == 8:
        a, b = name(d), d.pick([name, lambda d: person(d, plain=True)])(d)
        if a.en == b.en or set(a.zh) & set(b.zh):
            return like(d)
        return join("{a} and~c {b} both~d like~x {x}", "{a} 和~c {b} 都~d 喜欢~x {x}", a=a, b=b, x=x)
    if roll == 9:
        n = NOUNS[d.pick("student child teacher girl boy doctor".split())]
        return join(f"all~d the {n.plural}~n like~x {{x}}", f"{n.zh}~n 们~n 都~d 喜欢~x {{x}}", x=x)
    return join(f"{DO[s.agree]}~q {{s}} like~x {{x}} ?~e", "{s} 喜欢~x {x} 吗~q ？~e", s=s, x=x)


REQUESTS = (
    ("open~1 the door~2", "打开~1 门~2"), ("open~1 the window~2", "打开~1 窗户~2"), ("close~1 the door~2", "关上~1 门~2"),
    ("close~1 the window~2", "关上~1 窗户~2"), ("turn~1 on~1 the light~2", "打开~1 灯~2"), ("turn~1 off~1 the light~2", "关上~1 灯~2"),
    ("turn~1 on~1 the television~2", "打开~1 电视~2"), ("turn~1 off~1 the computer~2", "关上~1 电脑~2"),
)  # fmt: skip


def doors(d: Dice) -> Phrase:
    """Please open the window; tom opened the window yesterday evening."""
    roll = d.below(10)
    en, zh = d.pick(REQUESTS)
    if roll == 0:
        return join(f"please~p {en}", f"请~p {zh}")
    if roll == 1:
        return join(f"please~p do~n not~n {en}", f"请~p 不要~n {zh}")
    if roll == 2:
        s, zs = d.pick([("i", "我"), ("we", "我们")])
        return join(f"may~x {s}~s {en} ?~e", f"{zs}~s 可以~x {zh} 吗~x ？~e")
    past = en.replace("open~", "opened~").replace("close~", "closed~").replace("turn~", "turned~")
    s = person(d)
    if roll < 7:
        return join(f"{{s}} {past}", f"{{s}} {zh.replace('~1', '~1 了~1', 1)}", s=s)
    if roll == 7:
        return join(f"who~w {past} ?~e", f"谁~w {zh.replace('~1', '~1 了~1', 1)} ？~e")
    return join(f"{{s}} did not~n {en}", f"{{s}} 没~n {zh}", s=s)


def requests(d: Dice) -> Phrase:
    """Please read this book; let us go to the park: 吧."""
    roll = d.below(10)
    f, o, p = frame(d, "h")
    while f.verb.base not in ("read", "write", "wash", "use", "repair", "drink", "eat") or "beer" in f.objects:
        f, o, p = frame(d, "h")
    if roll < 3:
        return join(f"please~p {v(f.verb, 'base')} {{o}}", f"请~p {f.verb.zh}~v {{o}}", o=thing(d, o, d.pick("t h d")))
    if roll < 6:
        return join(
            f"please~p do~n not~n {v(f.verb, 'base')} {{o}}",
            f"请~p 不要~n {f.verb.zh}~v {{o}}",
            o=thing(d, o, d.pick("t h d")),
        )
    if roll < 8:
        return join("let~b us~s go~v {g}", "我们~s 去~v {g} 吧~b", g=goal(d, d.chance(0.3)))
    if roll == 8:
        en, zh, places = d.pick([("sleep", "睡觉", "classroom library office"), ("run", "跑步", "library hospital museum"), ("sing", "唱歌", "library hospital classroom office"),
                                 ("dance", "跳舞", "library hospital office museum")])  # fmt: skip
        return join(f"please~p do~n not~n {en}~v {{p}}", f"请~p 不要~n {{p}} {zh}~v", p=place(d.pick(places)))
    return join("let~b us~s go~v {g} {t}", "我们~s {t} 去~v {g} 吧~b", g=goal(d), t=future(d))

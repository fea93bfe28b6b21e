# ruff: noqa: E501, SIM905, RUF021 (a template or a row of words reads best on one line)
"""Going places, staying for a while, giving and borrowing, being with others."""

from ..dice import Dice
from ..parts.adverbials import future, goal, past, time
from ..parts.agreement import BE, DO, HAVE
from ..parts.people import kin, name, other, person
from ..parts.things import thing
from ..phrase import Phrase, join, word
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS

TRANSPORT = {"train": ("坐", "火车"), "bus": ("坐", "公共汽车"), "taxi": ("坐", "出租车"), "underground": ("坐", "地铁"),
             "bicycle": ("骑", "自行车"), "car": ("开", "汽车"), "plane": ("坐", "飞机")}  # fmt: skip


def ride(d: Dice, abroad: bool) -> Phrase:
    """``by train`` as 坐 火车; the distance decides what is plausible."""
    mode = d.pick("train plane" if abroad else "bus taxi underground bicycle")
    verb, noun = TRANSPORT[mode]
    return join(f"by~1 {mode}~2", f"{verb}~1 {noun}~2")


def towards(d: Dice, abroad: bool) -> Phrase:
    """A city, or a place in town."""
    if not abroad:
        return goal(d)
    c = d.pick(list(w.CITIES))
    return join("to {c}", "{c}", c=word(c, w.CITIES[c]))


def go_by(d: Dice) -> Phrase:
    """Anna went to beijing by train last week."""
    abroad = d.chance(0.5)
    s, g, r = person(d, "adult"), towards(d, abroad), ride(d, abroad)
    while r.en[-1] == "bicycle" and g.en[-1] in ("airport", "hotel"):
        r = ride(d, False)
    if r.en[-1] == "train" and g.en[-1] in ("tokyo", "york"):
        r = join("by~1 plane~2", "坐~1 飞机~2")
    roll = d.below(10)
    if roll < 4:
        return join("{s} went~v {g} {r} {t}", "{s} {t} {r} 去~v 了~v {g}", s=s, g=g, r=r, t=past(d))
    if roll < 6:
        return join("{s} will~x go~v {g} {r} {t}", "{s} {t} 会~x {r} 去~v {g}", s=s, g=g, r=r, t=future(d))
    if roll < 8:
        return join(
            f"{{s}} {BE[s.agree]}~x going~x to~x go~v {{g}} {{r}} {{t}}",
            "{s} {t} 要~x {r} 去~v {g}",
            s=s,
            g=g,
            r=r,
            t=future(d),
        )
    g, r = goal(d), ride(d, False)
    while g.en[-1] in ("airport", "hotel", "zoo", "museum", "cinema", "restaurant"):
        g = goal(d)
    go = "goes" if s.agree == "s" else "go"
    return join(f"{{s}} {go}~v {{g}} {{r}} {{t}}", "{s} {t} {r} 去~v {g}", s=s, g=g, r=r, t=time(d, w.HABIT_DAYTIME))


def go_to(d: Dice) -> Phrase:
    """Anna did not go to school yesterday; does anna often go to the park?"""
    g = goal(d, d.chance(0.3))
    roll = d.below(8)
    s = person(d, question=roll in (1, 4))
    if roll == 0:
        return join("{s} did not~x go~v {g} {t}", "{s} {t} 没~x 去~v {g}", s=s, g=g, t=past(d))
    if roll == 1:
        return join("did~q {s} go~v {g} {t} ?~e", "{s} {t} 去~v {g} 了~q 吗~q ？~e", s=s, g=g, t=past(d))
    if roll == 2:
        return join("{s} went~v {g} {t}", "{s} {t} 去~v 了~v {g}", s=s, g=g, t=past(d))
    if roll == 3:
        return join("{s} will~y not~x go~v {g} {t}", "{s} {t} 不~x 会~y 去~v {g}", s=s, g=g, t=future(d))
    if roll == 4:
        g = goal(d)
        return join(f"{DO[s.agree]}~q {{s}} often~t go~v {{g}} ?~e", "{s} 常常~t 去~v {g} 吗~q ？~e", s=s, g=g)
    if roll == 5:
        return join(
            f"{{s}} {'wants' if s.agree == 's' else 'want'}~x to~x go~v {{g}} {{t}}",
            "{s} {t} 想~x 去~v {g}",
            s=s,
            g=g,
            t=future(d),
        )
    if roll == 6:
        return join(f"where~w {'did'} {{s}} go~v {{t}} ?~e", "{s} {t} 去~v 了~v 哪里~w ？~e", s=person(d, question=True), t=past(d)) if d.chance(
            0.3) else join("{s} went~h home~g {t}", "{s} {t} 回~h 家~g 了~h", s=s, t=past(d))  # fmt: skip
    g = goal(d, True)
    if d.chance(0.5):
        return join(f"{{s}} {HAVE[s.agree]}~x been~v {{g}}", "{s} 去~v 过~x {g}", s=s, g=g)
    return join(f"{{s}} {HAVE[s.agree]}~x never~t been~v {{g}}", "{s} 从来~t 没~t 去~v 过~x {g}", s=s, g=g)


def go_with(d: Dice) -> Phrase:
    """Anna went to the park with tom yesterday: 跟 汤姆 一起."""
    s, x = person(d), other(d)
    if set(x.zh) & set(s.zh) or s.en[0] in w.PRONOUNS:
        s, x = name(d), kin(d)
        if set(x.zh) & set(s.zh):
            return go_with(d)
    roll = d.below(4)
    if roll == 0:
        return join(
            "{s} went~v {g} with~1 {x} {t}",
            "{s} {t} 跟~1 {x} 一起~1 去~v 了~v {g}",
            s=s,
            x=x,
            g=goal(d, d.chance(0.3)),
            t=past(d),
        )
    if roll == 1:
        return join(
            "{s} will~y go~v {g} with~1 {x} {t}",
            "{s} {t} 会~y 跟~1 {x} 一起~1 去~v {g}",
            s=s,
            x=x,
            g=goal(d),
            t=future(d),
        )
    verb, zh, o_en, o_zh = d.pick([("played~v", "踢~v", "football~o", "足球~o"), ("played~v", "打~v", "basketball~o", "篮球~o"),
                                   ("played~v", "打~v", "tennis~o", "网球~o"), ("watched~v", "看~v", "television~o", "电视~o"),
                                   ("had~v", "吃~v", "dinner~o", "晚饭~o"), ("had~v", "吃~v", "lunch~o", "午饭~o")])  # fmt: skip
    return join(
        f"{{s}} {verb} {o_en} with~1 {{x}} {{t}}", f"{{s}} {{t}} 跟~1 {{x}} 一起~1 {zh} {o_zh}", s=s, x=x, t=past(d)
    )


UNITS = {
    "hours": ("个", "小时"),
    "days": ("", "天"),
    "weeks": ("个", "星期"),
    "months": ("个", "月"),
    "years": ("", "年"),
}


def duration(d: Dice) -> Phrase:
    """Anna worked for three hours yesterday: the length of time follows 了."""
    if d.chance(0.5):
        unit = "hours"
        verb, zh, who = d.pick([("worked", "工作", "adult"), ("studied", "学习", "any"), ("rested", "休息", "any"), ("slept", "睡", "any"),
                                ("waited", "等", "any"), ("talked", "聊", "any")])  # fmt: skip
        tail, p = past(d), None
        while "点" in tail.zh or "上周" in tail.zh:
            tail = past(d)
    else:
        unit = d.pick("days weeks months years")
        verb, zh, who = d.pick(
            [("lived", "住", "any"), ("worked", "工作", "adult"), ("studied", "学习", "any"), ("stayed", "住", "any")]
        )
        if verb == "stayed":
            unit = d.pick("days weeks")
        if verb == "lived":
            unit = d.pick("months years")
        tail, c = None, d.pick(list(w.CITIES))
        p = join("in~1 {c}", "在~1 {c}", c=word(c, w.CITIES[c]))
    n = d.pick("two three four five six seven eight")
    cl, u = UNITS[unit]
    length = join(f"for {n}~1 {unit}~2", f"{w.NUMBERS[n]}~1 {cl + '~1 ' if cl else ''}{u}~2")
    s = person(d, who)
    if p:
        return join(f"{{s}} {verb}~v {{p}} {{l}}", f"{{s}} {{p}} {zh}~v 了~v {{l}}", s=s, p=p, l=length)
    return join(f"{{s}} {verb}~v {{l}} {{t}}", f"{{s}} {{t}} {zh}~v 了~v {{l}}", s=s, l=length, t=tail)


PRESENTS = "book pen watch scarf hat gift flower map ticket camera apple dictionary sweater umbrella bag cup phone photo".split()


def give(d: Dice) -> Phrase:
    """Anna gave tom a book; bought tom a book (给 汤姆 买 了 一 本 书)."""
    s, x = person(d), other(d)
    if set(x.zh) & set(s.zh) or x.en[0] in w.OBJECT_PRONOUNS and s.en[0] in w.PRONOUNS:
        s, x = name(d), word(*d.pick([("me", "我"), ("him", "他"), ("her", "她"), ("us", "我们")]))
    n = d.pick(PRESENTS)
    o, t = (
        thing(
            d,
            n,
            d.pick(
                "a j j n n" if n in ("book", "pen", "flower", "apple", "map", "ticket", "photo", "cup") else "a o o"
            ),
        ),
        past(d),
    )
    roll = d.below(8)
    if roll < 3:
        return join("{s} gave~v {x} {o} {t}", "{s} {t} 给~v 了~v {x} {o}", s=s, x=x, o=o, t=t)
    if roll < 6:
        return join("{s} bought~v {x} {o} {t}", "{s} {t} 给 {x} 买~v 了~v {o}", s=s, x=x, o=o, t=t)
    return join("{s} will~y give~v {x} {o} {t}", "{s} {t} 会~y 给~v {x} {o}", s=s, x=x, o=o, t=future(d))


def from_whom(d: Dice) -> Phrase:
    """Anna borrowed two books from the library yesterday: 从 图书馆."""
    n = d.pick("book magazine novel dictionary")
    x = join("from~1 the library~2", "从~1 图书馆~2")
    s = person(d)
    if d.chance(0.4):
        c, p = d.pick(list(w.CITIES)), past(d)
        while "点" in p.zh:
            p = past(d)
        return join(
            "{s} came~v back~v from~1 {c} {t}", "{s} {t} 从~1 {c} 回来~v 了~v", s=s, c=word(c, w.CITIES[c]), t=p
        )
    return join(
        "{s} borrowed~v {o} {x} {t}",
        "{s} {t} {x} 借~v 了~v {o}",
        s=s,
        x=x,
        o=thing(d, n, d.pick("a j n n t")),
        t=past(d),
    )


def lives(d: Dice) -> Phrase:
    """Anna lives in london; where does anna live?"""
    c = d.pick(list(w.CITIES))
    city = word(c, w.CITIES[c])
    roll = d.below(8)
    s = person(d, "adult", question=roll in (5, 6))
    if roll < 3:
        return join(f"{{s}} {'lives' if s.agree == 's' else 'live'}~v in~1 {{c}}", "{s} 住~v 在~1 {c}", s=s, c=city)
    if roll < 5:
        return join(f"{{s}} {DO[s.agree]} not~x live~v in~1 {{c}}", "{s} 不~x 住~v 在~1 {c}", s=s, c=city)
    if roll == 5:
        return join(f"{DO[s.agree]}~q {{s}} live~v in~1 {{c}} ?~e", "{s} 住~v 在~1 {c} 吗~q ？~e", s=s, c=city)
    if roll == 6:
        return join(f"where~w {DO[s.agree]} {{s}} live~v ?~e", "{s} 住~v 在~w 哪里~w ？~e", s=s)
    c = d.pick(list(w.COUNTRIES))
    if s.en[0] in "anna tom mary david peter lucy".split():
        c = d.pick("england france america germany")
    elif set(s.en) & {"li", "wang", "zhang", "liu", "mr", "mrs"}:
        c = "china"
    return join(f"{{s}} {BE[s.agree]}~1 from~1 {{c}}", "{s} 来自~1 {c}", s=s, c=word(c, w.COUNTRIES[c]))


def put(d: Dice) -> Phrase:
    """Anna put the book on the table: 把 moves a definite object before the verb."""
    from .states import SPOTS

    prep, zh, ground, things = d.pick(
        [
            row
            for row in SPOTS
            if row[2].split()[0] in ("table", "chair", "bed", "box", "bag") and row[0] in ("on", "in")
        ]
    )
    n = d.pick([t for t in things.split() if t != "cat"])
    en_g, zh_g = ground.split()
    spot = join(f"{prep}~1 the {en_g}~2", f"在~1 {zh_g}~2 {zh}~1")
    o = (
        join(f"the {NOUNS[n].singular}~n", f"{NOUNS[n].zh}~n")
        if d.chance(0.6)
        else join(f"my~p {NOUNS[n].singular}~n", f"我~p 的~p {NOUNS[n].zh}~n")
    )
    if d.chance(0.4):
        return join("please~p put~v {o} {l}", "请~p 把~v {o} 放~v {l}", o=o, l=spot)
    s = d.pick([person])(d)
    while s.agree != "s":
        s = person(d)
    return join("{s} put~v {o} {l} {t}", "{s} {t} 把~v {o} 放~v {l} 了~v", s=s, o=o, l=spot, t=past(d))

"""Going places: by what, with whom, for how long; where somebody lives."""

from ..dice import Dice, redrawn, until
from ..parts.adverbials import city, future, goal, past, place, time
from ..parts.agreement import BE, DO, HAVE, agreeing
from ..parts.moments import suits_meal
from ..parts.people import kin, name, other, person, same_person
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w

TRANSPORT = {  # 坐 火车 is "by train"
    "train": ("坐", "火车"), "bus": ("坐", "公共汽车"), "taxi": ("坐", "出租车"), "underground": ("坐", "地铁"),
    "bicycle": ("骑", "自行车"), "plane": ("坐", "飞机"),
}  # fmt: skip
NOT_BY_BICYCLE = listed("airport hotel")
NOT_EVERY_DAY = listed("airport hotel zoo museum cinema restaurant")
TOGETHER = rows(
    "played~v = 踢~v = football~o = 足球~o | played~v = 打~v = basketball~o = 篮球~o"
    "| played~v = 打~v = tennis~o = 网球~o | watched~v = 看~v = television~o = 电视~o"
    "| had~v = 吃~v = dinner~o = 晚饭~o | had~v = 吃~v = lunch~o = 午饭~o"
)
UNITS = {
    "hours": ("个", "小时"),
    "days": ("", "天"),
    "weeks": ("个", "星期"),
    "months": ("个", "月"),
    "years": ("", "年"),
}
FOR_HOURS = rows(
    "worked = 工作 = adult | studied = 学习 = any | rested = 休息 = any | slept = 睡 = any | waited = 等 = any"
    "| talked = 聊 = any"
)
FOR_LONG = rows("lived = 住 = any | worked = 工作 = adult | studied = 学习 = any | stayed = 住 = any")


def ride(d: Dice, abroad: bool) -> Phrase:
    """``by train`` as 坐 火车; the distance decides what is plausible."""
    return _by(d.pick("train plane" if abroad else "bus taxi underground bicycle"))


def _by(mode: str) -> Phrase:
    verb, noun = TRANSPORT[mode]
    return join(f"by~1 {mode}~2", f"{verb}~1 {noun}~2")


def go_by(d: Dice) -> Phrase:
    """Anna went to beijing by train last week."""
    abroad = d.chance(0.5)
    s, g = person(d, "adult"), join("to {c}", "{c}", c=city(d)) if abroad else goal(d)

    def plausible(r: Phrase) -> bool:
        return r.en[-1] != "bicycle" or g.en[-1] not in NOT_BY_BICYCLE

    r = redrawn(ride(d, abroad), plausible, ride, d, False)
    if r.en[-1] == "train" and g.en[-1] in ("tokyo", "york"):
        r = _by("plane")
    roll = d.below(10)
    if roll < 4:
        return join("{s} went~v {g} {r} {t}", "{s} {t} {r} 去~v 了~v {g}", s=s, g=g, r=r, t=past(d))
    if roll < 6:
        return join("{s} will~x go~v {g} {r} {t}", "{s} {t} 会~x {r} 去~v {g}", s=s, g=g, r=r, t=future(d))
    if roll < 8:
        en = f"{{s}} {BE[s.agree]}~x going~x to~x go~v {{g}} {{r}} {{t}}"
        return join(en, "{s} {t} 要~x {r} 去~v {g}", s=s, g=g, r=r, t=future(d))
    g, r = goal(d), ride(d, False)
    g = redrawn(g, lambda g: g.en[-1] not in NOT_EVERY_DAY, goal, d)
    t = time(d, w.HABIT_DAYTIME)
    return join(f"{{s}} {agreeing('go', s)}~v {{g}} {{r}} {{t}}", "{s} {t} {r} 去~v {g}", s=s, g=g, r=r, t=t)


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
        en = f"{DO[s.agree]}~q {{s}} often~t go~v {{g}} ?~e"
        return join(en, "{s} 常常~t 去~v {g} 吗~q ？~e", s=s, g=goal(d))
    if roll == 5:
        en = f"{{s}} {agreeing('want', s)}~x to~x go~v {{g}} {{t}}"
        return join(en, "{s} {t} 想~x 去~v {g}", s=s, g=g, t=future(d))
    if roll == 6:
        if not d.chance(0.3):
            return join("{s} went~h home~g {t}", "{s} {t} 回~h 家~g 了~h", s=s, t=past(d))
        s = person(d, question=True)
        return join("where~w did {s} go~v {t} ?~e", "{s} {t} 去~v 了~v 哪里~w ？~e", s=s, t=past(d))
    return _been_to(d, s)


def _been_to(d: Dice, s: Phrase) -> Phrase:
    """Anna has never been to london: 从来 没 去 过."""
    g, have = goal(d, True), HAVE[s.agree]
    if d.chance(0.5):
        return join(f"{{s}} {have}~x been~v {{g}}", "{s} 去~v 过~x {g}", s=s, g=g)
    return join(f"{{s}} {have}~x never~t been~v {{g}}", "{s} 从来~t 没~t 去~v 过~x {g}", s=s, g=g)


def go_with(d: Dice) -> Phrase | None:
    """Anna went to the park with tom yesterday: 跟 汤姆 一起."""
    s, x = person(d), other(d)
    if same_person(x, s) or s.en[0] in w.PRONOUNS:
        s, x = name(d), kin(d)
        if same_person(x, s):
            return None
    roll = d.below(4)
    if roll == 0:
        g, zh = goal(d, d.chance(0.3)), "{s} {t} 跟~1 {x} 一起~1 去~v 了~v {g}"
        return join("{s} went~v {g} with~1 {x} {t}", zh, s=s, x=x, g=g, t=past(d))
    if roll == 1:
        g, zh = goal(d), "{s} {t} 会~y 跟~1 {x} 一起~1 去~v {g}"
        return join("{s} will~y go~v {g} with~1 {x} {t}", zh, s=s, x=x, g=g, t=future(d))
    verb, zh_verb, o, zh_o = d.pick(TOGETHER)
    zh = f"{{s}} {{t}} 跟~1 {{x}} 一起~1 {zh_verb} {zh_o}"
    t = until(lambda t: suits_meal(t, join(o, zh_o)), past, d)
    return join(f"{{s}} {verb} {o} with~1 {{x}} {{t}}", zh, s=s, x=x, t=t)


def duration(d: Dice) -> Phrase:
    """Anna worked for three hours yesterday: the length of time follows 了."""
    if d.chance(0.5):
        verb, zh, who = d.pick(FOR_HOURS)
        t = until(lambda t: not {"点", "上周"} & set(t.zh), past, d)
        length = _length(d, "hours")
        en, zh = f"{{s}} {verb}~v {{l}} {{t}}", f"{{s}} {{t}} {zh}~v 了~v {{l}}"
        return join(en, zh, s=person(d, who), l=length, t=t)
    unit = d.pick("days weeks months years")
    verb, zh, who = d.pick(FOR_LONG)
    if verb == "stayed":
        unit = d.pick("days weeks")
    if verb == "lived":
        unit = d.pick("months years")
    p = place(d.pick(list(w.CITIES)))
    length = _length(d, unit)
    return join(f"{{s}} {verb}~v {{p}} {{l}}", f"{{s}} {{p}} {zh}~v 了~v {{l}}", s=person(d, who), p=p, l=length)


def _length(d: Dice, unit: str) -> Phrase:
    """For three hours: 三 个 小时; for three days: 三 天."""
    n = d.pick("two three four five six seven eight")
    measure, zh = UNITS[unit]
    return join(f"for {n}~1 {unit}~2", f"{w.NUMBERS[n]}~1 {measure and measure + '~1'} {zh}~2")


def lives(d: Dice) -> Phrase:
    """Anna lives in london; where does anna live?"""
    c = city(d)
    roll = d.below(8)
    s = person(d, "adult", question=roll in (5, 6))
    do = DO[s.agree]
    if roll < 3:
        return join(f"{{s}} {agreeing('live', s)}~v in~1 {{c}}", "{s} 住~v 在~1 {c}", s=s, c=c)
    if roll < 5:
        return join(f"{{s}} {do} not~x live~v in~1 {{c}}", "{s} 不~x 住~v 在~1 {c}", s=s, c=c)
    if roll == 5:
        return join(f"{do}~q {{s}} live~v in~1 {{c}} ?~e", "{s} 住~v 在~1 {c} 吗~q ？~e", s=s, c=c)
    if roll == 6:
        return join(f"where~w {do} {{s}} live~v ?~e", "{s} 住~v 在~w 哪里~w ？~e", s=s)
    country = d.pick(list(w.COUNTRIES))
    if s.en[0] in listed("anna tom mary david peter lucy"):
        country = d.pick("england france america germany")
    elif set(s.en) & {"li", "wang", "zhang", "liu", "mr", "mrs"}:
        country = "china"
    c = word(country, w.COUNTRIES[country])
    return join(f"{{s}} {BE[s.agree]}~1 from~1 {{c}}", "{s} 来自~1 {c}", s=s, c=c)

"""Statements about what somebody does, is doing, and when: habits, progressives, meals, opening hours."""

from ..dice import Dice
from ..parts.adverbials import clock, time
from ..parts.agreement import BE, DO, agreeing, present
from ..parts.frames import activity, frame
from ..parts.people import person
from ..parts.things import thing
from ..phrase import Phrase, join
from ..tables import listed, rows
from ..vocabulary import words as w

BY_DAY = listed("work study sleep")
ANY_TIME = listed("eat drink read sing")
MEALS = {"breakfast": "早饭", "lunch": "午饭", "dinner": "晚饭"}
MEAL_HOURS = {"breakfast": "six seven eight", "lunch": "twelve one", "dinner": "six seven eight"}
HOUSES = rows(
    "shop = 商店 | bank = 银行 | library = 图书馆 | museum = 博物馆 | supermarket = 超市 | bookshop = 书店"
    "| zoo = 动物园"
)


def habit(d: Dice) -> Phrase:
    """Anna drinks tea at home every morning."""
    if d.chance(0.3):
        f, p = activity(d)
        s = person(d, f.who)
        t = time(d, w.HABIT[:1] if f.verb.base in BY_DAY else w.HABIT)
        return join(f"{{s}} {present(f.verb, s)} {{p}} {{t}}", f"{{s}} {{t}} {{p}} {f.verb.zh}~v", s=s, p=p, t=t)
    f, o, p = frame(d, "h")
    s, x = person(d, f.who), thing(d, o, "b")
    t = time(d, w.HABIT if f.verb.base in ANY_TIME else w.HABIT_DAYTIME)
    en, zh = f"{{s}} {present(f.verb, s)} {{o}} {{p}} {{t}}", f"{{s}} {{t}} {{p}} {f.verb.zh}~v {{o}}"
    return join(en, zh, s=s, o=x, p=p, t=t)


def often(d: Dice) -> Phrase:
    """Anna often reads newspapers in the library."""
    adverb = d.pick(list(w.OFTEN))
    f, o, p = frame(d, "h")
    s = person(d, f.who)
    en, zh = f"{{s}} {adverb}~t {present(f.verb, s)} {{o}}", f"{{s}} {w.OFTEN[adverb]}~t"
    if d.chance(0.6) or adverb == "usually":
        return join(f"{en} {{p}}", f"{zh} {{p}} {f.verb.zh}~v {{o}}", s=s, o=thing(d, o, "b"), p=p)
    return join(en, f"{zh} {f.verb.zh}~v {{o}}", s=s, o=thing(d, o, "b"))


def never(d: Dice) -> Phrase:
    """Anna never drinks beer: 从来 不, both linked to "never"."""
    f, o, p = frame(d, "n")
    s = person(d, f.who)
    en, zh = f"{{s}} never~t {present(f.verb, s)} {{o}}", "{s} 从来~t 不~t"
    if d.chance(0.4):
        return join(f"{en} {{p}}", f"{zh} {{p}} {f.verb.zh}~v {{o}}", s=s, o=thing(d, o, "b"), p=p)
    return join(en, f"{zh} {f.verb.zh}~v {{o}}", s=s, o=thing(d, o, "b"))


def habit_not(d: Dice) -> Phrase:
    """Anna does not eat meat."""
    f, o, _ = frame(d, "n")
    s = person(d, f.who)
    en, zh = f"{{s}} {DO[s.agree]} not~x {f.verb.form('base')} {{o}}", f"{{s}} 不~x {f.verb.zh}~v {{o}}"
    return join(en, zh, s=s, o=thing(d, o, "b"))


def progressive(d: Dice) -> Phrase:
    """Anna is reading a book: 在; with a place the progressive is 正 and the place keeps 在."""
    if d.chance(0.3):
        f, p = activity(d)
        s = person(d, f.who)
        en, zh = f"{{s}} {BE[s.agree]}~x {f.verb.form('ing')} {{p}}", f"{{s}} 正~x {{p}} {f.verb.zh}~v"
        return join(en, zh, s=s, p=p)
    f, o, p = frame(d, "g")
    s = person(d, f.who)
    modes = {"sell": "b", "wash": "b", "eat": "a o", "drink": "a o"}
    x = thing(d, o, d.pick(modes.get(f.verb.base, "a o t")))
    en = f"{{s}} {BE[s.agree]}~x {f.verb.form('ing')} {{o}}"
    if d.chance(0.5):
        return join(f"{en} {{p}}", f"{{s}} 正~x {{p}} {f.verb.zh}~v {{o}}", s=s, o=x, p=p)
    return join(en, f"{{s}} 在~x {f.verb.zh}~v {{o}}", s=s, o=x)


def progressive_not(d: Dice) -> Phrase:
    """Anna is not reading: 没 在."""
    if d.chance(0.3):
        f, _ = activity(d)
        s = person(d, f.who)
        return join(f"{{s}} {BE[s.agree]}~y not~x {f.verb.form('ing')}", f"{{s}} 没~x 在~y {f.verb.zh}~v", s=s)
    f, o, _ = frame(d, "g")
    s = person(d, f.who)
    en, zh = f"{{s}} {BE[s.agree]}~y not~x {f.verb.form('ing')} {{o}}", f"{{s}} 没~x 在~y {f.verb.zh}~v {{o}}"
    return join(en, zh, s=s, o=thing(d, o, "b"))


def meals(d: Dice) -> Phrase:
    """Anna has lunch at twelve o'clock; anna had dinner with tom at home yesterday."""
    meal = d.pick(list(MEALS))
    s = person(d)
    t = clock(d, MEAL_HOURS[meal], 0.3)
    has, zh = f"{agreeing('have', s)}~v {meal}~o {{t}}", f"{{t}} 吃~v {MEALS[meal]}~o"
    if d.chance(0.4):
        return join(f"{{s}} usually~u {has}", f"{{s}} 通常~u {zh}", s=s, t=t)
    return join(f"{{s}} {has} every~e day~e", f"{{s}} 每天~e {zh}", s=s, t=t)


def daily(d: Dice) -> Phrase:
    """Shops open and people get up at a time: the clock comes before the verb."""
    if d.chance(0.45):
        n, zh = d.pick(HOUSES)
        opens, closes = clock(d, "seven eight nine ten", 0.35), clock(d, "five six seven eight", 0.35)
        en, cn, t = d.pick([("opens", "开门", opens), ("closes", "关门", closes)])
        tail, zh_tail = d.pick(rows("every~e day~e = 每天~e | ="))
        return join(f"the {n}~n {en}~v {{t}} {tail}", f"{zh}~n {zh_tail} {{t}} {cn}~v", t=t)
    s = person(d)
    rises, sleeps = clock(d, "six seven eight", 0.35), clock(d, "nine ten eleven", 0.35)
    verb, particle, cn, t = d.pick([("get", "up~v", "起床", rises), ("go", "to~v bed~v", "睡觉", sleeps)])
    en = f"{{s}} {agreeing(verb, s)}~v {particle} {{t}} every~e day~e"
    return join(en, f"{{s}} 每天~e {{t}} {cn}~v", s=s, t=t)

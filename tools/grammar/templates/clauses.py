"""Reasons, conditions, times with a clause, thoughts."""

from ..dice import Dice, until
from ..parts.adverbials import city
from ..parts.agreement import BE, DO, agreeing, present
from ..parts.frames import frame
from ..parts.people import adult_role, kin, name, person, pronoun, same_person
from ..parts.things import thing
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w

REASONS = rows(
    "it is~1 raining~2 = 在~1 下雨~2 = stay | it is~1 snowing~2 = 在~1 下雪~2 = stay"
    "| the weather~1 is~2 cold~3 = 天气~1 很~2 冷~3 = stay | the weather~1 is~2 hot~3 = 天气~1 很~2 热~3 = swim"
)
WHEN_HOT = rows("swim~v = 游泳~v | drink~v cola~o = 喝~v 可乐~o")
NOT_NOW = rows("go~v to the park~o = 去~v 公园~o | go~v to school~o = 去~v 学校~o | play~v football~o = 踢~v 足球~o")
FEMALE = frozenset(listed("anna mary lucy fang mother sister grandmother aunt daughter girl mrs"))
MALE = frozenset(listed("tom david peter ming wei yang father brother grandfather uncle son boy mr"))
FOOD = rows("noodles~o = 面条~o | rice~o = 米饭~o | dumplings~o = 饺子~o")
DRINK = rows("water~o = 水~o | juice~o = 果汁~o")
RAIN = rows("rains~1 = 下雨~1 | snows~1 = 下雪~1")
SOON = rows("tomorrow~t = 明天~t | on sunday~t = 星期天~t | this~t afternoon~u = 今天~t 下午~u")
OUTDOORS = rows("park = 公园 | zoo = 动物园 | market = 市场")
GAMES = rows("play~v football~o = 踢~v 足球~o | play~v tennis~o = 打~v 网球~o | swim~v = 游泳~v")
ARRIVALS = rows("came~v = 来~v | came~v home~g = 回~v 家~g")
MEALS = rows("breakfast = 早饭 | lunch = 午饭 | dinner = 晚饭")
PLANS = rows("tomorrow~t = 明天~t | next~t week~t = 下周~t | the day~t after~t tomorrow~t = 后天~t")


def because(d: Dice) -> Phrase:
    """Because it is raining , anna is at home: 因为 … ， 所以 …"""
    return _because_of_weather(d) if d.chance(0.5) else _because_of_feeling(d)


def _because_of_weather(d: Dice) -> Phrase:
    en, zh, kind = d.pick(REASONS)
    s = person(d)
    if kind == "swim":
        act, zh_act = d.pick(WHEN_HOT)
        half = join(f"{{s}} {agreeing('want', s)}~x to~x {act}", f"{{s}} 想~x {zh_act}", s=s)
    elif d.chance(0.4):
        act, zh_act = d.pick(NOT_NOW)
        half = join(f"{{s}} {DO[s.agree]} not~y want~x to~x {act}", f"{{s}} 不~y 想~x {zh_act}", s=s)
    else:
        half = join(f"{{s}} {BE[s.agree]} at~1 home~2", "{s} 在~1 家~2", s=s)
    return join(f"because~b {en} ,~c {{h}}", f"因为~b {zh} ，~c 所以~b {{h}}", h=half)


def _because_of_feeling(d: Dice) -> Phrase:
    """Because tom is very tired , he wants to rest."""
    s = person(d)
    adj = d.pick("busy tired hungry thirsty happy")
    again = _taken_up(s)
    if again is None:
        s = again = word("he", "他")
    want = agreeing("want", again)
    (food, zh_food), (drink, zh_drink) = d.pick(FOOD), d.pick(DRINK)
    en, zh = {
        "busy": (f"{DO[again.agree]} not~n want~v to~v watch~k television~o", "不~n 想~v 看~k 电视~o"),
        "tired": (f"{want}~v to~v rest~k", "想~v 休息~k"),
        "hungry": (f"{want}~v to~v eat~k {food}", f"想~v 吃~k {zh_food}"),
        "thirsty": (f"{want}~v to~v drink~k {drink}", f"想~v 喝~k {zh_drink}"),
        "happy": (f"{want}~v to~v sing~k", "想~v 唱歌~k"),
    }[adj]
    reason = f"因为~b {{s}} 非常~1 {w.PREDICATE[adj]}~2 ，~c 所以~b {{a}} {zh}"
    return join(f"because~b {{s}} {BE[s.agree]} very~1 {adj}~2 ,~c {{a}} {en}", reason, s=s, a=again)


def _taken_up(s: Phrase) -> Phrase | None:
    """The pronoun that takes a subject up again; None where the language would have to guess."""
    if s.en[0] in w.PRONOUNS and len(s.en) == 1:
        return s
    if s.agree == "p":
        return word("they", "他们", agree="p")
    last = set(s.en[-2:])
    if last & FEMALE:
        return word("she", "她")
    return word("he", "他") if last & MALE else None


def condition(d: Dice) -> Phrase:
    """If it rains tomorrow , anna will not go to the park: 如果 … ， … 就 …"""
    rain, zh_rain = d.pick(RAIN)
    s = person(d)
    t, zh_t = d.pick(SOON)
    roll = d.below(3)
    if roll == 0:
        half = join("{s} will~x stay~v at~a home~o", "{s} 就~x 待~v 在~a 家~o 里~a", s=s)
    elif roll == 1:
        place, zh_place = d.pick(OUTDOORS)
        half = join(f"{{s}} will~x not~n go~v to the {place}~o", f"{{s}} 就~x 不~n 去~v {zh_place}~o", s=s)
    else:
        game, zh_game = d.pick(GAMES)
        half = join(f"{{s}} will~x not~n {game}", f"{{s}} 就~x 不~n {zh_game}", s=s)
    return join(f"if~i it {rain} {t} ,~c {{h}}", f"如果~i {zh_t} {zh_rain} ，~c {{h}}", h=half)


def when_clause(d: Dice) -> Phrase | None:
    """When the teacher came , anna was reading a book: … 的 时候."""
    a = d.pick([name, kin, adult_role])(d)
    came, zh_came = d.pick(ARRIVALS)
    f, o, _ = until(lambda x: x[0].verb.base not in ("sell", "use"), frame, d, "g")
    b = person(d, f.who)
    if same_person(a, b):
        return None
    was = "were" if b.agree == "p" else "was"
    en, zh = f"{{b}} {was}~x {f.verb.form('ing')} {{o}}", f"{{b}} 在~x {f.verb.zh}~v {{o}}"
    half = join(en, zh, b=b, o=thing(d, o, "b"))
    return join(f"when~w {{a}} {came} ,~c {{h}}", f"{{a}} {zh_came} 的~w 时候~w ，~c {{h}}", a=a, h=half)


def before_after(d: Dice) -> Phrase:
    """Anna reads newspapers after breakfast: 早饭 以后."""

    def suits_a_meal(chosen) -> bool:
        f = chosen[0]
        return f.verb.base in ("read", "drink", "watch", "write") and not {"beer", "soup"} & set(f.objects)

    f, o, _ = until(suits_a_meal, frame, d, "h")
    meal, zh_meal = d.pick(MEALS[2:] if o == "film" else MEALS)
    side, zh_side = d.pick(rows("after = 以后 | before = 以前"))
    s = person(d, f.who)
    adverb, zh_adverb = d.pick(rows("often = 常常 | always = 总是"))
    en = f"{{s}} {adverb}~u {present(f.verb, s)} {{o}} {side}~1 {meal}~2"
    zh = f"{{s}} {zh_meal}~2 {zh_side}~1 {zh_adverb}~u {f.verb.zh}~v {{o}}"
    return join(en, zh, s=s, o=thing(d, o, "b"))


def thinks(d: Dice) -> Phrase | None:
    """Anna thinks that this film is very interesting; tom says that he is busy."""
    s = person(d)
    if d.chance(0.6):
        en, zh, half = agreeing("think", s), "觉得", _opinion(d)
    else:
        en, zh, half = agreeing("say", s), "说", _plan(d)
    if same_person(s, half):
        return None
    return join(f"{{s}} {en}~k that {{h}}", f"{{s}} {zh}~k {{h}}", s=s, h=half)


def _opinion(d: Dice) -> Phrase:
    """This film is very interesting; nobody thinks that a thing is new."""
    n = d.pick(list(w.QUALITY))
    adj = d.pick(w.QUALITY[n])
    if adj in ("new", "old"):
        adj = "beautiful" if "beautiful" in w.QUALITY[n] else w.QUALITY[n][0]
    x = thing(d, n, "h")
    en, zh = d.pick(rows("is very~g = 非常~g | is~g = 很~g"))
    return join(f"{{x}} {en} {adj}~a", f"{{x}} {zh} {w.PREDICATE[adj]}~a", x=x)


def _plan(d: Dice) -> Phrase:
    """He will go to london next week."""
    t, zh_t = d.pick(PLANS)
    x, c = d.pick([name, pronoun])(d), city(d)
    return join(f"{{x}} will~y go~v to {{c}} {t}", f"{{x}} {zh_t} 会~y 去~v {{c}}", x=x, c=c)

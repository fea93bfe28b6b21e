"""Verbs with two senses that the object decides: wear, book, take, have a cold."""

from ..dice import Dice, until
from ..parts.adverbials import future, past, place, time
from ..parts.agreement import BE, agreeing, article
from ..parts.people import person
from ..parts.things import thing
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS

FEMALE = frozenset(listed("she anna mary lucy fang mother sister aunt daughter girl girls"))
WORN_ON = listed("hat scarf watch")  # 戴; what one puts on is 穿
SCENES = rows("in~1 the park~2 = 在~1 公园~2 | at~1 the zoo~2 = 在~1 动物园~2 | in~1 the garden~2 = 在~1 花园~2 里~1")
RIDES = rows("bus = 公共汽车 | train = 火车 | underground = 地铁")
ILL = rows(
    "yesterday~1 = 昨天~1 | last~1 week~1 = 上周~1 | last~1 month~1 = 上个月~1| the day~1 before~1 yesterday~1 = 前天~1"
)


def wears(d: Dice) -> Phrase:
    """Anna is wearing a red coat (穿 着); tom is wearing a hat (戴 着)."""
    n = d.pick("coat shirt sweater skirt hat hat scarf scarf watch")
    verb = "戴" if n in WORN_ON else "穿"
    s = person(d)
    if s.agree == "p" or (n == "skirt" and not set(s.en) & FEMALE):
        s = word("she", "她")
    x = thing(d, n, d.pick("a j j j"))
    if x.agree == "p":
        x = thing(d, n, "a")
    be = BE[s.agree]
    if d.chance(0.25):
        return join(f"{{s}} {be} not~x wearing~v {article(n)} {n}~n", f"{{s}} 没~x {verb}~v {NOUNS[n].zh}~n", s=s)
    return join(f"{{s}} {be}~x wearing~v {{x}}", f"{{s}} {verb}~v 着~x {{x}}", s=s, x=x)


def booking(d: Dice) -> Phrase:
    """Anna booked a room in london: 订."""
    x = thing(d, d.pick("room ticket"), d.pick("a n n"))
    c = d.pick(list(w.CITIES))
    p = place(c) if "房间" in x.zh and d.chance(0.5) else None
    s = person(d, "adult")
    roll = d.below(3)
    if roll == 0 and p:
        return join("{s} booked~v {x} {p} {t}", "{s} {t} {p} 订~v 了~v {x}", s=s, x=x, p=p, t=past(d))
    if roll == 0:
        return join("{s} booked~v {x} {t}", "{s} {t} 订~v 了~v {x}", s=s, x=x, t=past(d))
    if roll == 1:
        return join(f"{{s}} {agreeing('want', s)}~m to~m book~v {{x}}", "{s} 想~m 订~v {x}", s=s, x=x)
    return join("{s} will~m book~v {x} {t}", "{s} {t} 会~m 订~v {x}", s=s, x=x, t=future(d))


def takes(d: Dice) -> Phrase:
    """Take a photo (拍), take the train (坐), take medicine (吃)."""
    s = person(d, "adult")
    roll = d.below(3)
    if roll == 0:
        x, p = thing(d, "photo", d.pick("a n l s")), join(*d.pick(SCENES))
        return join("{s} took~v {x} {p} {t}", "{s} {t} {p} 拍~v 了~v {x}", s=s, x=x, p=p, t=past(d))
    take = agreeing("take", s)
    if roll == 1:
        en, zh = d.pick(RIDES)
        t = time(d, w.HABIT_DAYTIME)
        return join(f"{{s}} {take}~v the {en}~o {{t}}", f"{{s}} {{t}} 坐~v {zh}~o", s=s, t=t)
    if d.chance(0.5):
        return join(f"{{s}} {take}~v medicine~o {{t}}", "{s} {t} 吃~v 药~o", s=s, t=time(d, w.HABIT[:3]))
    return join("{s} did not~n take~v any medicine~o {t}", "{s} {t} 没~n 吃~v 药~o", s=s, t=past(d))


def has_a_cold(d: Dice) -> Phrase:
    """Anna has a cold: 感冒 了; the water is cold: 冷."""
    s = until(lambda s: s.agree != "p", person, d)
    have = agreeing("have", s)
    if d.chance(0.4):
        return join(f"{{s}} {have}~v a~v cold~v", "{s} 感冒~v 了~v", s=s)
    t = time(d, ILL)
    if d.chance(0.5):
        return join("{s} had~v a~v cold~v {t}", "{s} {t} 感冒~v 了~v", s=s, t=t)
    return join(f"{{s}} {have} not~x had~v a~v cold~v this~t year~t", "{s} 今年~t 没~x 感冒~v 过~v", s=s)

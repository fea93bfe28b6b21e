"""Nouns and adjectives with two senses that the sentence decides: bank, bat, light, open."""

from ..dice import Dice
from ..parts.adverbials import past
from ..parts.agreement import BE, agreeing
from ..parts.people import person
from ..parts.things import thing
from ..phrase import Phrase, join
from ..tables import rows
from ..vocabulary import words as w

DEGREES = rows("is~g = 很~g | is very~g = 非常~g")
GROUNDS = rows("in~1 the cave~2 = 山洞~2 里~1 | in~1 the forest~2 = 森林~2 里~1")
RIVERSIDE = rows("rested = 休息 | danced = 跳舞 | ran = 跑步 | sang = 唱歌")
TOWN = rows("bank = 银行 | bank = 银行 | hotel = 酒店 | bookshop = 书店 | cinema = 电影院")
LANDMARKS = rows(
    "station = 车站 | park = 公园 | hospital = 医院 | supermarket = 超市 | library = 图书馆 | school = 学校"
    "| restaurant = 饭馆"
)
SIDES = rows("next~p to~p = 旁边~p | behind~p = 后面~p | in~p front~p of~p = 前面~p")
ROOMS = rows(
    "kitchen = 厨房 | bedroom = 卧室 | classroom = 教室 | office = 办公室 | garden = 花园 | room = 房间"
    "| library = 图书馆"
)
OPEN_ROOMS = rows("kitchen = 厨房 | bedroom = 卧室 | classroom = 教室 | office = 办公室 | room = 房间")
OPENED = rows("door = 门 | window = 窗户 | light = 灯 | television = 电视 | computer = 电脑")


def bank_river(d: Dice) -> Phrase:
    """There are three trees on the bank of the river: 河 边."""
    en_bank, zh_bank = "on the bank~1 of the river~2", "河~2 边~1"
    if d.chance(0.6):
        n = d.pick("tree flower house boat horse cow bird duck sheep")
        x = thing(d, n, d.pick("a j n n l"))
        return join(f"there~h {BE[x.agree]}~h {{x}} {en_bank}", f"{zh_bank} 有~h {{x}}", x=x)
    s = person(d)
    en, zh = d.pick(RIVERSIDE)
    return join(f"{{s}} {en}~v {en_bank} {{t}}", f"{{s}} {{t}} 在 {zh_bank} {zh}~v", s=s, t=past(d))


def bank_money(d: Dice) -> Phrase:
    """The bank is next to the station; my uncle works at the bank."""
    roll = d.below(3)
    if roll == 0:
        (a, zh_a), (b, zh_b), (side, zh_side) = d.pick(TOWN), d.pick(LANDMARKS), d.pick(SIDES)
        return join(f"the {a}~a is~v {side} the {b}~b", f"{zh_a}~a 在~v {zh_b}~b {zh_side}")
    s = person(d, "adult")
    if roll == 1:
        return join(f"{{s}} {agreeing('work', s)}~v at~1 the bank~2", "{s} 在~1 银行~2 工作~v", s=s)
    return join("{s} went~v to the bank~2 {t}", "{s} {t} 去~v 了~v 银行~2", s=s, t=past(d))


def bat_animal(d: Dice) -> Phrase:
    """Anna saw two bats in the cave: 蝙蝠."""
    x = thing(d, "bat", d.pick("a j n n l"))
    cave, zh_cave = d.pick(GROUNDS)
    if d.chance(0.4):
        return join(f"there~h {BE[x.agree]}~h {{x}} {cave}", f"{zh_cave} 有~h {{x}}", x=x)
    s, t = person(d), past(d)
    return join(f"{{s}} saw~v {{x}} {cave} {{t}}", f"{{s}} {{t}} 在~1 {zh_cave} 看见~v 了~v {{x}}", s=s, x=x, t=t)


def bat_stick(d: Dice) -> Phrase:
    """Tom bought a bat and a ball yesterday: 球棒."""
    thing(d, "baseball_bat", d.pick("a n m"))  # said of nothing; without it every later draw would be another one
    s = person(d)
    if d.chance(0.5):
        verb, zh = d.pick(rows("bought = 买 | borrowed = 借"))
        x = thing(d, "baseball_bat", d.pick("a n"))
        en = f"{{s}} {verb}~v {{x}} and~c a~1 ball~2 {{t}}"
        return join(en, f"{{s}} {{t}} {zh}~v 了~v {{x}} 和~c 一~1 个~1 球~2", s=s, x=x, t=past(d))
    if d.chance(0.5):
        return join("where~w is {x} ?~e", "{x} 在~w 哪里~w ？~e", x=thing(d, "baseball_bat", "m"))
    x, p = thing(d, "baseball_bat", d.pick("a n")), join("in~1 the shop~2", "在~1 商店~2")
    return join("{s} bought~v {x} {p} {t}", "{s} {t} {p} 买~v 了~v {x}", s=s, x=x, p=p, t=past(d))


def lamp(d: Dice) -> Phrase:
    """The light in the kitchen is very old: 灯."""
    room, zh_room = d.pick(ROOMS)
    roll = d.below(4)
    light, zh_light = f"the light~n in~1 the {room}~2", f"{zh_room}~2 里~1 的~1 灯~n"
    if roll == 0:
        n = d.pick("two three four five")
        zh = f"{zh_room}~2 里~1 有~h {w.NUMBERS[n]}~d 盏~d 灯~n"
        return join(f"there~h are~h {n}~d lights~n in~1 the {room}~2", zh)
    if roll == 1:
        s = person(d)
        en, zh = d.pick(rows("on = 打开 | off = 关"))
        return join(f"{{s}} turned~v {en}~v {light}", f"{{s}} {zh}~v 了~v {zh_light}", s=s)
    adj = d.pick("old new beautiful expensive")
    en, zh = d.pick(DEGREES) if adj != "new" else DEGREES[0]
    return join(f"{light} {en} {adj}~a", f"{zh_light} {zh} {w.PREDICATE[adj]}~a")


def light_weight(d: Dice) -> Phrase:
    """This bag is very light: 轻."""
    n = d.pick("bag box chair bicycle umbrella dictionary coat computer phone camera table")
    x = thing(d, n, d.pick("h d m"))
    roll = d.below(4)
    if roll == 0:
        return join("{x} is~v light~a", "{x} 很~v 轻~a", x=x)
    if roll == 1:
        return join("{x} is very~g light~a", "{x} 非常~g 轻~a", x=x)
    if roll == 2:
        return join("{x} is not~x light~a", "{x} 不~x 轻~a", x=x)
    return join("is~q {x} light~a ?~e", "{x} 轻~a 吗~q ？~e", x=x)


def open_now(d: Dice) -> Phrase:
    """The door is open: 开 着; the window is closed: 关 着."""
    n, zh = d.pick(OPENED)
    room, zh_room = d.pick(OPEN_ROOMS)
    part = n in ("door", "window")
    state, zh_state = d.pick(rows("open = 开 | closed = 关") if part else rows("on = 开 | off = 关"))
    if d.chance(0.3):
        return join(f"the {n}~n is {state}~a", f"{zh}~n {zh_state}~a 着~a")
    place = f"of~1 the {room}~2" if part else f"in~1 the {room}~2"
    lead = f"{zh_room}~2 的~1" if part else f"{zh_room}~2 里~1 的~1"
    if d.chance(0.4):
        return join(f"is~q the {n}~n {place} {state}~a ?~e", f"{lead} {zh}~n {zh_state}~a 着~a 吗~q ？~e")
    return join(f"the {n}~n {place} is {state}~a", f"{lead} {zh}~n {zh_state}~a 着~a")

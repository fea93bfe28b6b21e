# ruff: noqa: E501, SIM905, RUF059 (a template or a row of words reads best on one line)
"""Words with two senses that the sentence decides: bank, bat, watch, light, orange, can, book, open, wear, take, cold, letter."""

from ..dice import Dice
from ..parts.adverbials import future, past, time
from ..parts.agreement import BE
from ..parts.people import person
from ..parts.things import thing
from ..phrase import Phrase, join, word
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS


def bank_river(d: Dice) -> Phrase:
    """There are three trees on the bank of the river: 河 边."""
    l_en, l_zh = "on the bank~1 of the river~2", "河~2 边~1"
    if d.chance(0.6):
        n = d.pick("tree flower house boat horse cow bird duck sheep".split())
        x = thing(d, n, d.pick("a j n n l"))
        return join(f"there~h {BE[x.agree]}~h {{x}} {l_en}", f"{l_zh} 有~h {{x}}", x=x)
    s = person(d)
    en, zh = d.pick([("rested", "休息"), ("danced", "跳舞"), ("ran", "跑步"), ("sang", "唱歌")])
    return join(f"{{s}} {en}~v {l_en} {{t}}", f"{{s}} {{t}} 在 {l_zh} {zh}~v", s=s, t=past(d))


def bank_money(d: Dice) -> Phrase:
    """The bank is next to the station; my uncle works at the bank."""
    roll = d.below(3)
    if roll == 0:
        a, za = d.pick(
            [("bank", "银行"), ("bank", "银行"), ("hotel", "酒店"), ("bookshop", "书店"), ("cinema", "电影院")]
        )
        b, zb = d.pick(
            [
                ("station", "车站"),
                ("park", "公园"),
                ("hospital", "医院"),
                ("supermarket", "超市"),
                ("library", "图书馆"),
                ("school", "学校"),
                ("restaurant", "饭馆"),
            ]
        )
        prep, zp = d.pick([("next~p to~p", "旁边~p"), ("behind~p", "后面~p"), ("in~p front~p of~p", "前面~p")])
        return join(f"the {a}~a is~v {prep} the {b}~b", f"{za}~a 在~v {zb}~b {zp}")
    s = person(d, "adult")
    if roll == 1:
        work = "works" if s.agree == "s" else "work"
        return join(f"{{s}} {work}~v at~1 the bank~2", "{s} 在~1 银行~2 工作~v", s=s)
    return join("{s} went~v to the bank~2 {t}", "{s} {t} 去~v 了~v 银行~2", s=s, t=past(d))


def bat_animal(d: Dice) -> Phrase:
    """Anna saw two bats in the cave: 蝙蝠."""
    x = thing(d, "bat", d.pick("a j n n l"))
    cave = d.pick([("in~1 the cave~2", "在~1 山洞~2 里~1"), ("in~1 the forest~2", "在~1 森林~2 里~1")])
    if d.chance(0.4):
        there = [cave[0], cave[1].replace("在~1 ", "")]
        return join(f"there~h {BE[x.agree]}~h {{x}} {there[0]}", f"{there[1]} 有~h {{x}}", x=x)
    return join(
        f"{{s}} saw~v {{x}} {cave[0]} {{t}}", f"{{s}} {{t}} {cave[1]} 看见~v 了~v {{x}}", s=person(d), x=x, t=past(d)
    )


def bat_stick(d: Dice) -> Phrase:
    """Tom bought a bat and a ball yesterday: 球棒."""
    x = thing(d, "baseball_bat", d.pick("a n m"))
    s = person(d)
    if d.chance(0.5):
        verb, zh = d.pick([("bought", "买"), ("borrowed", "借")])
        x = thing(d, "baseball_bat", d.pick("a n"))
        return join(
            f"{{s}} {verb}~v {{x}} and~c a~1 ball~2 {{t}}",
            f"{{s}} {{t}} {zh}~v 了~v {{x}} 和~c 一~1 个~1 球~2",
            s=s,
            x=x,
            t=past(d),
        )
    if d.chance(0.5):
        return join("where~w is {x} ?~e", "{x} 在~w 哪里~w ？~e", x=thing(d, "baseball_bat", "m"))
    return join("{s} bought~v {x} {p} {t}", "{s} {t} {p} 买~v 了~v {x}", s=s, x=thing(d, "baseball_bat", d.pick("a n")),
                p=join("in~1 the shop~2", "在~1 商店~2"), t=past(d))  # fmt: skip


def wears(d: Dice) -> Phrase:
    """Anna is wearing a red coat (穿 着); tom is wearing a hat (戴 着)."""
    n = d.pick("coat shirt sweater skirt hat hat scarf scarf watch".split())
    verb = "戴" if n in ("hat", "scarf", "watch") else "穿"
    s = person(d)
    if n == "skirt" and not set(s.en) & {
        "she",
        "anna",
        "mary",
        "lucy",
        "fang",
        "mother",
        "sister",
        "aunt",
        "daughter",
        "girl",
        "girls",
    }:
        s = word("she", "她")
    if s.agree == "p":
        s = word("she", "她")
    x = thing(d, n, d.pick("a j j j"))
    if x.agree == "p":
        x = thing(d, n, "a")
    if d.chance(0.25):
        return join(
            f"{{s}} {BE[s.agree]} not~x wearing~v {n_article(n)} {n}~n", f"{{s}} 没~x {verb}~v {NOUNS[n].zh}~n", s=s
        )
    return join(f"{{s}} {BE[s.agree]}~x wearing~v {{x}}", f"{{s}} {verb}~v 着~x {{x}}", s=s, x=x)


def n_article(n: str) -> str:
    """The article before a garment."""
    return "an" if n[0] in "aeiou" else "a"


def lamp(d: Dice) -> Phrase:
    """The light in the kitchen is very old: 灯."""
    r = d.pick(
        [
            ("kitchen", "厨房"),
            ("bedroom", "卧室"),
            ("classroom", "教室"),
            ("office", "办公室"),
            ("garden", "花园"),
            ("room", "房间"),
            ("library", "图书馆"),
        ]
    )
    roll = d.below(4)
    if roll == 0:
        number = d.pick("two three four five")
        return join(
            f"there~h are~h {number}~d lights~n in~1 the {r[0]}~2",
            f"{r[1]}~2 里~1 有~h {w.NUMBERS[number]}~d 盏~d 灯~n",
        )
    if roll == 1:
        s = person(d)
        en, zh = d.pick([("on", "打开"), ("off", "关上")])
        return join(
            f"{{s}} turned~v {en}~v the light~n in~1 the {r[0]}~2", f"{{s}} {zh}~v 了~v {r[1]}~2 里~1 的~1 灯~n", s=s
        )
    adj = d.pick("old new beautiful expensive".split())
    deg = d.pick([("is~g", "很~g"), ("is very~g", "非常~g")]) if adj != "new" else ("is~g", "很~g")
    return join(
        f"the light~n in~1 the {r[0]}~2 {deg[0]} {adj}~a", f"{r[1]}~2 里~1 的~1 灯~n {deg[1]} {w.PREDICATE[adj]}~a"
    )


def light_weight(d: Dice) -> Phrase:
    """This bag is very light: 轻."""
    x = thing(
        d, d.pick("bag box chair bicycle umbrella dictionary coat computer phone camera table".split()), d.pick("h d m")
    )
    roll = d.below(4)
    if roll == 0:
        return join("{x} is~v light~a", "{x} 很~v 轻~a", x=x)
    if roll == 1:
        return join("{x} is very~g light~a", "{x} 非常~g 轻~a", x=x)
    if roll == 2:
        return join("{x} is not~x light~a", "{x} 不~x 轻~a", x=x)
    return join("is~q {x} light~a ?~e", "{x} 轻~a 吗~q ？~e", x=x)


def booking(d: Dice) -> Phrase:
    """Anna booked a room in london: 订."""
    x = thing(d, d.pick("room ticket".split()), d.pick("a n n"))
    c = d.pick(list(w.CITIES))
    p = join("in~1 {c}", "在~1 {c}", c=word(c, w.CITIES[c])) if "房间" in x.zh and d.chance(0.5) else None
    s = person(d, "adult")
    roll = d.below(3)
    if roll == 0:
        if p:
            return join("{s} booked~v {x} {p} {t}", "{s} {t} {p} 订~v 了~v {x}", s=s, x=x, p=p, t=past(d))
        return join("{s} booked~v {x} {t}", "{s} {t} 订~v 了~v {x}", s=s, x=x, t=past(d))
    if roll == 1:
        return join(f"{{s}} {'wants' if s.agree == 's' else 'want'}~m to~m book~v {{x}}", "{s} 想~m 订~v {x}", s=s, x=x)
    return join("{s} will~m book~v {x} {t}", "{s} {t} 会~m 订~v {x}", s=s, x=x, t=future(d))


def takes(d: Dice) -> Phrase:
    """Take a photo (拍), take the train (坐), take medicine (吃)."""
    s = person(d, "adult")
    roll = d.below(3)
    if roll == 0:
        x, p = (
            thing(d, "photo", d.pick("a n l s")),
            d.pick(
                [
                    join("in~1 the park~2", "在~1 公园~2"),
                    join("at~1 the zoo~2", "在~1 动物园~2"),
                    join("in~1 the garden~2", "在~1 花园~2 里~1"),
                ]
            ),
        )
        return join("{s} took~v {x} {p} {t}", "{s} {t} {p} 拍~v 了~v {x}", s=s, x=x, p=p, t=past(d))
    if roll == 1:
        v_en, v_zh, tail = d.pick([("bus", "公共汽车", 1), ("train", "火车", 1), ("underground", "地铁", 1)])
        take = "takes" if s.agree == "s" else "take"
        return join(f"{{s}} {take}~v the {v_en}~o {{t}}", f"{{s}} {{t}} 坐~v {v_zh}~o", s=s, t=time(d, w.HABIT_DAYTIME))
    if d.chance(0.5):
        take = "takes" if s.agree == "s" else "take"
        return join(f"{{s}} {take}~v medicine~o {{t}}", "{s} {t} 吃~v 药~o", s=s, t=time(d, w.HABIT[:3]))
    return join("{s} did not~n take~v any medicine~o {t}", "{s} {t} 没~n 吃~v 药~o", s=s, t=past(d))


def has_a_cold(d: Dice) -> Phrase:
    """Anna has a cold: 感冒 了; the water is cold: 冷."""
    s = person(d)
    while s.agree == "p":
        s = person(d)
    if d.chance(0.4):
        return join(f"{{s}} {'has' if s.agree == 's' else 'have'}~v a~v cold~v", "{s} 感冒~v 了~v", s=s)
    t = time(
        d,
        (
            ("yesterday~1", "昨天~1"),
            ("last~1 week~1", "上周~1"),
            ("last~1 month~1", "上个月~1"),
            ("the day~1 before~1 yesterday~1", "前天~1"),
        ),
    )
    return join("{s} had~v a~v cold~v {t}", "{s} {t} 感冒~v 了~v", s=s, t=t) if d.chance(0.5) else join(
        f"{{s}} {'has' if s.agree == 's' else 'have'} not~x had~v a~v cold~v this~t year~t", "{s} 今年~t 没~x 感冒~v 过~v", s=s)  # fmt: skip


def open_now(d: Dice) -> Phrase:
    """The door is open: 开 着; the window is closed: 关 着."""
    n, zh, m = d.pick(
        [
            ("door", "门", "扇"),
            ("window", "窗户", "扇"),
            ("light", "灯", "盏"),
            ("television", "电视", "台"),
            ("computer", "电脑", "台"),
        ]
    )
    r = d.pick(
        [("kitchen", "厨房"), ("bedroom", "卧室"), ("classroom", "教室"), ("office", "办公室"), ("room", "房间")]
    )
    en, cn = (
        d.pick([("open", "开"), ("closed", "关")]) if n in ("door", "window") else d.pick([("on", "开"), ("off", "关")])
    )
    del m
    if d.chance(0.3):
        return join(f"the {n}~n is {en}~a", f"{zh}~n {cn}~a 着~a")
    place = f"of~1 the {r[0]}~2" if n in ("door", "window") else f"in~1 the {r[0]}~2"
    target = f"{r[1]}~2 的~1" if n in ("door", "window") else f"{r[1]}~2 里~1 的~1"
    q = d.chance(0.4)
    if q:
        return join(f"is~q the {n}~n {place} {en}~a ?~e", f"{target} {zh}~n {cn}~a 着~a 吗~q ？~e")
    return join(f"the {n}~n {place} is {en}~a", f"{target} {zh}~n {cn}~a 着~a")

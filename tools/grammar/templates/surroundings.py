# ruff: noqa: E501, E741, SIM905 (a template or a row of words reads best on one line; l is the slot of a place)
"""What this is, what there is, where it is."""

from ..dice import Dice
from ..parts.agreement import BE, WAS
from ..parts.moments import moment
from ..parts.noun_phrases import np
from ..parts.people import kin, name
from ..parts.spots import spot, where
from ..parts.subjects import human
from ..phrase import Phrase, join, word
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS, ROLES

THINGS = [n for n in NOUNS if n not in ROLES and n not in ("friend", "question", "light", "baseball_bat")]


OWNED = "book bag phone umbrella coat hat pen bicycle key watch cup car house room cat dog friend teacher student dictionary camera computer".split()


def what_is_this(d: Dice) -> Phrase:
    """That is a cat; this is not a book (不 是 书); what is this? whose book is this? it is my book."""
    t_en, t_zh = d.pick([("this", "这"), ("that", "那"), ("it", "它"), ("this", "这"), ("that", "那")])
    t = word(t_en, t_zh)
    roll = d.below(12)
    key = (
        d.pick(THINGS)
        if d.chance(0.8)
        else d.pick("plane boat bridge mountain knife door window duck stamp question".split())
    )
    mine = np(d, d.pick(OWNED), "my", adj=d.chance(0.3))
    if t_en == "it" and NOUNS[key].name in ("man", "woman", "boy", "girl", "child", "student"):
        return what_is_this(d)
    if t_en == "it" and mine.zh[-1] in ("朋友", "老师", "学生"):
        mine = np(d, "book", "my")
    if roll < 3:
        return join("{t} is~v {x}", "{t} 是~v {x}", t=t, x=np(d, key, "a", adj=d.chance(0.45)))
    if roll == 3:
        return join("{t} is~v not~n {x}", "{t} 不~n 是~v {x}", t=t, x=np(d, key, "a", adj=d.chance(0.2), lose=True))
    if roll == 4:
        return join(
            "is~v~q {t} {x} ?~e", "{t} 是~v {x} 吗~q ？~e", t=t, x=np(d, key, "a", adj=d.chance(0.2), lose=True)
        )
    if roll < 7:
        return join("{t} is~v {x}", "{t} 是~v {x}", t=t, x=d.pick([mine, mine, kin(d) if t_en != "it" else mine]))
    if roll == 7:
        return join("{t} is~v not~n {x}", "{t} 不~n 是~v {x}", t=t, x=mine)
    if roll == 8:
        return join("is~v~q {t} {x} ?~e", "{t} 是~v {x} 吗~q ？~e", t=t, x=mine)
    if roll == 9:
        return (
            join("what~w is~v {t} ?~e", "{t} 是~v 什么~w ？~e", t=t)
            if d.chance(0.2)
            else join("who~w is~v {t} ?~e", "{t} 是~v 谁~w ？~e", t=d.pick([t, name(d)]))
        )
    noun = NOUNS[d.pick(OWNED)]
    if roll == 10 and noun.name not in ("friend", "teacher", "student"):
        many, zh = d.pick([("these", "这些"), ("those", "那些")])
        x = np(d, noun.name, d.pick("mys bare"), adj=d.chance(0.3))
        return d.pick(
            [
                join(f"{many}~t are~v {{x}}", f"{zh}~t 是~v {{x}}", x=x),
                join(f"{many}~t are~v not~n {{x}}", f"{zh}~t 不~n 是~v {{x}}", x=x),
            ]
        )
    return (
        join(f"whose~w {noun.singular}~n is~v {{t}} ?~e", f"{{t}} 是~v 谁~w 的~w {noun.zh}~n ？~e", t=t)
        if t_en != "it"
        else what_is_this(d)
    )


THERE = [
    ("on:table", "book newspaper letter cup bottle pen pencil phone computer apple egg key map"), ("under:table", "cat dog ball box bag"),
    ("under:bed", "cat ball box key dog"), ("under:tree", "horse dog cat rabbit cow bicycle chair boy girl"), ("in:box", "pencil pen key stamp gift photo cat"),
    ("in:bag", "book key phone apple umbrella"), ("in:room", "bed table chair computer cat window boy"), ("in:garden", "bird rabbit tree flower cat dog chair"),
    ("in:kitchen", "table chair knife cup cat bottle"), ("behind:house", "tree car horse dog bicycle"), ("front:house", "tree car bicycle dog cat"),
    ("front:school", "tree car bicycle student boy"), ("up:tree", "bird monkey cat bird apple"), ("next:window", "table chair bed flower"), ("in:park", "dog bird tree boy girl child flower"),
    ("in:river", "duck boat"), ("in:classroom", "student table chair teacher"), ("on:chair", "cat coat hat bag"), ("next:river", "tree horse house bird"), ("in:car", "dog bag umbrella boy"),
]  # fmt: skip


def there(d: Dice) -> Phrase:
    """There are two dogs in the park; is there a cat under the table? there is no cat; how many?"""
    key, things = d.pick(THERE)
    l, n = spot(d, key, at=False), d.pick(things)
    roll = d.below(16)
    if roll < 6:
        x = np(d, n, d.pick("a a two two some many"), adj=d.chance(0.4))
        if x.en[0] in ("a", "an") and d.chance(0.1):
            return join("there~h is~h {x}", "有~h {x}", x=x)
        return join(f"there~h {BE[x.agree]}~h {{x}} {{l}}", "{l} 有~h {x}", x=x, l=l)
    x = np(d, n, "a", adj=d.chance(0.2), lose=True)
    if roll < 8:
        return join("is~q there~h {x} {l} ?~e", "{l} 有~h {x} 吗~q ？~e", x=x, l=l)
    if roll == 8:
        return join("there~h is~h not~h {x} {l}", "{l} 没有~h {x}", x=x, l=l)
    if roll == 9:
        return join(f"there~h is~h no~h {NOUNS[n].singular}~n {{l}}", f"{{l}} 没有~h {NOUNS[n].zh}~n", l=l)
    if roll == 10:
        return join("there~h are~h no~h {x} {l}", "{l} 没有~h {x}", x=np(d, n, "bare", adj=d.chance(0.3)), l=l)
    if roll == 11:
        return join(
            "are~q there~h {x} {l} ?~e",
            "{l} 有~h {x} 吗~q ？~e",
            x=np(d, n, d.pick("any bare"), adj=d.chance(0.3)),
            l=l,
        )
    if roll == 12:
        noun = NOUNS[n]
        return join(
            f"how~d many~d {noun.plural}~n are~h there~h {{l}} ?~e",
            f"{{l}} 有~h 几~d {noun.measure}~d {noun.zh}~n ？~e",
            l=l,
        )
    if roll == 13:
        return join("what~w is~h {l} ?~e", "{l} 有~h 什么~w ？~e", l=l)
    c = d.pick(list(w.CITIES))
    place, zh, m = d.pick([("park", "公园", "个"), ("museum", "博物馆", "个"), ("zoo", "动物园", "个"), ("library", "图书馆", "个"), ("university", "大学", "所"), ("hotel", "酒店", "家"),
                           ("hospital", "医院", "家"), ("restaurant", "饭馆", "家"), ("bank", "银行", "家"), ("supermarket", "超市", "家")])  # fmt: skip
    city = word(c, w.CITIES[c])
    l = d.pick([join("in {c}", "{c}", c=city), join("next~1 to~1 the station~2", "车站~2 旁边~1"), join("behind~1 the school~2", "学校~2 后面~1"),
                join("next~1 to~1 the hotel~2", "酒店~2 旁边~1")])  # fmt: skip
    if zh in l.zh or (place == "university" and "in" not in l.en):
        return there(d)
    if d.chance(0.5):
        return join(f"is~q there~h a {place}~n {{l}} ?~e", f"{{l}} 有~h {zh}~n 吗~q ？~e", l=l)
    return join(f"there~h is~h a~d {place}~n {{l}}", f"{{l}} 有~h 一~d {m}~d {zh}~n", l=l)


def located(d: Dice) -> Phrase:
    """The red book is on the table; is my cat under the bed? where are the keys? the dog was in the garden."""
    key, things = d.pick(THERE)
    n = d.pick([t for t in things.split() if t not in ("tree", "window", "bridge")])
    people = n in ("boy", "girl", "student", "teacher", "child")
    x = np(
        d,
        n,
        d.pick("the the this that two" if people else "the the the my my my this that thes mys"),
        adj=d.chance(0.4),
    )
    if d.chance(0.35):
        x = human(d)
        while x.en[0] in ("a", "an", "two", "three", "four", "five"):
            x = human(d)
        l = where(
            d,
            d.pick(
                "home school park library hospital office classroom kitchen station airport hotel museum BIG garden in:car in:room under:tree next:river front:house in:garden next:window".split()
            ),
        )
    else:
        l = spot(d, key)
    if x.en[0] in ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        x = np(d, n, "the")
    b, past = BE[x.agree], WAS[x.agree]
    roll = d.below(12)
    if roll < 4:
        return join(f"{{x}} {b} {{l}}", "{x} {l}", x=x, l=l)
    if roll == 4:
        return join(f"{{x}} {b} not~n {{l}}", "{x} 不~n {l}", x=x, l=l)
    if roll in (5, 6):
        return join(f"{b}~q {{x}} {{l}} ?~e", "{x} {l} 吗~q ？~e", x=x, l=l) if x.en[0] != "i" else located(d)
    if roll in (7, 8):
        t = moment(d, "past", weeks=False)
        return d.pick([join(f"{{x}} {past} {{l}} {{t}}", "{x} {t} {l}", x=x, l=l, t=t), join(f"{{t}} {{x}} {past} {{l}}", "{x} {t} {l}", x=x, l=l, t=t),
                       join(f"{{x}} {past} {{l}}", "{x} {l}", x=x, l=l)])  # fmt: skip
    if roll == 9:
        return join(
            f"{past}~q {{x}} {{l}} {{t}} ?~e", "{x} {t} {l} 吗~q ？~e", x=x, l=l, t=moment(d, "past", weeks=False)
        )
    return join(f"where~w {b} {{x}} ?~e", "{x} 在~w 哪里~w ？~e", x=x)

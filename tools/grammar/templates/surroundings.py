"""What this is, what there is, where it is, with free noun phrases (``states`` has plain ones)."""

from ..dice import Dice, until
from ..parts.adverbials import city
from ..parts.agreement import BE, WAS
from ..parts.moments import moment
from ..parts.noun_phrases import np
from ..parts.people import kin, name
from ..parts.spots import spot, where
from ..parts.subjects import human, not_a_few
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS, ROLES, Noun

THINGS = [n for n in NOUNS if n not in ROLES and n not in ("friend", "question", "light", "baseball_bat")]
RARE_THINGS = "plane boat bridge mountain knife door window duck stamp question"
OWNED = listed(
    "book bag phone umbrella coat hat pen bicycle key watch cup car house room cat dog friend teacher student"
    " dictionary camera computer"
)
PERSONS = listed("man woman boy girl child student")
ACQUAINTANCES = listed("friend teacher student")


def what_is_this(d: Dice) -> Phrase | None:
    """That is a cat; this is not a book (不 是 书); what is this? whose book is this? it is my book."""
    t_en, t_zh = d.pick(rows("this = 这 | that = 那 | it = 它 | this = 这 | that = 那"))
    t, it = word(t_en, t_zh), t_en == "it"
    roll = d.below(12)
    key = d.pick(THINGS) if d.chance(0.8) else d.pick(RARE_THINGS)
    mine = np(d, d.pick(OWNED), "my", adj=d.chance(0.6))
    if it and key in PERSONS:
        return None
    if it and mine.zh[-1] in ("朋友", "老师", "学生"):
        mine = np(d, "book", "my")
    if roll < 3:
        return join("{t} is~v {x}", "{t} 是~v {x}", t=t, x=np(d, key, "a", adj=d.chance(0.45)))
    if roll in (3, 4):
        x = np(d, key, "a", adj=d.chance(0.2), lose=True)
        return _this_is_not(t, x) if roll == 3 else _is_this(t, x)
    if roll < 7:
        return join("{t} is~v {x}", "{t} 是~v {x}", t=t, x=d.pick([mine, mine, mine if it else kin(d)]))
    if roll in (7, 8):
        return _this_is_not(t, mine) if roll == 7 else _is_this(t, mine)
    if roll == 9:
        if d.chance(0.2):
            return join("what~w is~v {t} ?~e", "{t} 是~v 什么~w ？~e", t=t)
        return join("who~w is~v {t} ?~e", "{t} 是~v 谁~w ？~e", t=d.pick([t, name(d)]))
    noun = NOUNS[d.pick(OWNED)]
    if roll == 10 and noun.name not in ACQUAINTANCES:
        return _these_are(d, noun)
    if it:
        return None
    return join(f"whose~w {noun.singular}~n is~v {{t}} ?~e", f"{{t}} 是~v 谁~w 的~w {noun.zh}~n ？~e", t=t)


def _this_is_not(t: Phrase, x: Phrase) -> Phrase:
    return join("{t} is~v not~n {x}", "{t} 不~n 是~v {x}", t=t, x=x)


def _is_this(t: Phrase, x: Phrase) -> Phrase:
    return join("is~v~q {t} {x} ?~e", "{t} 是~v {x} 吗~q ？~e", t=t, x=x)


def these_are_owned(d: Dice) -> Phrase:
    """Those are not my beautiful hats 我 那些 漂亮 的 帽子: several things of one owner, with an adjective."""
    things = [key for key in OWNED if key not in ACQUAINTANCES]
    return _these_are(d, NOUNS[d.pick(things)], dets="mys", adjectives=0.9)


def _these_are(d: Dice, noun: Noun, dets: str = "mys bare", adjectives: float = 0.3) -> Phrase:
    many, zh = d.pick(rows("these = 这些 | those = 那些"))
    x = np(d, noun.name, d.pick(dets), adj=d.chance(adjectives))
    affirmed = join(f"{many}~t are~v {{x}}", f"{zh}~t 是~v {{x}}", x=x)
    return d.pick([affirmed, join(f"{many}~t are~v not~n {{x}}", f"{zh}~t 不~n 是~v {{x}}", x=x)])


THERE = rows(  # what may be where
    "on:table = book newspaper letter cup bottle pen pencil phone computer apple egg key map"
    "| under:table = cat dog ball box bag | under:bed = cat ball box key dog"
    "| under:tree = horse dog cat rabbit cow bicycle chair boy girl | in:box = pencil pen key stamp gift photo cat"
    "| in:bag = book key phone apple umbrella | in:room = bed table chair computer cat window boy"
    "| in:garden = bird rabbit tree flower cat dog chair | in:kitchen = table chair knife cup cat bottle"
    "| behind:house = tree car horse dog bicycle | front:house = tree car bicycle dog cat"
    "| front:school = tree car bicycle student boy | up:tree = bird monkey cat bird apple"
    "| next:window = table chair bed flower | in:park = dog bird tree boy girl child flower | in:river = duck boat"
    "| in:classroom = student table chair teacher | on:chair = cat coat hat bag | next:river = tree horse house bird"
    "| in:car = dog bag umbrella boy"
)
IN_TOWN = rows(
    "park = 公园 = 个 | museum = 博物馆 = 个 | zoo = 动物园 = 个 | library = 图书馆 = 个 | university = 大学 = 所"
    "| hotel = 酒店 = 家 | hospital = 医院 = 家 | restaurant = 饭馆 = 家 | bank = 银行 = 家 | supermarket = 超市 = 家"
)
LANDMARKS = rows(
    "next~1 to~1 the station~2 = 车站~2 旁边~1 | behind~1 the school~2 = 学校~2 后面~1"
    "| next~1 to~1 the hotel~2 = 酒店~2 旁边~1"
)


def there(d: Dice) -> Phrase | None:
    """There are two dogs in the park; is there a cat under the table? there is no cat; how many?"""
    key, things = d.pick(THERE)
    at, n = spot(d, key, at=False), d.pick(things)
    roll = d.below(16)
    if roll < 6:
        x = np(d, n, d.pick("a a two two some many"), adj=d.chance(0.4))
        if x.en[0] in ("a", "an") and d.chance(0.1):
            return join("there~h is~h {x}", "有~h {x}", x=x)
        return join(f"there~h {BE[x.agree]}~h {{x}} {{l}}", "{l} 有~h {x}", x=x, l=at)
    x = np(d, n, "a", adj=d.chance(0.2), lose=True)
    if roll < 8:
        return join("is~q there~h {x} {l} ?~e", "{l} 有~h {x} 吗~q ？~e", x=x, l=at)
    if roll == 8:
        return join("there~h is~h not~h {x} {l}", "{l} 没有~h {x}", x=x, l=at)
    noun = NOUNS[n]
    if roll == 9:
        return join(f"there~h is~h no~h {noun.singular}~n {{l}}", f"{{l}} 没有~h {noun.zh}~n", l=at)
    if roll == 10:
        return join("there~h are~h no~h {x} {l}", "{l} 没有~h {x}", x=np(d, n, "bare", adj=d.chance(0.3)), l=at)
    if roll == 11:
        x = np(d, n, d.pick("any bare"), adj=d.chance(0.3))
        return join("are~q there~h {x} {l} ?~e", "{l} 有~h {x} 吗~q ？~e", x=x, l=at)
    if roll == 12:
        zh = f"{{l}} 有~h 几~d {noun.measure}~d {noun.zh}~n ？~e"
        return join(f"how~d many~d {noun.plural}~n are~h there~h {{l}} ?~e", zh, l=at)
    if roll == 13:
        return join("what~w is~h {l} ?~e", "{l} 有~h 什么~w ？~e", l=at)
    return _there_in_town(d)


def _there_in_town(d: Dice) -> Phrase | None:
    """Is there a bank next to the station?"""
    c = city(d)
    place, zh, m = d.pick(IN_TOWN)
    at = d.pick([join("in {c}", "{c}", c=c), *(join(*row) for row in LANDMARKS)])
    if zh in at.zh or (place == "university" and "in" not in at.en):
        return None
    if d.chance(0.5):
        return join(f"is~q there~h a {place}~n {{l}} ?~e", f"{{l}} 有~h {zh}~n 吗~q ？~e", l=at)
    return join(f"there~h is~h a~d {place}~n {{l}}", f"{{l}} 有~h 一~d {m}~d {zh}~n", l=at)


PEOPLE_AT = (
    "home school park library hospital office classroom kitchen station airport hotel museum BIG garden in:car in:room"
    " under:tree next:river front:house in:garden next:window"
)


def located(d: Dice) -> Phrase | None:
    """The red book is on the table; is my cat under the bed? where are the keys?"""
    x, at = _somebody_somewhere(d)
    be, was = BE[x.agree], WAS[x.agree]
    roll = d.below(12)
    if roll in (7, 8, 9) and x.en[-1] in ("house", "houses"):  # it is there today as well
        return None
    if roll < 4:
        return join(f"{{x}} {be} {{l}}", "{x} {l}", x=x, l=at)
    if roll == 4:
        return join(f"{{x}} {be} not~n {{l}}", "{x} 不~n {l}", x=x, l=at)
    if roll in (5, 6):
        if x.en[0] == "i":
            return None
        return join(f"{be}~q {{x}} {{l}} ?~e", "{x} {l} 吗~q ？~e", x=x, l=at)
    if roll in (7, 8):
        t = moment(d, "past", weeks=False)
        en = d.pick([f"{{x}} {was} {{l}} {{t}}", f"{{t}} {{x}} {was} {{l}}"])  # without a time 在 would say "is"
        return join(en, "{x} {t} {l}", x=x, l=at, t=t)
    if roll == 9:
        t = moment(d, "past", weeks=False)
        return join(f"{was}~q {{x}} {{l}} {{t}} ?~e", "{x} {t} {l} 吗~q ？~e", x=x, l=at, t=t)
    return join(f"where~w {be} {{x}} ?~e", "{x} 在~w 哪里~w ？~e", x=x)


def _somebody_somewhere(d: Dice) -> tuple[Phrase, Phrase]:
    """Somebody or something, and a place where it may be."""
    key, things = d.pick(THERE)
    n = d.pick([t for t in things.split() if t not in ("tree", "window", "bridge")])
    people = n in ("boy", "girl", "student", "teacher", "child")
    dets = "the the this that two" if people else "the the the my my my this that thes mys"
    x = np(d, n, d.pick(dets), adj=d.chance(0.4))
    if d.chance(0.35):
        x = until(not_a_few, human, d)
        at = where(d, d.pick(PEOPLE_AT))
    else:
        at = spot(d, key)
    if x.en[0] in w.NUMBERS:
        x = np(d, n, "the")
    return x, at

# ruff: noqa: E501, SIM905 (a row of words reads best on one line)
"""Constituents that combine freely: noun phrases with every determiner and adjective, subjects, places, times."""

from ..dice import Dice
from ..phrase import Phrase, join, word
from ..vocabulary import words as w
from ..vocabulary.nouns import MASS, NOUNS, ROLES
from .simple import article, kin, name, place, possessor

AFTER_POSSESSOR = {"beautiful": "漂亮", "cheap": "便宜", "fresh": "新鲜", "clean": "干净"}  # 她 的 漂亮 裙子: one 的


def attribute(noun, chosen: str, possessed: bool = False) -> tuple[str, str]:
    """An adjective before a noun, labelled; after a possessor a colour loses its 的."""
    zh = "老" if noun.zh == "朋友" and chosen == "old" else w.ATTRIBUTIVE[chosen]
    if possessed:
        zh = AFTER_POSSESSOR.get(chosen, zh.split()[0] if zh.split()[0].endswith("色") else zh)
    return f"{chosen}~j", " ".join(f"{t}~j" for t in zh.split())


def np(d: Dice, key: str, det: str, adj: bool = False, lose: bool = False) -> Phrase:
    """A noun phrase. det: a, the, this, that, my, two (a small numeral), bare (plural), some, thes (the + plural),
    these, those, mys (my + plural), any. ``lose``: "a" has no 一 (negation, yes-no questions)."""
    if key in MASS:
        return mass(d, key, det)
    noun = NOUNS[key]
    if noun.singular == noun.plural and det == "thes":
        det = "the"  # "the sheep rested": one sheep
    a_en = a_zh = ""
    if adj and noun.adjectives:
        a_en, a_zh = attribute(noun, d.pick(noun.adjectives), det in ("my", "mys"))
        a_en, a_zh = a_en + " ", a_zh + " "
    one, many, zh, m = f"{a_en}{noun.singular}~n", f"{a_en}{noun.plural}~n", f"{a_zh}{noun.zh}~n", noun.measure
    if det == "a":
        art = article((a_en or noun.singular)[0])
        return join(f"{art} {one}", zh) if lose else join(f"{art}~d {one}", f"一~d {m}~d {zh}")
    if det in ("the", "this", "that"):
        return join(f"{det}~d {one}", f"{'这' if det == 'this' else '那'}~d {m}~d {zh}")
    if det in ("thes", "these", "those"):
        return join(
            f"{'the' if det == 'thes' else det}~d {many}", f"{'这些' if det == 'these' else '那些'}~d {zh}", agree="p"
        )
    if det in ("my", "mys"):
        return join(
            f"{{p}} {one if det == 'my' else many}", f"{{p}} {zh}", agree="s" if det == "my" else "p", p=possessor(d)
        )
    if det == "two":
        number = d.pick(list(w.NUMBERS)[: 4 if d.chance(0.8) else 9])
        return join(f"{number}~d {many}", f"{w.NUMBERS[number]}~d {m}~d {zh}", agree="p")
    if det == "bare":
        return join(many, zh, agree="p")
    if det == "any":
        return join(f"any {many}", zh, agree="p")
    if det in ("some", "many"):
        return join(f"{det}~d {many}", f"{'一些' if det == 'some' else '很多'}~d {zh}", agree="p")
    raise ValueError(f"det is {det!r}")


def mass(d: Dice, key: str, det: str) -> Phrase:
    """Tea, the tea, my tea, a cup of tea: "the" before such a word has no 那."""
    from .simple import thing

    if det in ("a", "two", "some", "many"):
        return thing(d, key, "n" if det == "two" else "a")
    if det in ("my", "mys"):
        return join(f"{{p}} {key}~n", f"{{p}} {MASS[key][0]}~n", p=possessor(d))
    if det in ("the", "thes"):
        return join(f"the {key}~n", f"{MASS[key][0]}~n")
    return join(f"{'any ' if det == 'any' else ''}{key}~n", f"{MASS[key][0]}~n")


def object_np(d: Dice, key: str, mode: str, large: bool = False) -> Phrase:
    """An object for a statement (+), a negation (-) or a yes-no question (?); nobody buys four houses."""
    if mode == "+":
        if large:
            det = d.pick("a a a the this my")
        else:
            det = d.pick("a a a two two the the this that my my thes bare some these")
        return np(d, key, det, adj=d.chance(0.4))
    if key in MASS:
        return mass(d, key, d.pick("bare bare the my"))
    det = d.pick(
        "a a a a the the this that my my bare" + (" any" if mode == "-" else "") + ("" if large else " thes those")
    )
    return np(d, key, det, adj=d.chance(0.3), lose=True)


MALE = {"tom", "david", "peter", "li ming", "zhang wei", "liu yang"}
MALE_KIN = {"father", "brother", "grandfather", "uncle", "son", "his"}
FEMALE_KIN = {"mother", "sister", "grandmother", "aunt", "daughter", "her"}


def suits(name_: str, words) -> bool:
    """Whether a name fits a relative: nobody's son is called mary."""
    who = MALE_KIN & set(words), FEMALE_KIN & set(words)
    return not (who[1] if name_ in MALE else who[0])


# --- subjects ---------------------------------------------------------------------------------------------------

PRONOUN = {
    "i": ("我", "i"),
    "you": ("你", "p"),
    "he": ("他", "s"),
    "she": ("她", "s"),
    "we": ("我们", "p"),
    "they": ("他们", "p"),
}
COUNTED_PEOPLE = "boy girl student man woman child teacher doctor".split()
WITH_MEN = "student child teacher doctor nurse boy girl".split()


def human(d: Dice, who: str = "any") -> Phrase:
    """A person as subject: pronoun, name, two names, kin, profession, "a boy", "my friend"."""
    roll = d.below(100)
    if roll < 36:
        en = d.pick(list(PRONOUN))
        return word(en, PRONOUN[en][0], agree=PRONOUN[en][1])
    if roll < 52:
        return name(d)
    if roll < 66:
        return kin(d, child=who == "any" and d.chance(0.4))
    if roll < 78:
        noun = NOUNS[d.pick(ROLES)]
        return join(f"the {noun.singular}~1", f"{noun.zh}~1")
    if who == "adult" or roll < 82:
        if d.chance(0.5):
            return np(d, d.pick("man woman"), d.pick("the a this that two"))
        a, b = d.pick(list(w.NAMES)), d.pick(list(w.NAMES))
        if a == b:
            return human(d, who)
        return join("{a} and~c {b}", "{a} 和~c {b}", agree="p", a=word(a, w.NAMES[a]), b=word(b, w.NAMES[b]))
    if roll < 87:
        noun = NOUNS[d.pick(WITH_MEN)]
        return join(f"the {noun.plural}~1", f"{noun.zh}~1 们~1", agree="p")
    if roll < 91:
        x = np(d, d.pick("boy girl student child man woman"), d.pick("the this that"))
        return x
    if roll < 96:
        return np(d, d.pick(COUNTED_PEOPLE), d.pick("a two"))
    return np(d, d.pick("friend friend teacher student"), "my", adj=False)


def beast(d: Dice, key: str) -> Phrase:
    """An animal as subject: the cat, my dog, two birds, the black horse, it."""
    if d.chance(0.12):
        return word("it", "它")
    wild = key in ("panda", "monkey", "tiger", "elephant", "snake", "bat")
    return np(d, key, d.pick("the the the a a this that two thes" + ("" if wild else " my my my")), adj=d.chance(0.35))


# --- places -----------------------------------------------------------------------------------------------------

PREPS = {"on": ("on", "上"), "in": ("in", "里"), "under": ("under", "下面"), "behind": ("behind", "后面"), "front": ("in front of", "前面"),
         "next": ("next to", "旁边"), "up": ("in", "上")}  # fmt: skip
TOWN = {"school": "学校", "station": "车站", "hospital": "医院", "library": "图书馆", "bank": "银行", "hotel": "酒店", "cinema": "电影院",
        "museum": "博物馆", "restaurant": "饭馆", "shop": "商店", "river": "河", "garden": "花园", "forest": "森林", "kitchen": "厨房",
        "park": "公园", "cave": "山洞", "supermarket": "超市", "bookshop": "书店", "market": "市场", "office": "办公室", "classroom": "教室", "bedroom": "卧室"}  # fmt: skip
SINGLE = {"park": ("in", "个"), "library": ("in", "个"), "shop": ("in", "家"), "bookshop": ("in", "家"), "supermarket": ("at", "家"), "hospital": ("in", "家"),
          "restaurant": ("in", "家"), "hotel": ("at", "家"), "museum": ("in", "个"), "factory": ("in", "家"), "garden": ("in", "个"), "bank": ("at", "家")}  # fmt: skip
OWN_ROOM = ("office", "garden", "bedroom", "kitchen", "classroom")


def spot(d: Dice, key: str, at: bool = True) -> Phrase:
    """``under:table`` as under the table, under a table, under my old table; without 在 as the topic of 有."""
    prep, ground = key.split(":")
    en, local = PREPS[prep]
    labelled = " ".join(f"{t}~1" for t in en.split())
    lead = "在~1 " if at else ""
    if ground in TOWN:
        if ground in OWN_ROOM and prep == "in" and d.chance(0.3):
            return join(f"{labelled} {{p}} {ground}~2", f"{lead}{{p}} {TOWN[ground]}~2 {local}~1", p=possessor(d))
        return join(f"{labelled} the {ground}~2", f"{lead}{TOWN[ground]}~2 {local}~1")
    noun = NOUNS[ground]
    roll = d.below(100)
    if roll < 60 or (roll < 80 and ground in ("door", "window", "tree")):
        return join(f"{labelled} the {noun.singular}~2", f"{lead}{noun.zh}~2 {local}~1")
    if roll < 70:
        return join(f"{labelled} {{x}}", f"{lead}{{x}} {local}~1", x=np(d, ground, "a", adj=d.chance(0.5)))
    if roll < 85 and ground not in ("door", "window", "tree"):
        return join(f"{labelled} {{x}}", f"{lead}{{x}} {local}~1", x=np(d, ground, "my", adj=d.chance(0.3)))
    if not noun.adjectives:
        return join(f"{labelled} the {noun.singular}~2", f"{lead}{noun.zh}~2 {local}~1")
    return join(f"{labelled} {{x}}", f"{lead}{{x}} {local}~1", x=np(d, ground, d.pick("the the that"), adj=True))


def where(d: Dice, key: str) -> Phrase:
    """Any place: a city (BIG), a spot, a place of town, definite, indefinite or somebody's."""
    if ":" in key:
        return spot(d, key)
    if key == "BIG":
        key = d.pick(list(w.CITIES))
    if key in SINGLE and d.chance(0.12):
        prep, m = SINGLE[key]
        inside = " 里~1" if key == "garden" else ""
        return join(f"{prep}~1 a~d {key}~2", f"在~1 一~d {m}~d {TOWN.get(key, '工厂')}~2{inside}")
    if key in OWN_ROOM and d.chance(0.25):
        return spot(d, f"in:{key}")
    return place(key)


# --- times ------------------------------------------------------------------------------------------------------

TODAY = ("today~1", "今天~1")
PARTS_OF_DAY = (("in the morning~1", "早上~1"), ("in the afternoon~1", "下午~1"), ("in the evening~1", "晚上~1"))
PAST = (*w.PAST, ("yesterday~1", "昨天~1"), ("yesterday~1", "昨天~1"), ("last~1 night~2", "昨天~1 晚上~2"), TODAY)
FUTURE = (
    *w.FUTURE,
    ("tomorrow~1", "明天~1"),
    ("tomorrow~1", "明天~1"),
    ("tonight~1", "今天~1 晚上~1"),
    ("this~1 evening~2", "今天~1 晚上~2"),
    TODAY,
)
NOW = ("now~1", "现在~1")


def at_hour(d: Dice, hours: str = "six seven eight nine ten eleven", tail: tuple[str, str] = ("", "")) -> Phrase:
    """At eight o'clock tomorrow: 明天 八 点; the hour follows the day in Chinese."""
    h = d.pick(hours)
    en, zh = tail
    if d.chance(0.25):
        return join(f"at half~2 past~2 {h}~3 {en}", f"{zh} {w.HOURS[h]}~3 点~3 半~2")
    return join(f"at {h}~2 o'clock~3 {en}", f"{zh} {w.HOURS[h]}~2 点~3")


def weekday(d: Dice, every: bool = False) -> Phrase:
    """On monday 星期一; every monday 每个 星期一."""
    day = d.pick(list(w.WEEKDAYS))
    return (
        join(f"every~1 {day}~2", f"每个~1 {w.WEEKDAYS[day]}~2")
        if every
        else join(f"on {day}~1", f"{w.WEEKDAYS[day]}~1")
    )


def moment(d: Dice, tense: str, long: str | None = None, weeks: bool = True) -> Phrase:
    """A time that suits the tense; ``long`` for houses and cars; ``weeks=False`` for meals."""
    roll = d.below(100)
    if tense == "past":
        if long == "long":
            return join(*d.pick(w.PAST_LONG))
        if roll < 10:
            return weekday(d)
        if roll < 18:
            return at_hour(d, tail=("yesterday~1", "昨天~1"))
        t = join(*d.pick(PAST))
        return t if weeks or t.en[-1] != "week" else moment(d, tense, long, weeks)
    if tense == "future":
        if long == "long":
            return join(*d.pick(w.FUTURE_LONG))
        if roll < 12:
            return weekday(d)
        if roll < 20:
            return at_hour(d, tail=("tomorrow~1", "明天~1"))
        if roll < 24:
            return at_hour(d)
        t = join(*d.pick(FUTURE))
        return t if weeks or t.en[-1] != "week" else moment(d, tense, long, weeks)
    if tense == "never":  # the time of a habit one does not have
        return weekday(d) if roll < 40 else join(*d.pick(PARTS_OF_DAY))
    if tense == "habit":
        if long == "day":
            return weekday(d, every=True) if roll < 15 else join(*d.pick(w.HABIT_DAYTIME))
        if roll < 15:
            return weekday(d, every=True)
        if roll < 40:
            return join(*d.pick(PARTS_OF_DAY))
        if roll < 48:
            return at_hour(d, tail=("every~1 day~1", "每天~1"))
        return join(*d.pick(w.HABIT))
    return join(*NOW)


GIVEN = "book pen watch scarf hat gift flower map ticket camera apple dictionary sweater umbrella bag cup phone photo key ball pencil coat".split()

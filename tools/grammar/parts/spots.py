"""Places that combine freely: under the table, in a park, in front of my old house."""

from ..dice import Dice
from ..phrase import Phrase, join
from ..tables import listed, table
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS
from .adverbials import place
from .noun_phrases import np
from .people import possessor

PREPS = {
    "on": ("on", "上"), "in": ("in", "里"), "under": ("under", "下面"), "behind": ("behind", "后面"),
    "front": ("in front of", "前面"), "next": ("next to", "旁边"), "up": ("in", "上"),
}  # fmt: skip
TOWN = table(
    "school = 学校 | station = 车站 | hospital = 医院 | library = 图书馆 | bank = 银行 | hotel = 酒店 | cinema = 电影院"
    "| museum = 博物馆 | restaurant = 饭馆 | shop = 商店 | river = 河 | garden = 花园 | forest = 森林 | kitchen = 厨房"
    "| park = 公园 | cave = 山洞 | supermarket = 超市 | bookshop = 书店 | market = 市场 | office = 办公室"
    "| classroom = 教室 | bedroom = 卧室 | factory = 工厂"
)
SINGLE = {  # "in a park": the preposition, the measure word
    "park": ("in", "个"), "library": ("in", "个"), "shop": ("in", "家"), "bookshop": ("in", "家"),
    "supermarket": ("at", "家"), "hospital": ("in", "家"), "restaurant": ("in", "家"), "hotel": ("at", "家"),
    "museum": ("in", "个"), "factory": ("in", "家"), "garden": ("in", "个"), "bank": ("at", "家"),
}  # fmt: skip
OWN_ROOM = listed("office garden bedroom kitchen classroom")
FIXED = listed("door window tree")  # nobody's in particular


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
    x = _ground(d, ground)
    if x is None:
        return join(f"{labelled} the {NOUNS[ground].singular}~2", f"{lead}{NOUNS[ground].zh}~2 {local}~1")
    return join(f"{labelled} {{x}}", f"{lead}{{x}} {local}~1", x=x)


def _ground(d: Dice, ground: str) -> Phrase | None:
    """A table, my old table, that big table; None for the table, which is bare 桌子."""
    roll = d.below(100)
    if roll < 60 or (roll < 80 and ground in FIXED):
        return None
    if roll < 70:
        return np(d, ground, "a", adj=d.chance(0.5))
    if roll < 85 and ground not in FIXED:
        return np(d, ground, "my", adj=d.chance(0.3))
    if not NOUNS[ground].adjectives:
        return None
    return np(d, ground, d.pick("the the that"), adj=True)


def where(d: Dice, key: str) -> Phrase:
    """Any place: a city (BIG), a spot, a place of town, definite, indefinite or somebody's."""
    if ":" in key:
        return spot(d, key)
    if key == "BIG":
        key = d.pick(list(w.CITIES))
    if key in SINGLE and d.chance(0.12):
        prep, m = SINGLE[key]
        return join(f"{prep}~1 a~d {key}~2", f"在~1 一~d {m}~d {TOWN[key]}~2 里~1")
    if key in OWN_ROOM and d.chance(0.25):
        return spot(d, f"in:{key}")
    return place(key)

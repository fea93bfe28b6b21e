"""Having and wanting, with free noun phrases."""

from ..dice import Dice, until
from ..parts.agreement import DO, agreeing
from ..parts.moments import moment
from ..parts.noun_phrases import np
from ..parts.subjects import human, not_a_few
from ..phrase import Phrase, join
from ..tables import listed
from ..vocabulary.nouns import NOUNS

KEYS = (
    "cat dog rabbit horse bicycle car computer phone camera umbrella dictionary map watch pen pencil hat coat sweater"
    " friend ticket key bag house book newspaper milk water tea coffee bread cake juice apple egg"
)
DEAR = listed("car house computer bicycle camera phone watch horse")
FOOD = listed("milk water tea coffee bread cake juice")


def possess(d: Dice) -> Phrase | None:
    """He has a red car; do you have a dog? we do not have any milk; i want a new bag; what do you have?"""
    key = d.pick(KEYS)
    s = until(not_a_few, human, d, "adult" if key in ("car", "house", "horse") else "any")
    roll = d.below(14)
    if s.en[0] == "i" and roll in (7, 8, 11, 12, 13):
        return None
    if roll < 9 or (roll == 13 and key not in FOOD):
        return _have(d, s, key, roll)
    return None if key == "friend" else _want(d, s, key, roll)


def _have(d: Dice, s: Phrase, key: str, roll: int) -> Phrase | None:
    do, food = DO[s.agree], key in FOOD
    if roll < 4:
        det = d.pick("a bare") if food else d.pick("a" if key in DEAR else "a a two many some")
        o = np(d, key, det, adj=d.chance(0.5))
        return join(f"{{s}} {agreeing('have', s)}~v {{o}}", "{s} 有~v {o}", s=s, o=o)
    if roll < 6:
        o = np(d, key, "any" if food or d.chance(0.3) else "a", lose=True, adj=d.chance(0.2))
        return join(f"{{s}} {do} not~x have~v {{o}}", "{s} 没有~x~v {o}", s=s, o=o)
    if roll == 6:
        if key not in DEAR:
            return None
        o = np(d, key, "a")
        return join("{s} had~v {o} {t}", "{s} {t} 有~v {o}", s=s, o=o, t=moment(d, "past", "long"))
    if roll in (7, 8):
        o = np(d, key, "bare" if food else d.pick("a a any"), lose=True, adj=d.chance(0.2))
        return join(f"{do}~q {{s}} have~v {{o}} ?~e", "{s} 有~v {o} 吗~q ？~e", s=s, o=o)
    noun = NOUNS[key]
    zh = f"{{s}} 有~v 几~d {noun.measure}~d {noun.zh}~n ？~e"
    return join(f"how~d many~d {noun.plural}~n {do} {{s}} have~v ?~e", zh, s=s)


def _want(d: Dice, s: Phrase, key: str, roll: int) -> Phrase:
    do, food = DO[s.agree], key in FOOD
    if roll == 9:
        o = np(d, key, "a", adj=d.chance(0.5))
        return join(f"{{s}} {agreeing('want', s)}~v {{o}}", "{s} 想~v 要~v {o}", s=s, o=o)
    if roll == 10:
        o = np(d, key, "bare" if food else "a", lose=True)
        return join(f"{{s}} {do} not~n want~v {{o}}", "{s} 不~n 想~v 要~v {o}", s=s, o=o)
    if roll == 11:
        o = np(d, key, d.pick("a bare") if food else "a", lose=True)
        return join(f"{do}~q {{s}} want~v {{o}} ?~e", "{s} 想~v 要~v {o} 吗~q ？~e", s=s, o=o)
    d.below(1)  # decides nothing; without it every later draw of this template would be another one
    return join(f"what~w {do} {{s}} want~v ?~e", "{s} 想~v 要~v 什么~w ？~e", s=s)

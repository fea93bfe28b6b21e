"""Core statements: any subject, verb, object, place and time in every tense, affirmed (+), denied (-) and asked (?).

``core_will_not`` in the list of templates is ``clause(dice, "will", "-", …)``; the English and Chinese of a tense are
in ``tenses``.
"""

from ..dice import Dice, redrawn, until
from ..parts.moments import moment, suits_meal
from ..parts.predicates import Predicate, act, predicate
from ..phrase import Phrase
from ..tables import listed
from ..vocabulary.acts import BEAST_ACTS, HUMAN_ACTS
from .tenses import say

BEASTS = frozenset(listed("猫 狗 鸟 马 兔子 牛 羊 猪 熊猫 猴子 鸭子 老虎 大象 蛇 蝙蝠 它"))
SKILLED = listed("swim fly dance sing cook speak ride drive")
ALLOWED = listed("buy borrow go come sit wash eat drink")  # what circumstances may allow
UNPLANNED = listed("have find see watch play stand fly")  # what nobody should, must or needs to do
NOT_THEN = frozenset(listed("week today sunday on month year"))  # too long or too near for "was reading"


def clause(d: Dice, tense: str, mode: str, timed: float, placed: float = 0.55) -> Phrase:
    """One sentence of a tense, with a time of that tense at its end or at its beginning."""
    p = until(lambda p: suited(p, tense, mode), predicate, d, tense, mode, placed)
    kinds = {"past": "past", "habit": "never" if mode == "-" else "habit", "prog": "now", "was": "past"}
    kind = kinds.get(tense, "future")
    time = moment(d, kind, p.long, p.weeks) if d.chance(timed) or _needs_time(p, tense, mode) else None
    if tense == "was" and time is not None:
        time = redrawn(time, lambda t: _then(t) and suits_meal(t, p.object), moment, d, kind, None, False)
    time = redrawn(time, lambda t: suits_meal(t, p.object), moment, d, kind, p.long, p.weeks)
    if tense == "can" and p.style == "activity":
        time = None  # a skill has no date
    return say(p, tense, mode, time, front=mode != "?" and d.chance(0.3))


def core_daily_acts(d: Dice) -> Phrase:
    """Anna walks in the park; the bird flies: every -s form of an activity is seen often."""
    acts = [*HUMAN_ACTS, *BEAST_ACTS[:2], *BEAST_ACTS[9:11]]
    p = until(
        lambda p: suited(p, "habit", "+") and p.subject.agree == "s",
        lambda: act(d, d.pick(acts), "habit", 0.6),
    )
    time = moment(d, "habit", p.long, p.weeks) if d.chance(0.5) else None
    time = redrawn(time, lambda t: suits_meal(t, p.object), moment, d, "habit", p.long, p.weeks)
    return say(p, "habit", "+", time, front=d.chance(0.25))


def _needs_time(p: Predicate, tense: str, mode: str) -> bool:
    """Whether the past would be read as the present without a time: 她 在 游泳, 他 在 公园 跑步, 猫 坐 在 椅子 上."""
    unmarked = p.style == "posture" or (p.style == "activity" and p.place is not None)
    return tense == "was" or (tense == "past" and mode == "+" and unmarked)


def _then(time: Phrase) -> bool:
    """Whether somebody may have been doing something at this time."""
    return not set(time.en) & NOT_THEN


def suited(p: Predicate, tense: str, mode: str) -> bool:
    """Whether a reader would not stumble over the clause."""
    if not _subject_suits(p, tense, mode) or not _style_suits(p, tense, mode):
        return False
    base = p.verb.base
    if tense == "can":
        return _can(p)
    if tense == "like":
        return base not in ("sit", "stand", "work", "have") and p.style != "posture"
    if tense == "must" and mode != "+":
        return False
    if tense in ("should", "must", "need") and base in UNPLANNED:
        return False
    return base not in ("find", "see") or tense == "past"


def _subject_suits(p: Predicate, tense: str, mode: str) -> bool:
    base, s = p.verb.base, p.subject.en
    counted = s[0] in ("a", "an") or (len(s) > 1 and p.subject.zh[0] in "两三四五六七八九十")
    if counted and (mode != "+" or tense not in ("past", "prog", "was")):
        return False  # "does a boy run": no one's question
    if mode == "?" and (s[0] == "i" or (set(s) & {"my", "our"} and tense == "habit")):
        return False
    animal = p.subject.zh[-1] in BEASTS
    if tense in ("want", "need", "like", "should", "must") and (s[0] == "it" or animal):
        return False
    return not (tense in ("will", "going") and animal and base in ("stand", "find"))


def _style_suits(p: Predicate, tense: str, mode: str) -> bool:
    base, i = p.verb.base, p.subject.en[0] == "i"
    if p.style == "motion":
        if tense in ("prog", "was", "like") or (base == "come" and i and tense == "habit"):
            return False
        if tense == "going" and base != "go":
            return False
    if base == "speak" and tense in ("will", "going", "was", "past", "should"):
        return False
    if tense == "past" and mode == "+" and p.place is None and not p.bare_past:
        return False
    return not (tense == "past" and mode == "?" and p.style == "posture")


def _can(p: Predicate) -> bool:
    """会 a skill, 能 what circumstances allow."""
    base = p.verb.base
    if p.style == "activity":
        return (base in SKILLED or (base == "play" and p.object is not None)) and p.place is None
    return base in ALLOWED and not (base == "wash" and p.place is not None)

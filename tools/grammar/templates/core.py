# ruff: noqa: E501, E741 (l is the slot of a place; a template reads best on one line)
"""Core statements: any subject, verb, object, place and time in every tense, affirmed, denied and asked."""

from ..dice import Dice
from ..parts.agreement import BE, DO, WAS
from ..parts.moments import moment
from ..parts.predicates import Predicate, act, predicate
from ..phrase import Phrase, join
from ..vocabulary.acts import BEAST_ACTS, HUMAN_ACTS


def say(p: Predicate, tense: str, mode: str, time: Phrase | None = None, front: bool = False) -> Phrase:
    """One clause. English: subject, verb, object, place, time; Chinese: subject, time, (negation, modal), place, verb, object."""
    s, agree = "{s}", p.subject.agree
    verb, zv = p.verb, f"{p.verb.zh}~v"
    o, l, t = "{o}" if p.object else "", "{l}" if p.place else "", "{t}" if time else ""
    slots = {k: x for k, x in (("s", p.subject), ("o", p.object), ("l", p.place), ("t", time)) if x}
    base, past, ing = verb.form("base"), verb.form("past"), verb.form("ing")
    third = verb.form("third" if agree == "s" else "base")
    rest = f"{o} {l}"
    be, do, was = BE[agree], DO[agree], WAS[agree]
    posture, activity = p.style == "posture", p.style == "activity"
    core = f"{zv} {l}" if posture else f"{l} {zv} {o}"
    doing = "" if posture else "正~x" if p.place else "在~x"

    def out(en: str, zh: str) -> Phrase:
        if mode == "?":
            return join(f"{en} {rest} {t} ?~e", f"{s} {t} {zh} ？~e", **slots)
        return join(f"{t} {en} {rest}" if front else f"{en} {rest} {t}", f"{s} {t} {zh}", **slots)

    if tense == "past":
        if mode == "-":
            return out(f"{s} did not~x {base}", f"没~x {core}")
        if mode == "?":
            return out(f"did~q {s} {base}", f"{core} 了~q 吗~q")
        if posture or (activity and p.place):
            return out(f"{s} {past}", core)
        return out(f"{s} {past}", f"{core} 了~v" if activity or verb.zh == "回" else f"{l} {zv} 了~v {o}")
    if tense == "habit":
        if mode == "-":
            return out(f"{s} {do} not~x {base}", f"不~x {core}")
        return out(f"{do}~q {s} {base}", f"{core} 吗~q") if mode == "?" else out(f"{s} {third}", core)
    if tense in ("prog", "was"):
        b = be if tense == "prog" else was
        if mode == "-":
            return (
                out(f"{s} {b} not~x {ing}", f"没~x {core}")
                if p.place
                else out(f"{s} {b}~y not~x {ing}", f"没~x 在~y {core}")
            )
        if mode == "?":
            return out(f"{b}~q {s} {ing}", f"{doing.replace('~x', '~q')} {core} 吗~q")
        return out(f"{s} {b}{'~v' if posture else '~x'} {ing}", f"{doing} {core}")
    if tense == "will":
        if mode == "-":
            return out(f"{s} will~y not~x {base}", f"不~x 会~y {core}")
        return (
            out(f"will~x {s} {base}", f"会~x {core} 吗~x") if mode == "?" else out(f"{s} will~x {base}", f"会~x {core}")
        )
    if tense == "going":
        if verb.base == "go" and verb.zh == "去":  # is going to the park: 要 去 公园
            if mode == "-":
                return out(f"{s} {be}~y not~x {ing}", f"不~x 会~y {core}")
            return (
                out(f"{be}~x {s} {ing}", f"要~x {core} 吗~x")
                if mode == "?"
                else out(f"{s} {be}~x {ing}", f"要~x {core}")
            )
        if mode == "-":
            return out(f"{s} {be}~y not~x going~y to~y {base}", f"不~x 会~y {core}")
        if mode == "?":
            return out(f"{be}~x {s} going~x to~x {base}", f"要~x {core} 吗~x")
        return out(f"{s} {be}~x going~x to~x {base}", f"要~x {core}")
    en, zh = {"want": ("want", "想"), "need": ("need", "需要"), "like": ("like", "喜欢"), "can": ("can", "会" if activity else "能"),
              "should": ("should", "应该"), "must": ("must", "必须")}[tense]  # fmt: skip
    if tense in ("can", "should", "must"):
        if mode == "-":
            return out(f"{s} {en}~y not~x {base}", f"不~x {zh}~y {core}")
        return (
            out(f"{en}~x {s} {base}", f"{zh}~x {core} 吗~x")
            if mode == "?"
            else out(f"{s} {en}~x {base}", f"{zh}~x {core}")
        )
    to, act = ("", ing) if tense == "like" else ("to~x", base)
    if mode == "-":
        return out(f"{s} {do} not~n {en}~x {to} {act}", f"不~n {zh}~x {core}")
    if mode == "?":
        return out(f"{do}~q {s} {en}~x {to} {act}", f"{zh}~x {core} 吗~q")
    return out(f"{s} {en}{'s' if agree == 's' else ''}~x {to} {act}", f"{zh}~x {core}")


def clause(d: Dice, tense: str, mode: str, timed: float, placed: float = 0.55) -> Phrase:
    """One sentence of a tense, with a time of that tense at its end or at its beginning."""
    p = predicate(d, tense, mode, placed)
    while unsuited(p, tense, mode):
        p = predicate(d, tense, mode, placed)
    kind = {"past": "past", "habit": "never" if mode == "-" else "habit", "prog": "now", "was": "past"}.get(
        tense, "future"
    )
    time = moment(d, kind, p.long, p.weeks) if d.chance(timed) else None
    if tense == "was" and time is not None:
        while set(time.en) & {"week", "today", "sunday", "on", "month", "year"}:
            time = moment(d, kind, None, False)
    if tense == "can" and p.style == "activity":
        time = None  # a skill has no date
    return say(p, tense, mode, time, front=mode != "?" and d.chance(0.3))


def unsuited(p: Predicate, tense: str, mode: str) -> bool:
    """Clauses that a reader would stumble over."""
    base, s = p.verb.base, p.subject.en
    indefinite = s[0] in ("a", "an") or (len(s) > 1 and p.subject.zh[0] in "两三四五六七八九十")
    if indefinite and (mode != "+" or tense not in ("past", "prog", "was")):
        return True  # "does a boy run": no one's question
    if s[0] == "i" and mode == "?":
        return True
    if mode == "?" and (set(s) & {"my", "our"}) and tense == "habit":
        return True
    if p.style == "motion" and (
        tense in ("prog", "was", "like") or (base == "come" and s[0] == "i" and tense == "habit")
    ):
        return True
    if p.style == "motion" and tense == "going" and base != "go":
        return True
    if base == "speak" and tense in ("will", "going", "was", "past", "should"):
        return True
    if tense == "past" and mode == "+" and p.place is None and not p.bare_past:
        return True
    if tense == "past" and mode == "?" and p.style == "posture":
        return True
    if tense in ("want", "need", "like", "should", "must") and (s[0] == "it" or p.subject.zh[-1] in BEASTS):
        return True
    if tense in ("will", "going") and p.subject.zh[-1] in BEASTS and base in ("stand", "find"):
        return True
    if tense == "can":  # 会 a skill, 能 what circumstances allow
        skill = base in ("swim", "fly", "dance", "sing", "cook", "speak", "ride", "drive") or (
            base == "play" and p.object is not None
        )
        if p.style == "activity":
            return not skill or p.place is not None
        return base not in ("buy", "borrow", "go", "come", "sit", "wash", "eat", "drink") or (
            p.place is not None and base in ("wash",)
        )
    if tense == "like":
        return base in ("sit", "stand", "work", "have") or p.style == "posture"
    if tense == "must" and mode == "?":
        return True
    if tense == "must" and mode == "-":
        return True
    if tense in ("should", "must", "need") and base in ("have", "find", "see", "watch", "play", "stand", "fly"):
        return True
    return base in ("find", "see") and tense not in ("past",)


BEASTS = set("猫 狗 鸟 马 兔子 牛 羊 猪 熊猫 猴子 鸭子 老虎 大象 蛇 蝙蝠 它".split())  # noqa: SIM905


def core_daily_acts(d: Dice) -> Phrase:
    """Anna walks in the park; the bird flies: every -s form of an activity is seen often."""
    p = act(d, d.pick([*HUMAN_ACTS, *BEAST_ACTS[:2], *BEAST_ACTS[9:11]]), "habit", 0.6)
    while unsuited(p, "habit", "+") or p.subject.agree != "s":
        p = act(d, d.pick([*HUMAN_ACTS, *BEAST_ACTS[:2], *BEAST_ACTS[9:11]]), "habit", 0.6)
    time = moment(d, "habit", p.long, p.weeks) if d.chance(0.5) else None
    return say(p, "habit", "+", time, front=d.chance(0.25))

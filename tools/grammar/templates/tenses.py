"""How each tense is said in both languages: affirmed (+), denied (-) and asked (?).

Every tense gives two halves: English from the beginning to the verb, Chinese from behind the time to the end. Labels:
v the verb, x the tense's own words, q what opens a question, n not, y a second auxiliary.
"""

from collections.abc import Callable

from ..parts.agreement import BE, DO, WAS, agreeing, present
from ..parts.predicates import Predicate
from ..phrase import Phrase, join

Halves = tuple[str, str]


def say(p: Predicate, tense: str, mode: str, time: Phrase | None = None, front: bool = False) -> Phrase:
    """One clause.

    English: subject, verb, object, place, time; Chinese: subject, time, (negation, modal), place, verb, object.
    """
    en, zh = TENSES[tense](p, tense, mode)
    slots = {"s": p.subject, **p.slots}
    t = ""
    if time:
        t, slots["t"] = "{t}", time
    rest = f"{p.object_slot} {p.place_slot}"
    if mode == "?":
        return join(f"{en} {rest} {t} ?~e", f"{{s}} {t} {zh} ？~e", **slots)
    return join(f"{t} {en} {rest}" if front else f"{en} {rest} {t}", f"{{s}} {t} {zh}", **slots)


def _past(p: Predicate, tense: str, mode: str) -> Halves:
    base, core = p.verb.form("base"), p.core
    if mode == "-":
        return f"{{s}} did not~x {base}", f"没~x {core}"
    if mode == "?":
        return f"did~q {{s}} {base}", f"{core} 了~q 吗~q"
    en = f"{{s}} {p.verb.form('past')}"
    if p.style == "posture" or (p.style == "activity" and p.place):
        return en, core
    if p.style == "activity" or p.verb.zh == "回":
        return en, f"{core} 了~v"
    return en, f"{p.place_slot} {p.verb.zh}~v 了~v {p.object_slot}"


def _habit(p: Predicate, tense: str, mode: str) -> Halves:
    base, core, do = p.verb.form("base"), p.core, DO[p.subject.agree]
    if mode == "-":
        return f"{{s}} {do} not~x {base}", f"不~x {core}"
    if mode == "?":
        return f"{do}~q {{s}} {base}", f"{core} 吗~q"
    return f"{{s}} {present(p.verb, p.subject)}", core


def _progressive(p: Predicate, tense: str, mode: str) -> Halves:
    """在, or 正 where a place keeps its 在.

    A posture takes no mark; nor, with a place, do a question (她 在 家 做饭 吗) and the past (她 昨天 在 家 做饭).
    """
    be = (BE if tense == "prog" else WAS)[p.subject.agree]
    ing, core, posture = p.verb.form("ing"), p.core, p.style == "posture"
    if mode == "-" and p.place:
        return f"{{s}} {be} not~x {ing}", f"没~x {core}"
    if mode == "-":
        return f"{{s}} {be}~y not~x {ing}", f"没~x 在~y {core}"
    mark = "在"
    if posture or (p.place and (mode == "?" or tense == "was")):
        mark = ""
    elif p.place:
        mark = "正"
    if mode == "?":
        return f"{be}~q {{s}} {ing}", f"{mark and mark + '~q'} {core} 吗~q"
    linked = "~v" if posture else "~x" if mark else ""
    return f"{{s}} {be}{linked} {ing}", f"{mark and mark + '~x'} {core}"


def _will(p: Predicate, tense: str, mode: str) -> Halves:
    base, core = p.verb.form("base"), p.core
    if mode == "-":
        return f"{{s}} will~y not~x {base}", f"不~x 会~y {core}"
    if mode == "?":
        return f"will~x {{s}} {base}", f"会~x {core} 吗~x"
    return f"{{s}} will~x {base}", f"会~x {core}"


def _going(p: Predicate, tense: str, mode: str) -> Halves:
    """The plan 要, its negation 不 会; is going to the park: 要 去 公园."""
    be, core = BE[p.subject.agree], p.core
    already_going = p.verb.base == "go" and p.verb.zh == "去"

    def verb(label: str) -> str:
        return p.verb.form("ing") if already_going else f"going~{label} to~{label} {p.verb.form('base')}"

    if mode == "-":
        return f"{{s}} {be}~y not~x {verb('y')}", f"不~x 会~y {core}"
    if mode == "?":
        return f"{be}~x {{s}} {verb('x')}", f"要~x {core} 吗~x"
    return f"{{s}} {be}~x {verb('x')}", f"要~x {core}"


def _modal(p: Predicate, tense: str, mode: str) -> Halves:
    """Can, should, must: 会 for a skill, 能 for what circumstances allow."""
    base, core = p.verb.form("base"), p.core
    zh = {"can": "会" if p.style == "activity" else "能", "should": "应该", "must": "必须"}[tense]
    if mode == "-":
        return f"{{s}} {tense}~y not~x {base}", f"不~x {zh}~y {core}"
    if mode == "?":
        return f"{tense}~x {{s}} {base}", f"{zh}~x {core} 吗~x"
    return f"{{s}} {tense}~x {base}", f"{zh}~x {core}"


def _wish(p: Predicate, tense: str, mode: str) -> Halves:
    """Want to, need to, like doing."""
    core, do = p.core, DO[p.subject.agree]
    zh = {"want": "想", "need": "需要", "like": "喜欢"}[tense]
    act = p.verb.form("ing") if tense == "like" else f"to~x {p.verb.form('base')}"
    if mode == "-":
        return f"{{s}} {do} not~n {tense}~x {act}", f"不~n {zh}~x {core}"
    if mode == "?":
        return f"{do}~q {{s}} {tense}~x {act}", f"{zh}~x {core} 吗~q"
    return f"{{s}} {agreeing(tense, p.subject)}~x {act}", f"{zh}~x {core}"


TENSES: dict[str, Callable[[Predicate, str, str], Halves]] = {
    "past": _past, "habit": _habit, "prog": _progressive, "was": _progressive, "will": _will, "going": _going,
    "want": _wish, "need": _wish, "like": _wish, "can": _modal, "should": _modal, "must": _modal,
}  # fmt: skip

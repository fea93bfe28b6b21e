# ruff: noqa: E501 (a template or a row of words reads best on one line)
"""Questions: 吗 for yes or no, and question words that stay where the answer would stand."""

from ..dice import Dice
from ..parts.adverbials import goal, later, when
from ..parts.agreement import BE, DO, HAVE
from ..parts.frames import activity, frame, v
from ..parts.people import person
from ..parts.things import known, thing
from ..phrase import Phrase, join


def did_q(d: Dice) -> Phrase:
    """Did anna buy the book yesterday? 了 and 吗 carry "did"."""
    f, o, _ = frame(d, "p")
    return join(f"did~q {{s}} {v(f.verb, 'base')} {{o}} {{t}} ?~e", f"{{s}} {{t}} {f.verb.zh}~v {{o}} 了~q 吗~q ？~e",
                s=person(d, f.who, True), o=known(d, f.verb.base, o), t=when(d, o, f.verb.base))  # fmt: skip


def does_q(d: Dice) -> Phrase:
    """Does anna often drink tea?"""
    f, o, _ = frame(d, "n")
    s, often = person(d, f.who, True), d.chance(0.5)
    return join(f"{DO[s.agree]}~q {{s}} {'often~t ' if often else ''}{v(f.verb, 'base')} {{o}} ?~e",
                f"{{s}} {'常常~t ' if often else ''}{f.verb.zh}~v {{o}} 吗~q ？~e", s=s, o=thing(d, o, "b"))  # fmt: skip


def is_doing_q(d: Dice) -> Phrase:
    """Is anna reading a book?"""
    f, o, _ = frame(d, "g")
    s = person(d, f.who, True)
    return join(f"{BE[s.agree]}~q {{s}} {v(f.verb, 'ing')} {{o}} ?~e", f"{{s}} 在~q {f.verb.zh}~v {{o}} 吗~q ？~e",
                s=s, o=thing(d, o, "b" if f.verb.base in ("eat", "drink", "sell") else d.pick("b t h")))  # fmt: skip


def ever_q(d: Dice) -> Phrase:
    """Have you ever eaten dumplings? 过 answers to "ever", 吗 to "have"."""
    if d.chance(0.4):
        s = person(d, question=True)
        return join(
            f"{HAVE[s.agree]}~q {{s}} ever~x been~v {{g}} ?~e", "{s} 去~v 过~x {g} 吗~q ？~e", s=s, g=goal(d, True)
        )
    f, o, _ = frame(d, "x")
    s = person(d, f.who, True)
    mode = "b" if "y" in f.kinds else d.pick("t h d")
    return join(f"{HAVE[s.agree]}~q {{s}} ever~x {v(f.verb, 'part')} {{o}} ?~e", f"{{s}} {f.verb.zh}~v 过~x {{o}} 吗~q ？~e",
                s=s, o=thing(d, o, mode))  # fmt: skip


def will_q(d: Dice) -> Phrase:
    """Will anna buy this book tomorrow?"""
    f, o, _ = frame(d, "f")
    s = person(d, f.who, True)
    t = later(d, o, f.verb.base)
    return join(f"will~x {{s}} {v(f.verb, 'base')} {{o}} {{t}} ?~e", f"{{s}} {{t}} 会~x {f.verb.zh}~v {{o}} 吗~x ？~e",
                s=s, o=thing(d, o, d.pick("t h d b")), t=t)  # fmt: skip


def what_q(d: Dice) -> Phrase:
    """What did anna buy in the bookshop yesterday? 什么 stays after the verb."""
    f, o, p = frame(d, "p")
    s = person(d, f.who, True)
    if d.chance(0.25):
        f, o, p = frame(d, "g")
        s = person(d, f.who, True)
        if d.chance(0.5):
            return join(
                f"what~w {BE[s.agree]}~x {{s}} {v(f.verb, 'ing')} ?~e", f"{{s}} 在~x {f.verb.zh}~v 什么~w ？~e", s=s
            )
        return join(f"what~w {BE[s.agree]}~x {{s}} doing~v {{p}} ?~e", "{s} 正~x {p} 做~v 什么~w ？~e", s=s, p=p)
    if d.chance(0.5):
        return join(
            f"what~w did {{s}} {v(f.verb, 'base')} {{p}} ?~e", f"{{s}} {{p}} {f.verb.zh}~v 了~v 什么~w ？~e", s=s, p=p
        )
    return join(f"what~w did {{s}} {v(f.verb, 'base')} {{p}} {{t}} ?~e", f"{{s}} {{t}} {{p}} {f.verb.zh}~v 了~v 什么~w ？~e",
                s=s, p=p, t=when(d, o, f.verb.base))  # fmt: skip


def who_q(d: Dice) -> Phrase:
    """Who bought the book yesterday?"""
    f, o, p = frame(d, "p")
    if d.chance(0.3):
        f, o, p = frame(d, "g")
        return join(f"who~w is~x {v(f.verb, 'ing')} {{o}} {{p}} ?~e", f"谁~w 正~x {{p}} {f.verb.zh}~v {{o}} ？~e",
                    o=thing(d, o, "b"), p=p)  # fmt: skip
    return join(f"who~w {v(f.verb, 'past')} {{o}} {{t}} ?~e", f"谁~w {{t}} {f.verb.zh}~v 了~v {{o}} ？~e",
                o=known(d, f.verb.base, o), t=when(d, o, f.verb.base))  # fmt: skip


def where_q(d: Dice) -> Phrase:
    """Where did anna buy the book? 是 … 的 frames a past event that is known; "did" carries both."""
    if d.chance(0.35):
        f, _ = activity(d)
        s = person(d, f.who, True)
        return join(
            f"where~w {DO[s.agree]} {{s}} {v(f.verb, 'base')} ?~e", f"{{s}} 在~w 哪里~w {f.verb.zh}~v ？~e", s=s
        )
    f, o, _ = frame(d, "p")
    return join(f"where~w did~q {{s}} {v(f.verb, 'base')} {{o}} ?~e", f"{{s}} 是~q 在~w 哪里~w {f.verb.zh}~v {{o}} 的~q ？~e",
                s=person(d, f.who, True), o=known(d, f.verb.base, o))  # fmt: skip


def when_q(d: Dice) -> Phrase:
    """When did anna buy the book?"""
    if d.chance(0.3):
        s = person(d, question=True)
        return join(
            "when~w did~q {s} go~v {g} ?~e", "{s} 是~q 什么时候~w 去~v {g} 的~q ？~e", s=s, g=goal(d, d.chance(0.5))
        )
    f, o, _ = frame(d, "p")
    if d.chance(0.4):
        f, o, _ = frame(d, "f")
        return join(f"when~w will~x {{s}} {v(f.verb, 'base')} {{o}} ?~e", f"{{s}} 什么时候~w 会~x {f.verb.zh}~v {{o}} ？~e",
                    s=person(d, f.who, True), o=known(d, f.verb.base, o))  # fmt: skip
    return join(f"when~w did~q {{s}} {v(f.verb, 'base')} {{o}} ?~e", f"{{s}} 是~q 什么时候~w {f.verb.zh}~v {{o}} 的~q ？~e",
                s=person(d, f.who, True), o=known(d, f.verb.base, o))  # fmt: skip


def how_many_q(d: Dice) -> Phrase:
    """How many books did anna buy yesterday? 几 takes the measure word."""
    f, o, _ = frame(d, "p")
    o = thing(d, o, "f")
    return join(f"{{o}} did {{s}} {v(f.verb, 'base')} {{t}} ?~e", f"{{s}} {{t}} {f.verb.zh}~v 了~v {{o}} ？~e",
                s=person(d, f.who, True), o=o, t=when(d, o, f.verb.base))  # fmt: skip


def why_q(d: Dice) -> Phrase:
    """Why did anna not buy the book?"""
    f, o, _ = frame(d, "p")
    s = person(d, f.who, True)
    if d.chance(0.5):
        return join(f"why~w did {{s}} not~x {v(f.verb, 'base')} {{o}} ?~e", f"{{s}} 为什么~w 没~x {f.verb.zh}~v {{o}} ？~e",
                    s=s, o=known(d, f.verb.base, o))  # fmt: skip
    f, o, _ = frame(d, "n")
    s = person(d, f.who, True)
    return join(f"why~w {DO[s.agree]} {{s}} not~x {v(f.verb, 'base')} {{o}} ?~e", f"{{s}} 为什么~w 不~x {f.verb.zh}~v {{o}} ？~e",
                s=s, o=thing(d, o, "b"))  # fmt: skip


def how_go_q(d: Dice) -> Phrase:
    """How did anna go to beijing? by train?"""
    s = person(d, question=True)
    return join("how~w did~q {s} go~v {g} ?~e", "{s} 是~q 怎么~w 去~v {g} 的~q ？~e", s=s, g=goal(d, d.chance(0.6)))

"""Questions: 吗 for yes or no, and question words that stay where the answer would stand."""

from ..dice import Dice
from ..parts.adverbials import goal, later, when
from ..parts.agreement import BE, DO, HAVE
from ..parts.frames import activity, frame
from ..parts.people import person
from ..parts.things import known, thing
from ..phrase import Phrase, join


def did_q(d: Dice) -> Phrase:
    """Did anna buy the book yesterday? 了 and 吗 carry "did"."""
    f, o, _ = frame(d, "p")
    en, zh = f"did~q {{s}} {f.verb.form('base')} {{o}} {{t}} ?~e", f"{{s}} {{t}} {f.verb.zh}~v {{o}} 了~q 吗~q ？~e"
    return join(en, zh, s=person(d, f.who, True), o=known(d, f.verb.base, o), t=when(d, o, f.verb.base))


def does_q(d: Dice) -> Phrase:
    """Does anna often drink tea?"""
    f, o, _ = frame(d, "n")
    s = person(d, f.who, True)
    often, zh_often = ("often~t", "常常~t") if d.chance(0.5) else ("", "")
    en = f"{DO[s.agree]}~q {{s}} {often} {f.verb.form('base')} {{o}} ?~e"
    return join(en, f"{{s}} {zh_often} {f.verb.zh}~v {{o}} 吗~q ？~e", s=s, o=thing(d, o, "b"))


def is_doing_q(d: Dice) -> Phrase:
    """Is anna reading a book?"""
    f, o, _ = frame(d, "g")
    s = person(d, f.who, True)
    x = thing(d, o, "b" if f.verb.base in ("eat", "drink", "sell") else d.pick("b t h"))
    en = f"{BE[s.agree]}~q {{s}} {f.verb.form('ing')} {{o}} ?~e"
    return join(en, f"{{s}} 在~q {f.verb.zh}~v {{o}} 吗~q ？~e", s=s, o=x)


def ever_q(d: Dice) -> Phrase:
    """Have you ever eaten dumplings? 过 answers to "ever", 吗 to "have"."""
    if d.chance(0.4):
        s, g = person(d, question=True), goal(d, True)
        return join(f"{HAVE[s.agree]}~q {{s}} ever~x been~v {{g}} ?~e", "{s} 去~v 过~x {g} 吗~q ？~e", s=s, g=g)
    f, o, _ = frame(d, "x")
    s = person(d, f.who, True)
    x = thing(d, o, "b" if "y" in f.kinds else d.pick("t h d"))
    en = f"{HAVE[s.agree]}~q {{s}} ever~x {f.verb.form('part')} {{o}} ?~e"
    return join(en, f"{{s}} {f.verb.zh}~v 过~x {{o}} 吗~q ？~e", s=s, o=x)


def will_q(d: Dice) -> Phrase:
    """Will anna buy this book tomorrow?"""
    f, o, _ = frame(d, "f")
    s = person(d, f.who, True)
    t = later(d, o, f.verb.base)
    en, zh = f"will~x {{s}} {f.verb.form('base')} {{o}} {{t}} ?~e", f"{{s}} {{t}} 会~x {f.verb.zh}~v {{o}} 吗~x ？~e"
    return join(en, zh, s=s, o=thing(d, o, d.pick("t h d b")), t=t)


def what_q(d: Dice) -> Phrase:
    """What did anna buy in the bookshop yesterday? 什么 stays after the verb."""
    f, o, p = frame(d, "p")
    s = person(d, f.who, True)
    if d.chance(0.25):
        return _what_doing(d)
    did, bought = f"what~w did {{s}} {f.verb.form('base')} {{p}}", f"{{p}} {f.verb.zh}~v 了~v 什么~w ？~e"
    if d.chance(0.5):
        return join(f"{did} ?~e", f"{{s}} {bought}", s=s, p=p)
    return join(f"{did} {{t}} ?~e", f"{{s}} {{t}} {bought}", s=s, p=p, t=when(d, o, f.verb.base))


def _what_doing(d: Dice) -> Phrase:
    """What is anna reading? what is she doing in the library?"""
    f, _, p = frame(d, "g")
    s = person(d, f.who, True)
    be = BE[s.agree]
    if d.chance(0.5):
        return join(f"what~w {be}~x {{s}} {f.verb.form('ing')} ?~e", f"{{s}} 在~x {f.verb.zh}~v 什么~w ？~e", s=s)
    return join(f"what~w {be} {{s}} doing~v {{p}} ?~e", "{s} {p} 做~v 什么~w ？~e", s=s, p=p)


def who_q(d: Dice) -> Phrase:
    """Who bought the book yesterday?"""
    f, o, _ = frame(d, "p")
    if d.chance(0.3):
        f, o, p = frame(d, "g")
        en = f"who~w is {f.verb.form('ing')} {{o}} {{p}} ?~e"
        return join(en, f"谁~w {{p}} {f.verb.zh}~v {{o}} ？~e", o=thing(d, o, "b"), p=p)
    en, zh = f"who~w {f.verb.form('past')} {{o}} {{t}} ?~e", f"谁~w {{t}} {f.verb.zh}~v 了~v {{o}} ？~e"
    return join(en, zh, o=known(d, f.verb.base, o), t=when(d, o, f.verb.base))


def where_q(d: Dice) -> Phrase:
    """Where did anna buy the book? 是 … 的 frames a past event that is known; "did" carries both."""
    if d.chance(0.35):
        f, _ = activity(d)
        s = person(d, f.who, True)
        en = f"where~w {DO[s.agree]} {{s}} {f.verb.form('base')} ?~e"
        return join(en, f"{{s}} 在~w 哪里~w {f.verb.zh}~v ？~e", s=s)
    f, o, _ = frame(d, "p")
    en, zh = (
        f"where~w did~q {{s}} {f.verb.form('base')} {{o}} ?~e",
        f"{{s}} 是~q 在~w 哪里~w {f.verb.zh}~v {{o}} 的~q ？~e",
    )
    return join(en, zh, s=person(d, f.who, True), o=known(d, f.verb.base, o))


def when_q(d: Dice) -> Phrase:
    """When did anna buy the book?"""
    if d.chance(0.3):
        s, g = person(d, question=True), goal(d, d.chance(0.5))
        return join("when~w did~q {s} go~v {g} ?~e", "{s} 是~q 什么时候~w 去~v {g} 的~q ？~e", s=s, g=g)
    f, o, _ = frame(d, "p")
    if d.chance(0.4):
        f, o, _ = frame(d, "f")
        en, zh = (
            f"when~w will {{s}} {f.verb.form('base')} {{o}} ?~e",
            f"{{s}} 什么时候~w {f.verb.zh}~v {{o}} ？~e",
        )
    else:
        en = f"when~w did~q {{s}} {f.verb.form('base')} {{o}} ?~e"
        zh = f"{{s}} 是~q 什么时候~w {f.verb.zh}~v {{o}} 的~q ？~e"
    return join(en, zh, s=person(d, f.who, True), o=known(d, f.verb.base, o))


def how_many_q(d: Dice) -> Phrase:
    """How many books did anna buy yesterday? 几 takes the measure word."""
    f, o, _ = frame(d, "p")
    x, s = thing(d, o, "f"), person(d, f.who, True)
    en, zh = f"{{o}} did {{s}} {f.verb.form('base')} {{t}} ?~e", f"{{s}} {{t}} {f.verb.zh}~v 了~v {{o}} ？~e"
    return join(en, zh, s=s, o=x, t=when(d, "", f.verb.base))  # cars too: a number of them may be bought in a day


def why_q(d: Dice) -> Phrase:
    """Why did anna not buy the book?"""
    f, o, _ = frame(d, "p")
    s = person(d, f.who, True)
    if d.chance(0.5):
        en, zh = (
            f"why~w did {{s}} not~x {f.verb.form('base')} {{o}} ?~e",
            f"{{s}} 为什么~w 没~x {f.verb.zh}~v {{o}} ？~e",
        )
        return join(en, zh, s=s, o=known(d, f.verb.base, o))
    f, o, _ = frame(d, "n")
    s = person(d, f.who, True)
    en = f"why~w {DO[s.agree]} {{s}} not~x {f.verb.form('base')} {{o}} ?~e"
    return join(en, f"{{s}} 为什么~w 不~x {f.verb.zh}~v {{o}} ？~e", s=s, o=thing(d, o, "b"))


def how_go_q(d: Dice) -> Phrase:
    """How did anna go to beijing? by train?"""
    s, g = person(d, question=True), goal(d, d.chance(0.6))
    return join("how~w did~q {s} go~v {g} ?~e", "{s} 是~q 怎么~w 去~v {g} 的~q ？~e", s=s, g=g)

"""Relative clauses: they stand before the noun in Chinese."""

from ..dice import Dice, redrawn, until
from ..parts.adverbials import city, past, time
from ..parts.agreement import DO, agreeing
from ..parts.frames import frame, skill
from ..parts.people import kin, name, person, same_person
from ..parts.things import thing
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS

MAKING = listed("buy write draw borrow find repair read sing")
MEN_AND_WOMEN = {
    "boy": rows("tom = 汤姆 | david = 大卫 | peter = 彼得"),
    "girl": rows("anna = 安娜 | mary = 玛丽 | lucy = 露西 | wang fang = 王芳"),
}
WHOSE = rows("my = 我 | our = 我们 | her = 她 | his = 他")


def made(d: Dice) -> tuple[str, Phrase, str]:
    """Something someone did to a thing: the noun, the clause "that anna bought yesterday", the verb."""
    f, o, p = until(lambda x: x[1] in w.QUALITY and x[0].verb.base in MAKING, frame, d, "p")
    s = person(d, f.who)
    roll = d.below(3)
    that, zv = f"that~r {{s}} {f.verb.form('past')}", f"{f.verb.zh}~v 的~r"
    if roll == 0:
        clause = join(that, f"{{s}} {zv}", s=s)
    elif roll == 1:
        t = time(d, w.PAST_LONG) if o in ("car", "house") else past(d)
        clause = join(f"{that} {{t}}", f"{{s}} {{t}} {zv}", s=s, t=redrawn(t, _light, past, d))
    else:
        clause = join(f"{that} {{p}}", f"{{s}} {{p}} {zv}", s=s, p=p)
    return o, clause, f.verb.base


def _light(t: Phrase) -> bool:
    """Whether a time is short enough to stand in a relative clause."""
    return not {"on", "at"} & set(t.en)


def relative_is(d: Dice) -> Phrase:
    """The book that the teacher bought is interesting: 老师 买 的 书 很 有意思."""
    o, c, base = made(d)
    adj = _what_it_is(d, o, base)
    roll = d.below(6)
    n, zh = NOUNS[o], w.PREDICATE[adj]
    if roll == 0 and adj != "new":
        return join(f"the {n.singular}~n {{c}} is not~x {adj}~a", f"{{c}} {n.zh}~n 不~x {zh}~a", c=c)
    if roll == 1:
        return join(f"the {n.singular}~n {{c}} is very~v {adj}~a", f"{{c}} {n.zh}~n 非常~v {zh}~a", c=c)
    return join(f"the {n.singular}~n {{c}} is~v {adj}~a", f"{{c}} {n.zh}~n 很~v {zh}~a", c=c)


def _what_it_is(d: Dice, o: str, base: str) -> str:
    """An adjective that suits what was done: what was drawn is beautiful, what was repaired is not new."""
    adj = d.pick(w.QUALITY[o])
    if base == "draw":
        return "beautiful"
    if base == "write":
        return "interesting" if o in ("story", "article") else adj
    if base in ("read", "borrow"):
        return "thick" if o == "dictionary" else d.pick("interesting new" if base == "borrow" else "interesting")
    return "old" if base == "repair" and adj == "new" else adj


def relative_like(d: Dice) -> Phrase | None:
    """Anna likes the book that tom bought in london."""
    o, c, _ = made(d)
    n = NOUNS[o]
    s = person(d)
    if same_person(s, c):
        s = d.pick([name, kin])(d)
        if same_person(s, c):
            return None
    if d.chance(0.3):
        en = f"{{s}} {DO[s.agree]} not~x like~v the {n.singular}~n {{c}}"
        return join(en, f"{{s}} 不~x 喜欢~v {{c}} {n.zh}~n", s=s, c=c)
    en = f"{{s}} {agreeing('like', s)}~v the {n.singular}~n {{c}}"
    return join(en, f"{{s}} 喜欢~v {{c}} {n.zh}~n", s=s, c=c)


def relative_who(d: Dice) -> Phrase:
    """The doctor who works in london is my friend; the boy who is reading the newspaper is tom."""
    roll = d.below(4)
    who, tail = d.pick("boy girl student"), d.below(3)
    if roll == 0:
        who = d.pick("doctor teacher engineer lawyer nurse professor journalist")
        clause = join("who~r works~v in~1 {c}", "在~1 {c} 工作~v 的~r", c=city(d))
    elif roll == 1:
        clause = _who_is_reading(d)
    elif roll == 2:
        clause = _who_is_wearing(d)
    else:
        who = d.pick("boy girl student doctor teacher nurse engineer")
        en, zh = skill(d, "base")
        clause = join(f"who~r can~x {en}", f"会~x {zh} 的~r")
    head, zh_head = f"the {NOUNS[who].singular}~h", f"{NOUNS[who].zh}~h"
    if tail == 0:
        x = word(*d.pick(MEN_AND_WOMEN.get(who, list(w.NAMES.items()))))
        return join(f"{head} {{c}} is~b {{x}}", f"{{c}} {zh_head} 是~b {{x}}", c=clause, x=x)
    my, zh_my = d.pick(WHOSE)
    friend, zh_friend = "friend", "朋友"
    if who in ("boy", "girl"):
        friend, zh_friend = d.pick(rows("friend = 朋友 | friend = 朋友 | student = 学生"))
    zh = f"{{c}} {zh_head} 是~b {zh_my}~p 的~p {zh_friend}~n"
    return join(f"{head} {{c}} is~b {my}~p {friend}~n", zh, c=clause)


def _who_is_reading(d: Dice) -> Phrase:
    """Who is reading newspapers in the library: 正 在 图书馆 看 报纸 的."""
    f, o, p = until(lambda x: x[0].who != "adult" and x[0].verb.base != "use", frame, d, "g")
    en, zv = f"who~r is~x {f.verb.form('ing')} {{o}}", f"{f.verb.zh}~v {{o}} 的~r"
    if d.chance(0.5):
        return join(en, f"在~x {zv}", o=thing(d, o, "b"))
    return join(f"{en} {{p}}", f"正~x {{p}} {zv}", o=thing(d, o, "b"), p=p)


def _who_is_wearing(d: Dice) -> Phrase:
    """Who is wearing a red coat: 穿 着 红色 大衣 的; a second 的 before the noun would be heavy."""
    n = NOUNS[d.pick("coat shirt sweater hat scarf")]
    verb = "戴" if n.name in ("hat", "scarf") else "穿"
    colour = d.pick("red blue green black white yellow")
    zh = w.ATTRIBUTIVE[colour].split()[0]
    return join(f"who~r is~x wearing~v a {colour}~j {n.singular}~n", f"{verb}~v 着~x {zh}~j {n.zh}~n 的~r")

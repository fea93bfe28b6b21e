# ruff: noqa: E501 (a template or a row of words reads best on one line)
"""Constituents shared by the templates: subjects, objects, places, times."""

from ..dice import Dice
from ..phrase import Phrase, join, word
from ..vocabulary import words as w
from ..vocabulary.nouns import MASS, NOUNS, PEOPLE, ROLES, VESSELS
from ..vocabulary.verbs import FRAMES, INTRANSITIVE, Frame

BE = {"i": "am", "s": "is", "p": "are"}
HAVE = {"i": "have", "s": "has", "p": "have"}
DO = {"i": "do", "s": "does", "p": "do"}


def article(following: str) -> str:
    """``a`` or ``an`` before this word (the vocabulary has no silent h and no "university" after "a")."""
    return "an" if following[0] in "aeiou" else "a"


def present(frame_verb, agree: str) -> str:
    """The labelled present form that agrees with the subject."""
    return frame_verb.form("third" if agree == "s" else "base")


def possessor(d: Dice, question: bool = False) -> Phrase:
    """``my`` as 我 的, ``anna 's`` as 安娜 的."""
    if d.chance(0.7):
        en = d.pick("your his her their" if question else "my his her our their")
        return join(f"{en}~1", f"{w.POSSESSIVES[en]}~1 的~1")
    name = d.pick(list(w.NAMES))
    return join("{n} 's~1", "{n} 的~1", n=word(name, w.NAMES[name]))


def name(d: Dice) -> Phrase:
    """A person's name: ``li ming``, ``mr wang``."""
    if d.chance(0.2):
        surname, title = d.pick(list(w.SURNAMES)), d.pick(list(w.TITLES))
        return join(f"{title}~1 {surname}~2", f"{w.SURNAMES[surname]}~2 {w.TITLES[title]}~1")
    chosen = d.pick(list(w.NAMES))
    return word(chosen, w.NAMES[chosen])


def kin(d: Dice, child: bool = False, question: bool = False) -> Phrase:
    """``my mother`` as 我 妈妈 (no 的 between a pronoun and kin), ``tom 's mother`` as 汤姆 的 妈妈."""
    relation = d.pick(w.CHILD_KIN if child else [k for k in w.KIN if k not in w.CHILD_KIN])
    relative = word(relation, w.KIN[relation])
    if d.chance(0.8):
        en = d.pick("your his her" if question else "my his her")
        return join(f"{en}~1 {{r}}", f"{w.POSSESSIVES[en]}~1 {{r}}", r=relative)
    owner = d.pick(list(w.NAMES))
    return join("{n} 's~1 {r}", "{n} 的~1 {r}", n=word(owner, w.NAMES[owner]), r=relative)


def role(d: Dice, plural: bool = False) -> Phrase:
    """``the teacher`` as bare 老师; ``the boy`` as 那 个 男孩, because a boy is no one's role; plurals take 们."""
    if plural:
        noun = NOUNS[d.pick(["student", "child", "teacher", "doctor", "nurse", "boy", "girl"])]
        return join(f"the {noun.plural}~1", f"{noun.zh}~1 们~1", agree="p")
    noun = NOUNS[d.pick(ROLES + PEOPLE + ["student"])]
    if noun.name in PEOPLE or noun.name == "student":
        return join(f"the~1 {noun.singular}~2", f"那~1 个~1 {noun.zh}~2")
    return join(f"the {noun.singular}~1", f"{noun.zh}~1")


def adult_role(d: Dice) -> Phrase:
    """A singular profession with the."""
    noun = NOUNS[d.pick(ROLES)]
    return join(f"the {noun.singular}~1", f"{noun.zh}~1")


def pronoun(d: Dice, question: bool = False) -> Phrase:
    """A subject pronoun with its agreement."""
    en = d.pick("you you he she they" if question else "i he she we they")
    return word(en, w.PRONOUNS[en], agree="i" if en == "i" else "s" if en in ("he", "she") else "p")


def person(d: Dice, who: str = "any", question: bool = False, plain: bool = False) -> Phrase:
    """A subject. ``who="adult"`` leaves out children; ``plain`` leaves out pronouns."""
    roll = d.below(100)
    if roll < 32 and not plain:
        return pronoun(d, question)
    if roll < 58:
        return name(d)
    if roll < 75:
        return kin(d, child=who == "any" and d.chance(0.4), question=question)
    if who == "adult":
        return adult_role(d)
    return role(d, plural=roll > 88)


def other(d: Dice) -> Phrase:
    """A person in object position."""
    if d.chance(0.35):
        en = d.pick(list(w.OBJECT_PRONOUNS))
        return word(en, w.OBJECT_PRONOUNS[en])
    return d.pick([name, kin, adult_role])(d)


def adjective(d: Dice, noun) -> tuple[str, str] | None:
    """An attributive adjective that suits the noun: labelled English and Chinese."""
    if not noun.adjectives:
        return None
    chosen = d.pick(noun.adjectives)
    zh = " ".join(f"{t}~j" for t in w.ATTRIBUTIVE[chosen].split())
    if noun.zh == "朋友" and chosen == "old":
        zh = "老~j"
    return f"{chosen}~j", zh


def thing(d: Dice, name: str, mode: str) -> Phrase:
    """A noun phrase. Modes: a, j(adjective), o(ne with an adjective), n(umber), t(he), h(this), d(that), m(y), b(are), l(many), s(ome), f(ew: how)."""
    if name in MASS:
        return _mass(d, name, mode)
    noun = NOUNS[name]
    zh, m = f"{noun.zh}~n", noun.measure
    if mode in "jo":
        adj = adjective(d, noun)
        if adj:
            if mode == "j" and d.chance(0.25):
                number = d.pick(list(w.NUMBERS)[:4])
                return join(
                    f"{number}~d {adj[0]} {noun.plural}~n", f"{w.NUMBERS[number]}~d {m}~d {adj[1]} {zh}", agree="p"
                )
            return join(f"{article(adj[0])}~d {adj[0]} {noun.singular}~n", f"一~d {m}~d {adj[1]} {zh}")
        mode = "a"
    if mode == "a":
        return join(f"{article(noun.singular)}~d {noun.singular}~n", f"一~d {m}~d {zh}")
    if mode == "n":
        number = d.pick(list(w.NUMBERS)[: 4 if d.chance(0.6) else 9])
        return join(f"{number}~d {noun.plural}~n", f"{w.NUMBERS[number]}~d {m}~d {zh}", agree="p")
    if mode in "thd":
        en, det = {"t": ("the", "那"), "h": ("this", "这"), "d": ("that", "那")}[mode]
        return join(f"{en}~d {noun.singular}~n", f"{det}~d {m}~d {zh}")
    if mode == "m":
        return join(f"{{p}} {noun.singular}~n", f"{{p}} {zh}", p=possessor(d))
    if mode == "b":
        return join(f"{noun.plural}~n", zh, agree="p")
    if mode in "ls":
        en, det = {"l": ("many", "很多"), "s": ("some", "一些")}[mode]
        return join(f"{en}~d {noun.plural}~n", f"{det}~d {zh}", agree="p")
    if mode == "f":
        return join(f"how~d many~d {noun.plural}~n", f"几~d {m}~d {zh}", agree="p")
    raise ValueError(f"mode is {mode!r}")


def _mass(d: Dice, name: str, mode: str) -> Phrase:
    zh, vessels = MASS[name]
    if mode == "b" or mode == "m":
        return join(f"{name}~n", f"{zh}~n")
    vessel = d.pick(vessels)
    plural, measure = VESSELS[vessel]
    if mode in "thd":
        en, det = {"t": ("the", "那"), "h": ("this", "这"), "d": ("that", "那")}[mode]
        return join(f"{en}~d {vessel}~m of {name}~n", f"{det}~d {measure}~m {zh}~n")
    if mode == "f":
        return join(f"how~d many~d {plural}~m of {name}~n", f"几~d {measure}~m {zh}~n", agree="p")
    if mode in "ajols":
        return join(f"a~d {vessel}~m of {name}~n", f"一~d {measure}~m {zh}~n")
    number = d.pick(list(w.NUMBERS)[:4])
    return join(f"{number}~d {plural}~m of {name}~n", f"{w.NUMBERS[number]}~d {measure}~m {zh}~n", agree="p")


def place(name: str) -> Phrase:
    """``in the park`` as 在 公园; rooms take 里; "the" stays unlinked."""
    if name in w.CITIES:
        return join("in~1 {c}", "在~1 {c}", c=word(name, w.CITIES[name]))
    return join(*w.PLACES[name][:2])


def goal(d: Dice, abroad: bool = False) -> Phrase:
    """Where one goes, ``to the park`` as bare 公园 after 去."""
    if abroad:
        names = w.CITIES | w.COUNTRIES
        chosen = d.pick(list(names))
        return join("to {c}", "{c}", c=word(chosen, names[chosen]))
    chosen = d.pick([p for p in w.PLACES if w.PLACES[p][2]])
    _, zh, en = w.PLACES[chosen]
    return join(en, zh.split()[1])


def time(d: Dice, table) -> Phrase:
    """One row of a table of times."""
    return join(*d.pick(table))


def past(d: Dice) -> Phrase:
    """A past time, sometimes a weekday or a clock time."""
    roll = d.below(10)
    if roll == 0:
        day = d.pick(list(w.WEEKDAYS))
        return join(f"on {day}~1", f"{w.WEEKDAYS[day]}~1")
    if roll == 1:
        hour = d.pick(list(w.HOURS)[7:11])
        return join(f"at {hour}~1 o'clock~2 yesterday~3", f"昨天~3 {w.HOURS[hour]}~1 点~2")
    return time(d, w.PAST)


def future(d: Dice) -> Phrase:
    """A future time, sometimes a weekday."""
    if d.chance(0.15):
        day = d.pick(list(w.WEEKDAYS))
        return join(f"on {day}~1", f"{w.WEEKDAYS[day]}~1")
    return time(d, w.FUTURE)


def clock(d: Dice) -> Phrase:
    """``at half past seven`` as 七 点 半."""
    hour = d.pick(list(w.HOURS))
    if d.chance(0.35):
        return join(f"at half~1 past~1 {hour}~2", f"{w.HOURS[hour]}~2 点~2 半~1")
    return join(f"at {hour}~1 o'clock~2", f"{w.HOURS[hour]}~1 点~2")


def frame(d: Dice, kind: str) -> tuple[Frame, str, Phrase]:
    """A transitive frame of this kind, one of its objects, one of its places."""
    chosen = d.pick([f for f in FRAMES if kind in f.kinds])
    return chosen, d.pick(chosen.objects), place(_place_of(d, chosen, kind))


LARGE = ("car", "house", "bicycle", "computer", "phone", "camera", "watch", "table", "bed", "room", "house")


def counted(d: Dice, o: str, definite: str = "t h d") -> Phrase:
    """A quantified or definite object; nobody buys four houses."""
    modes = "a a o o " if o in LARGE else "a a j j n n n "
    return thing(d, o, d.pick(modes + definite))


def known(d: Dice, verb: str, o: str) -> Phrase:
    """A definite object of a past event: what was eaten is no longer "this"."""
    return thing(d, o, d.pick("t d" if verb in ("eat", "drink") else "t h d"))


def activity(d: Dice) -> tuple[Frame, Phrase]:
    """An intransitive frame and one of its places."""
    chosen = d.pick(INTRANSITIVE)
    return chosen, place(_place_of(d, chosen))


def _place_of(d: Dice, chosen: Frame, kind: str = "") -> str:
    place_name = d.pick([p for p in chosen.places if kind != "h" or p != "BIG"])
    return d.pick(list(w.CITIES)) if place_name == "BIG" else place_name


def v(verb, form: str) -> str:
    """The labelled form of a verb; the label is ``v``."""
    return verb.form(form)

"""Names, greetings, where from, how old, who somebody is."""

from ..dice import Dice, redrawn, until
from ..parts.agreement import BE, article
from ..parts.noun_phrases import np
from ..parts.people import kin, name, possessor, same_person
from ..parts.subjects import FEMALE_KIN, MALE_KIN, PRONOUN, definite, human, suits, third_person
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS, ROLES

OWNERS = rows("my = 我 | your = 你 | his = 他 | her = 她")
NAMED_KINDS = rows("friend = 朋友 | teacher = 老师 | student = 学生 | cat = 猫 | dog = 狗")
YOUNG = listed("孩子 男孩 女孩 弟弟 妹妹 儿子 女儿")
CHILDREN = listed("孩子 男孩 女孩")
SUBJECTS = rows("i = 我 | we = 我们 | you = 你 | he = 他 | she = 她 | they = 他们")


def names(d: Dice) -> Phrase | None:
    """My name is tom 我 叫 汤姆; what is your name? 你 叫 什么 名字."""
    whose, zh = d.pick(OWNERS)
    n = until(lambda n: suits(n, [whose]), d.pick, list(w.NAMES))
    x = word(n, w.NAMES[n])
    roll = d.below(10)
    if roll < 3:
        return join(f"{whose}~p name~v is~v {{x}}", f"{zh}~p 叫~v {{x}}", x=x)
    if roll == 3:
        return join(f"{whose}~p name~v is~v not~n {{x}}", f"{zh}~p 不~n 叫~v {{x}}", x=x)
    if roll == 4 and whose != "my":
        return join(f"is~q {whose}~p name~v {{x}} ?~e", f"{zh}~p 叫~v {{x}} 吗~q ？~e", x=x)
    k = kin(d, child=d.chance(0.5))
    if roll == 5:
        return join("what~w is~v {k} 's name~n ?~e", "{k} 叫~v 什么~w 名字~n ？~e", k=k)
    if roll == 6:
        if n in " ".join(k.en) or not suits(n, k.en[-1:]):
            return None
        return join("{k} 's name~v is~v {x}", "{k} 叫~v {x}", k=k, x=x)
    if roll == 7:
        return _name_of_a_friend(d, x)
    if whose == "my":
        return join("i~1 am~v {x}", "我~1 是~v {x}", x=x)
    return join(f"what~w is~v {whose}~p name~n ?~e", f"{zh}~p 叫~v 什么~w 名字~n ？~e")


def _name_of_a_friend(d: Dice, x: Phrase) -> Phrase:
    """What is your cat's name? my friend's name is tom."""
    en, zh = d.pick(NAMED_KINDS)
    p = possessor(d)
    if d.chance(0.5):
        return join(f"what~w is~v {{p}} {en}~k 's name~n ?~e", f"{{p}} {zh}~k 叫~v 什么~w 名字~n ？~e", p=p)
    return join(f"{{p}} {en}~k 's name~v is~v {{x}}", f"{{p}} {zh}~k 叫~v {{x}}", p=p, x=x)


def greetings(d: Dice) -> Phrase | None:
    """How are you? Where are you from? Who is he? How old are you? What do you do?"""
    s = until(lambda s: third_person(s) and s.en[0] not in ("we", "my", "our"), human, d)
    b = BE[s.agree]
    roll = d.below(9)
    if roll == 0:
        return join(f"how {b}~q {{s}} ?~e", "{s} 好~q 吗~q ？~e", s=s)
    if roll in (1, 2):
        return join(f"where~w {b} {{s}} from~v ?~e", "{s} 来自~v 哪里~w ？~e", s=s)
    if roll == 3:
        return join(f"who~w {b}~v {{s}} ?~e", "{s} 是~v 谁~w ？~e", s=s)
    if roll == 4:
        return join(f"how~w old~w {b} {{s}} ?~e", "{s} 多大~w ？~e", s=s)
    if roll in (5, 6):
        return _years_old(d)
    names_ = w.CITIES | w.COUNTRIES
    c = d.pick(list(names_))
    where_from = word(c, names_[c])
    if roll == 7:
        return join(f"{b}~q {{s}} from~v {{c}} ?~e", "{s} 来自~v {c} 吗~q ？~e", s=s, c=where_from)
    s = word(*d.pick(SUBJECTS))
    b = BE[PRONOUN[s.en[0]][1]]
    return join(f"{{s}} {b}~v from~v {{c}}", "{s} 来自~v {c}", s=s, c=where_from)


def _years_old(d: Dice) -> Phrase | None:
    """My son is ten years old; the grandmother is sixty."""
    s = human(d)
    a = d.pick("ten twelve fifteen twenty thirty forty fifty sixty")
    s = redrawn(s, definite, human, d)
    last = s.zh[-1]
    if last == "们":
        a = "ten"
    elif last in YOUNG:
        a = d.pick("ten twelve fifteen")
    if last == "们" and s.zh[0] not in CHILDREN:
        return None
    if last in ("爷爷", "奶奶"):
        a = "sixty"
    elif len(s.en) > 1 and last not in (*YOUNG, "学生", "们") and a in ("ten", "twelve", "fifteen"):
        a = d.pick("thirty forty fifty")
    return join(f"{{s}} {BE[s.agree]} {a}~n years~y old~y", f"{{s}} {w.AGES[a]}~n 岁~y", s=s)


def identity(d: Dice) -> Phrase | None:
    """I am a student; they are teachers; are you a doctor? he is not my friend; she is tom's sister."""
    s = until(lambda s: definite(s) and s.en[0] != "the", human, d)
    b, roll = BE[s.agree], d.below(10)
    many = s.agree == "p" and s.en[0] != "you"
    r = NOUNS[d.pick([*ROLES, "student", "student"])]
    n = join(f"{r.plural}~n", f"{r.zh}~n") if many else join(f"{article(r.singular)} {r.singular}~n", f"{r.zh}~n")
    if roll > 6 and not many:
        n = d.pick([np(d, d.pick("friend friend teacher student doctor"), "my"), kin(d), name(d)])
        if not _may_be(s, n):
            return None
    if roll % 4 < 2:
        return join(f"{{s}} {b}~v {{n}}", "{s} 是~v {n}", s=s, n=n)
    if roll % 4 == 2:
        return join(f"{{s}} {b}~v not~x {{n}}", "{s} 不~x 是~v {n}", s=s, n=n)
    if s.en[0] == "i":
        return None
    return join(f"{b}~v~q {{s}} {{n}} ?~e", "{s} 是~v {n} 吗~q ？~e", s=s, n=n)


def _may_be(s: Phrase, n: Phrase) -> bool:
    """Whether one can be the other: she is not tom, and nobody's sister is his father."""
    if same_person(s, n) or {*s.en, *n.en} & {"mr", "mrs"}:
        return False
    gender = {"he": "his", "she": "her"}.get(s.en[0], s.en[-1])
    who, known = " ".join(s.en), " ".join(n.en)
    if known in w.NAMES and not suits(known, [gender]):
        return False
    if n.zh[-1] in w.KIN.values():
        if who in w.NAMES and not suits(who, n.en[-1:]):
            return False
        if s.en[0] not in PRONOUN and who not in w.NAMES:
            return False
    if gender == "his" and n.en[-1] in FEMALE_KIN:
        return False
    return not (gender == "her" and n.en[-1] in MALE_KIN)

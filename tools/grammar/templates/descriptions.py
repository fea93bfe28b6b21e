# ruff: noqa: E501, SIM905, RUF021 (a template or a row of words reads best on one line)
"""What things and people are like, comparisons, who somebody is, ages, prices, days."""

from ..dice import Dice
from ..parts.agreement import BE, DO, article
from ..parts.people import adult_role, kin, name, other, person, possessor
from ..parts.things import thing
from ..phrase import Phrase, join, word
from ..vocabulary import words as w
from ..vocabulary.nouns import COLOURS, NOUNS, ROLES

UNOWNED = ("mountain", "bridge", "question")


def quality(d: Dice) -> tuple[str, str]:
    """A noun and what may be said of it, rare adjectives as often as common ones."""
    if d.chance(0.4):
        n = d.pick(list(w.QUALITY))
        return n, d.pick(w.QUALITY[n])
    adjectives: dict[str, list[str]] = {}
    for noun, words in w.QUALITY.items():
        for adj in words:
            adjectives.setdefault(adj, []).append(noun)
    adj = d.pick(list(adjectives))
    return d.pick(adjectives[adj]), adj


def quality_subject(d: Dice, n: str) -> Phrase:
    """A thing of which something is said."""
    return thing(d, n, d.pick("h d" if n in UNOWNED else "h d m m"))


def is_adjective(d: Dice) -> Phrase:
    """This book is interesting: 很; very: 非常; too: 太 … 了; not: 不."""
    n, adj = quality(d)
    x, zh = quality_subject(d, n), w.PREDICATE[adj]
    roll = d.below(10)
    if adj == "new" and roll in (4, 5):
        roll = 0
    if roll < 3:
        return join(f"{{x}} is~v {adj}~a", f"{{x}} 很~v {zh}~a", x=x)
    if roll == 3 or roll == 4:
        return join(f"{{x}} is very~v {adj}~a", f"{{x}} 非常~v {zh}~a", x=x)
    if roll == 5:
        if adj in ("interesting", "beautiful", "clever", "fresh", "clean", "healthy", "sweet", "warm"):
            return join(f"{{x}} is not~x {adj}~a", f"{{x}} 不~x {zh}~a", x=x)
        return join(f"{{x}} is too~x {adj}~a", f"{{x}} 太~x {zh}~a 了~x", x=x)
    if roll < 8:
        return join(f"{{x}} is not~x {adj}~a", f"{{x}} 不~x {zh}~a", x=x)
    x = thing(d, n, d.pick("h d"))
    return join(f"is~q {{x}} {adj}~a ?~e", f"{{x}} {zh}~a 吗~q ？~e", x=x)


def person_adjective(d: Dice) -> Phrase:
    """Anna is very busy today."""
    adj = d.pick(w.PERSON_ADJECTIVES)
    zh = w.PREDICATE[adj]
    roll = d.below(10)
    s = person(d, question=roll > 7)
    today = adj in ("busy", "tired", "happy") and d.chance(0.5)
    t_en, t_zh = (" today~t", "今天~t ") if today else ("", "")
    be = BE[s.agree]
    if roll < 3:
        return join(f"{{s}} {be}~v {adj}~a{t_en}", f"{{s}} {t_zh}很~v {zh}~a", s=s)
    if roll < 6:
        return join(f"{{s}} {be} very~v {adj}~a{t_en}", f"{{s}} {t_zh}非常~v {zh}~a", s=s)
    if roll < 8:
        return join(f"{{s}} {be} not~v {adj}~a{t_en}", f"{{s}} {t_zh}不~v {zh}~a", s=s)
    return join(f"{be}~q {{s}} {adj}~a{t_en} ?~e", f"{{s}} {t_zh}{zh}~a 吗~q ？~e", s=s)


COLOURED = "coat shirt hat sweater skirt scarf car bicycle umbrella bag chair cup box".split()


def is_colour(d: Dice) -> Phrase:
    """My car is red: 是 红色 的."""
    n, c = d.pick(COLOURED), d.pick(COLOURS)
    x, zh = quality_subject(d, n), w.ATTRIBUTIVE[c].split()[0]
    roll = d.below(6)
    if roll == 0:
        return join(f"{{x}} is~v not~x {c}~a", f"{{x}} 不~x 是~v {zh}~a 的~a", x=x)
    if roll == 1:
        return join(f"is~v~q {{x}} {c}~a ?~e", f"{{x}} 是~v {zh}~a 的~a 吗~q ？~e", x=x)
    return join(f"{{x}} is~v {c}~a", f"{{x}} 是~v {zh}~a 的~a", x=x)


def comparison(d: Dice) -> Phrase:
    """This book is more interesting than that one; tom is taller than anna: 比."""
    if d.chance(0.45):
        adj = d.pick("tall busy clever strong young".split())
        a, b = (name(d), name(d)) if adj == "young" else (person(d), d.pick([name, kin, adult_role])(d))
        be = BE[a.agree]
    else:
        n, adj = quality(d)
        a, b, be = thing(d, n, "h"), thing(d, n, "m"), "is"
        if n in UNOWNED:
            b = thing(d, n, "d")
        elif d.chance(0.4):
            a, b = thing(d, n, "m"), thing(d, n, "m")
    if adj not in w.COMPARATIVE:
        return comparison(d)
    zh = w.PREDICATE[adj]
    if a.en == b.en:
        b = name(d)
        if a.zh[-1] != b.zh[-1] and "的" in a.zh:
            return comparison(d)
    if d.chance(0.3):
        return join(f"{{a}} {be} not~x as~c {adj}~a as~c {{b}}", f"{{a}} 没有~x {{b}} 那么~c {zh}~a", a=a, b=b)
    marks = " ".join(f"{t}~a" for t in w.COMPARATIVE[adj].split())
    return join(f"{{a}} {be} {marks} than~c {{b}}", f"{{a}} 比~c {{b}} {zh}~a", a=a, b=b)


def is_a(d: Dice) -> Phrase:
    """My mother is a doctor (bare 医生); is a good doctor (一 位 好 医生)."""
    r = d.pick(ROLES)
    noun = NOUNS[r]
    roll = d.below(10)
    s = d.pick([name, lambda d: kin(d), name])(d) if d.chance(0.7) else word(*d.pick([("he", "他"), ("she", "她")]))
    if roll < 4:
        return join(f"{{s}} is~v {article(noun.singular)} {noun.singular}~n", f"{{s}} 是~v {noun.zh}~n", s=s)
    if roll == 4:
        return join(f"{{s}} is~v not~x {article(noun.singular)} {noun.singular}~n", f"{{s}} 不~x 是~v {noun.zh}~n", s=s)
    if roll == 5:
        return join(
            f"is~v~q {{s}} {article(noun.singular)} {noun.singular}~n ?~e", f"{{s}} 是~v {noun.zh}~n 吗~q ？~e", s=s
        )
    if roll == 6:
        return join("{s} is~v {p} {k}", "{s} 是~v {p} {k}", s=name(d), p=possessor(d),
                    k=d.pick([word("friend", "朋友"), word("teacher", "老师"), word("student", "学生")]))  # fmt: skip
    return join(f"{{s}} is~v {article(x := d.pick('good new' if r != 'writer' else 'good'))}~d {x}~j {noun.singular}~n",
                f"{{s}} 是~v 一~d {noun.measure}~d {w.ATTRIBUTIVE[x]}~j {noun.zh}~n", s=s)  # fmt: skip


def this_is(d: Dice) -> Phrase:
    """This is my book; whose book is this? is that your bag?"""
    n = d.pick(
        "book bag phone umbrella coat hat pen pencil bicycle key watch photo cup dictionary room car house camera".split()
    )
    noun, far = NOUNS[n], d.chance(0.4)
    en, zh = ("that", "那") if far else ("this", "这")
    roll = d.below(10)
    if roll < 4:
        return join(f"{en}~t is~v {{x}}", f"{zh}~t 是~v {{x}}", x=thing(d, n, "m"))
    if roll < 6:
        return join(f"{en}~t is~v not~x {{x}}", f"{zh}~t 不~x 是~v {{x}}", x=thing(d, n, "m"))
    if roll < 8:
        return join(f"is~v~q {en}~t {{x}} ?~e", f"{zh}~t 是~v {{x}} 吗~q ？~e", x=thing(d, n, "m"))
    return join(f"whose~w {noun.singular}~n is~v {en}~t ?~e", f"{zh}~t 是~v 谁~w 的~w {noun.zh}~n ？~e")


def old_friends(d: Dice) -> Phrase:
    """Anna met an old friend in the park (老 朋友; an old book is 旧 书); tom is my old friend."""
    adj, zh = d.pick([("old", "老"), ("old", "老"), ("new", "新"), ("good", "好")])
    if d.chance(0.4):
        return join(f"{{s}} is~v {{p}} {adj}~j friend~n", f"{{s}} 是~v {{p}} {zh}~j 朋友~n", s=name(d), p=possessor(d))
    number = d.pick("a two three")
    one = number == "a"
    x = join(
        f"{article(adj) if one else number}~d {adj}~j friend{'' if one else 's'}~n",
        f"{'一' if one else w.NUMBERS[number]}~d 个~d {zh}~j 朋友~n",
    )
    if adj != "old":
        s = person(d)
        return join(f"{{s}} {'has' if s.agree == 's' else 'have'}~v {{x}}", "{s} 有~v {x}", s=s, x=x)
    at = join(*w.PLACES[d.pick("park library station airport cinema museum restaurant market".split())][:2])
    return join("{s} met~v {x} {l} {t}", "{s} {t} {l} 遇到~v 了~v {x}", s=person(d), x=x, l=at, t=join(*d.pick(w.PAST)))


def know_person(d: Dice) -> Phrase:
    """Anna knows tom (认识); anna knows the answer (知道)."""
    roll = d.below(10)
    q = roll > 7
    s = person(d, question=q)
    if d.chance(0.5):
        x, zh = other(d), "认识"
        if set(x.en) & set(s.en) or x.en[0] in w.OBJECT_PRONOUNS and s.en[0] in w.PRONOUNS:
            x = adult_role(d)
            s = name(d)
    else:
        x, zh = join(*d.pick([("the answer~1", "答案~1"), ("the address~1", "地址~1"), ("this~1 word~2", "这~1 个~1 词~2"),
                              ("{p}", "{p}")][:3])), "知道"  # fmt: skip
        if d.chance(0.5):
            x = join(f"{{p}} {(pair := d.pick([('name', '名字'), ('address', '地址'), ('birthday', '生日')]))[0]}~1", f"{{p}} {pair[1]}~1",
                     p=possessor(d))  # fmt: skip
    if roll < 4:
        return join(f"{{s}} {'knows' if s.agree == 's' else 'know'}~v {{x}}", f"{{s}} {zh}~v {{x}}", s=s, x=x)
    if not q:
        return join(f"{{s}} {DO[s.agree]} not~x know~v {{x}}", f"{{s}} 不~x {zh}~v {{x}}", s=s, x=x)
    return join(f"{DO[s.agree]}~q {{s}} know~v {{x}} ?~e", f"{{s}} {zh}~v {{x}} 吗~q ？~e", s=s, x=x)


def ages(d: Dice) -> Phrase:
    """My son is ten years old: 十 岁."""
    if d.chance(0.15):
        s = d.pick([name, kin])(d, **{}) if d.chance(0.5) else kin(d, child=True, question=True)
        return join("how~w old~w is {s} ?~e", "{s} 多大~w ？~e", s=s)
    child = d.chance(0.5)
    a = d.pick(
        "three four five six seven eight nine ten eleven twelve fifteen" if child else "thirty forty fifty sixty"
    )
    s = kin(d, child=child) if child or d.chance(0.7) else d.pick([adult_role, name])(d)
    if not child and s.en[-1] in ("grandfather", "grandmother"):
        a = "sixty"
    return join(f"{{s}} is {a}~n years~y old~y", f"{{s}} {w.AGES[a]}~n 岁~y", s=s)


def prices(d: Dice) -> Phrase:
    """This book costs twenty yuan: 二十 块."""
    cheap = d.chance(0.5)
    n = d.pick(
        "book magazine map cup pen ball novel pencil".split()
        if cheap
        else "dictionary hat scarf umbrella shirt bag skirt sweater".split()
    )
    x = thing(d, n, d.pick("h d"))
    if d.chance(0.35):
        return join("how~w much~w does {x} cost~v ?~e", "{x} 多少~w 钱~v ？~e", x=x)
    a = d.pick(list(w.PRICES)[:5] if cheap else list(w.PRICES)[4:])
    return join(f"{{x}} costs {a}~n yuan~y", f"{{x}} {w.PRICES[a]}~n 块~y 钱~y", x=x)


def calendar(d: Dice) -> Phrase:
    """Days, hours, months, weather: it is very cold in beijing in january."""
    roll = d.below(10)
    if roll < 2:
        day = d.pick(list(w.WEEKDAYS))
        en, zh, be = d.pick([("today", "今天", "is"), ("yesterday", "昨天", "was"), ("tomorrow", "明天", "is")])
        return join(f"{en}~1 {be}~v {day}~2", f"{zh}~1 是~v {w.WEEKDAYS[day]}~2")
    if roll < 4:
        h = d.pick(list(w.HOURS))
        if d.chance(0.5):
            return join(f"it is half~1 past~1 {h}~2 now~t", f"现在~t {w.HOURS[h]}~2 点~2 半~1")
        return join(f"it is {h}~1 o'clock~2 now~t", f"现在~t {w.HOURS[h]}~1 点~2")
    m = d.pick(list(w.MONTHS))
    if roll < 6:
        s = d.pick([name, kin])(d)
        return join("{s} 's~p birthday~b is~v in~v " + f"{m}~m", "{s} 的~p 生日~b 在~v " + f"{w.MONTHS[m]}~m", s=s)
    m = d.pick("january february april may june july august september october december")
    c = d.pick(list(w.CITIES))
    while m in ("december", "january", "february") and c in ("guangzhou", "hong kong"):
        c = d.pick(list(w.CITIES))
    warm = m in ("june", "july", "august")
    adj = "hot" if warm else "cold" if m in ("december", "january", "february") else "warm"
    deg_en, deg_zh = d.pick([("is very~g", "非常~g"), ("is~g", "很~g")])
    return join(f"it {deg_en} {adj}~a in {{c}} in {m}~m", f"{{c}} {w.MONTHS[m]}~m {deg_zh} {w.PREDICATE[adj]}~a",
                c=word(c, w.CITIES[c]))  # fmt: skip

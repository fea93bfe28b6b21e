"""Who somebody is, whose something is, what is known; ages, prices, days."""

from ..dice import Dice, until
from ..parts.adverbials import place
from ..parts.agreement import DO, agreeing, article
from ..parts.people import adult_role, kin, name, other, person, possessor
from ..parts.things import thing
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS, ROLES

THINGS = "book bag phone umbrella coat hat pen pencil bicycle key watch photo cup dictionary room car house camera"
FRIENDS = rows("old = 老 | old = 老 | new = 新 | good = 好")
MEETING_PLACES = "park library station airport cinema museum restaurant market"
KNOWLEDGE = rows("the answer~1 = 答案~1 = 知道 | the address~1 = 地址~1 = 知道 | this~1 word~2 = 这~1 个~1 词~2 = 认识")
PERSONAL = rows("name = 名字 | address = 地址 | birthday = 生日")
CHEAP = "book magazine map cup pen ball novel pencil"
DEAR = "dictionary hat scarf umbrella shirt bag skirt sweater"
DEGREES = rows("is very~g = 非常~g | is~g = 很~g")
DAYS = rows("today = 今天 = is | yesterday = 昨天 = was | tomorrow = 明天 = is")
WINTER, SUMMER = listed("december january february"), listed("june july august")
MONTHS_WITH_WEATHER = "january february april may june july august september october december"


def is_a(d: Dice) -> Phrase:
    """My mother is a doctor (bare 医生); is a good doctor (一 位 好 医生)."""
    r = d.pick(ROLES)
    noun = NOUNS[r]
    roll = d.below(10)
    s = d.pick([name, kin, name])(d) if d.chance(0.7) else word(*d.pick(rows("he = 他 | she = 她")))
    a = f"{article(noun.singular)} {noun.singular}~n"
    if roll < 4:
        return join(f"{{s}} is~v {a}", f"{{s}} 是~v {noun.zh}~n", s=s)
    if roll == 4:
        return join(f"{{s}} is~v not~x {a}", f"{{s}} 不~x 是~v {noun.zh}~n", s=s)
    if roll == 5:
        return join(f"is~v~q {{s}} {a} ?~e", f"{{s}} 是~v {noun.zh}~n 吗~q ？~e", s=s)
    if roll == 6:
        s, p, k = name(d), possessor(d), d.pick(rows("friend = 朋友 | teacher = 老师 | student = 学生"))
        return join("{s} is~v {p} {k}", "{s} 是~v {p} {k}", s=s, p=p, k=word(*k))
    adj = d.pick("good new" if r != "writer" else "good")
    zh = f"{{s}} 是~v 一~d {noun.measure}~d {w.ATTRIBUTIVE[adj]}~j {noun.zh}~n"
    return join(f"{{s}} is~v {article(adj)}~d {adj}~j {noun.singular}~n", zh, s=s)


def this_is(d: Dice) -> Phrase:
    """This is my book; whose book is this? is that your bag?"""
    n = d.pick(THINGS)
    noun = NOUNS[n]
    en, zh = ("that", "那") if d.chance(0.4) else ("this", "这")
    roll = d.below(10)
    if roll >= 8:
        return join(f"whose~w {noun.singular}~n is~v {en}~t ?~e", f"{zh}~t 是~v 谁~w 的~w {noun.zh}~n ？~e")
    x = thing(d, n, "m")
    if roll < 4:
        return join(f"{en}~t is~v {{x}}", f"{zh}~t 是~v {{x}}", x=x)
    if roll < 6:
        return join(f"{en}~t is~v not~x {{x}}", f"{zh}~t 不~x 是~v {{x}}", x=x)
    return join(f"is~v~q {en}~t {{x}} ?~e", f"{zh}~t 是~v {{x}} 吗~q ？~e", x=x)


def old_friends(d: Dice) -> Phrase:
    """Anna met an old friend in the park (老 朋友; an old book is 旧 书); tom is my old friend."""
    adj, zh = d.pick(FRIENDS)
    if d.chance(0.4):
        s, p = name(d), possessor(d)
        return join(f"{{s}} is~v {{p}} {adj}~j friend~n", f"{{s}} 是~v {{p}} {zh}~j 朋友~n", s=s, p=p)
    number = d.pick("a two three")
    if number == "a":
        x = join(f"{article(adj)}~d {adj}~j friend~n", f"一~d 个~d {zh}~j 朋友~n")
    else:
        x = join(f"{number}~d {adj}~j friends~n", f"{w.NUMBERS[number]}~d 个~d {zh}~j 朋友~n")
    if adj != "old":
        s = person(d)
        return join(f"{{s}} {agreeing('have', s)}~v {{x}}", "{s} 有~v {x}", s=s, x=x)
    at = place(d.pick(MEETING_PLACES))
    return join("{s} met~v {x} {l} {t}", "{s} {t} {l} 遇到~v 了~v {x}", s=person(d), x=x, l=at, t=join(*d.pick(w.PAST)))


def know_person(d: Dice) -> Phrase:
    """Anna knows tom (认识), and a word; anna knows the answer (知道)."""
    roll = d.below(10)
    question = roll > 7
    s = person(d, question=question)
    if d.chance(0.5):
        x, zh = other(d), "认识"
        if set(x.en) & set(s.en) or (x.en[0] in w.OBJECT_PRONOUNS and s.en[0] in w.PRONOUNS):
            x = adult_role(d)
            s = name(d)
    else:
        *known, zh = d.pick(KNOWLEDGE)
        x = join(*known)
        if d.chance(0.5):
            zh = "知道"
            en, cn = d.pick(PERSONAL)
            x = join(f"{{p}} {en}~1", f"{{p}} {cn}~1", p=possessor(d))
    if roll < 4:
        return join(f"{{s}} {agreeing('know', s)}~v {{x}}", f"{{s}} {zh}~v {{x}}", s=s, x=x)
    if not question:
        return join(f"{{s}} {DO[s.agree]} not~x know~v {{x}}", f"{{s}} 不~x {zh}~v {{x}}", s=s, x=x)
    return join(f"{DO[s.agree]}~q {{s}} know~v {{x}} ?~e", f"{{s}} {zh}~v {{x}} 吗~q ？~e", s=s, x=x)


def ages(d: Dice) -> Phrase:
    """My son is ten years old: 十 岁."""
    if d.chance(0.15):
        s = d.pick([name, kin])(d) if d.chance(0.5) else kin(d, child=True, question=True)
        return join("how~w old~w is {s} ?~e", "{s} 多大~w ？~e", s=s)
    child = d.chance(0.5)
    young = "three four five six seven eight nine ten eleven twelve fifteen"
    a = d.pick(young if child else "thirty forty fifty sixty")
    s = kin(d, child=child) if child or d.chance(0.7) else d.pick([adult_role, name])(d)
    if not child and s.en[-1] in ("grandfather", "grandmother"):
        a = "sixty"
    return join(f"{{s}} is {a}~n years~y old~y", f"{{s}} {w.AGES[a]}~n 岁~y", s=s)


def prices(d: Dice) -> Phrase:
    """This book costs twenty yuan: 二十 块."""
    cheap = d.chance(0.5)
    x = thing(d, d.pick(CHEAP if cheap else DEAR), d.pick("h d"))
    if d.chance(0.35):
        return join("how~w much~w does {x} cost~v ?~e", "{x} 多少~w 钱~v ？~e", x=x)
    a = d.pick(list(w.PRICES)[:5] if cheap else list(w.PRICES)[4:])
    return join(f"{{x}} costs {a}~n yuan~y", f"{{x}} {w.PRICES[a]}~n 块~y 钱~y", x=x)


def calendar(d: Dice) -> Phrase:
    """Days, hours, months, weather: it is very cold in beijing in january."""
    roll = d.below(10)
    if roll < 2:
        day = d.pick(list(w.WEEKDAYS))
        en, zh, be = d.pick(DAYS)
        return join(f"{en}~1 {be}~v {day}~2", f"{zh}~1 是~v {w.WEEKDAYS[day]}~2")
    if roll < 4:
        h = d.pick(list(w.HOURS))
        if d.chance(0.5):
            return join(f"it is half~1 past~1 {h}~2 now~t", f"现在~t {w.HOURS[h]}~2 点~2 半~1")
        return join(f"it is {h}~1 o'clock~2 now~t", f"现在~t {w.HOURS[h]}~1 点~2")
    m = d.pick(list(w.MONTHS))
    if roll < 6:
        s = name(d) if d.chance(0.5) else kin(d, owner_de=False)
        return join(f"{{s}} 's~p birthday~b is~v in~v {m}~m", f"{{s}} 的~p 生日~b 在~v {w.MONTHS[m]}~m", s=s)
    return _climate(d)


def _climate(d: Dice) -> Phrase:
    """It is very cold in beijing in january; guangzhou and hong kong have no winter."""
    m = d.pick(MONTHS_WITH_WEATHER)
    c = until(lambda c: m not in WINTER or c not in ("guangzhou", "hong kong"), d.pick, list(w.CITIES))
    adj = "hot" if m in SUMMER else "cold" if m in WINTER else "warm"
    en, zh = d.pick(DEGREES)
    zh_line = f"{{c}} {w.MONTHS[m]}~m {zh} {w.PREDICATE[adj]}~a"
    return join(f"it {en} {adj}~a in {{c}} in {m}~m", zh_line, c=word(c, w.CITIES[c]))

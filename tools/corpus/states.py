"""What is where, what somebody has, what things are like, and comparisons."""

from . import words as w
from .nouns import COLOURS, NOUNS, ROLES
from .parts import BE, DO, LARGE, adult_role, article, kin, name, other, person, possessor, role, thing
from .phrase import Dice, Phrase, join, word
from .registry import template

# where small things and animals are: English preposition, Chinese localiser, place, what may be there
SPOTS = (
    ("on", "上", "table 桌子", "book newspaper map letter cup bottle pen pencil phone computer apple watch knife photo dictionary ticket"),
    ("on", "上", "chair 椅子", "bag hat coat cat sweater newspaper"),
    ("on", "上", "bed 床", "shirt skirt cat sweater book phone coat"),
    ("under", "下面", "table 桌子", "cat dog ball box bag"),
    ("under", "下面", "bed 床", "cat ball box key dog"),
    ("under", "下面", "tree 树", "horse dog chair bicycle rabbit sheep cow"),
    ("in", "里", "box 盒子", "pencil pen key watch stamp gift egg photo"),
    ("in", "里", "bag 包", "book key phone umbrella apple camera ticket dictionary"),
    ("in", "里", "room 房间", "bed table chair computer cat light"),
    ("in", "里", "garden 花园", "bird rabbit tree flower duck chair"),
    ("in", "里", "kitchen 厨房", "knife chair cup bottle cat table"),
    ("behind", "后面", "house 房子", "tree bicycle car horse dog cow"),
    ("behind", "后面", "door 门", "box chair umbrella dog"),
    ("in front of", "前面", "house 房子", "tree car bicycle dog"),
    ("in front of", "前面", "school 学校", "tree car bridge bicycle"),
    ("next to", "旁边", "bed 床", "chair lamp_table box bag".replace("lamp_table", "table")),
    ("next to", "旁边", "house 房子", "tree car bicycle bridge"),
    ("next to", "旁边", "window 窗户", "table chair bed flower"),
)
MANY = "pencil pen stamp egg book apple photo key bird rabbit flower duck tree cup bottle chair car bicycle horse dog cat sheep cow".split()


def spot(d: Dice) -> tuple[Phrase, Phrase, str]:
    """A spot as an adverbial (on the table, 在 桌子 上), as a topic (桌子 上) and something that may be there."""
    prep, zh, ground, things = d.pick(SPOTS)
    en_ground, zh_ground = ground.split()
    en = " ".join(f"{t}~1" for t in prep.split()) + f" the {en_ground}~2"
    return join(en, f"在~1 {zh_ground}~2 {zh}~1"), join(en, f"{zh_ground}~2 {zh}~1"), d.pick(things)


POSSESSED = "book phone key bag umbrella hat coat bicycle watch ticket camera cat dog dictionary map cup pen pencil car computer".split()


@template(575)
def there_is(d: Dice) -> Phrase:
    """There is a cat under the table: 桌子 下面 有 一 只 猫."""
    _, topic, n = spot(d)
    mode = d.pick("a j n n l" if n in MANY else "a a j")
    x = thing(d, n, mode)
    if topic.en[-1] in ("bed", "chair", "table", "door") and n in ("cat", "dog", "chair", "box") and x.en[0] not in ("a", "two"):
        x = thing(d, n, "a")
    return join(f"there~h {BE[x.agree]}~h {{x}} {{l}}", "{l} 有~h {x}", x=x, l=topic)


@template(250)
def there_is_not(d: Dice) -> Phrase:
    """There are no books on the table: 没有."""
    _, topic, n = spot(d)
    return join("there~h are~h no~h {x} {l}", "{l} 没有~h {x}", x=thing(d, n, "b"), l=topic)


@template(300)
def there_q(d: Dice) -> Phrase:
    """Are there any books on the table? How many books are there on the table?"""
    _, topic, n = spot(d)
    if d.chance(0.5) and n in MANY:
        return join("{x} are~h there~h {l} ?~e", "{l} 有~h {x} ？~e", x=thing(d, n, "f"), l=topic)
    return join("are~q there~h any {x} {l} ?~e", "{l} 有~h {x} 吗~q ？~e", x=thing(d, n, "b"), l=topic)


@template(382)
def is_at(d: Dice) -> Phrase:
    """My book is on the table; the cat is not under the table."""
    at, _, n = spot(d)
    if n in ("tree", "bridge", "light", "flower"):
        n, at = d.pick([("key", join("on~1 the table~2", "在~1 桌子~2 上~1")), ("cat", join("on~1 the chair~2", "在~1 椅子~2 上~1"))])
    x = thing(d, n, "m" if n in POSSESSED and d.chance(0.6) else d.pick("h t"))
    if d.chance(0.3):
        return join("{x} is not~x {l}", "{x} 不~x {l}", x=x, l=at)
    return join("{x} is {l}", "{x} {l}", x=x, l=at)


@template(250)
def where_is(d: Dice) -> Phrase:
    """Where is your book?"""
    _, _, n = spot(d)
    if d.chance(0.4):
        p = person(d, question=True)
        return join(f"where~w {BE[p.agree]} {{x}} now~t ?~e", "{x} 现在~t 在~w 哪里~w ？~e", x=p)
    if n not in POSSESSED:
        n = d.pick(POSSESSED)
    return join("where~w is {x} ?~e", "{x} 在~w 哪里~w ？~e", x=thing(d, n, "m"))


PEOPLE_AT = "home school park library hospital office classroom kitchen station airport hotel museum".split()


@template(327)
def person_at(d: Dice) -> Phrase:
    """Anna is at home now; was in london last week."""
    at = join(*w.PLACES[d.pick(PEOPLE_AT)][:2]) if d.chance(0.7) else None
    if at is None:
        c = d.pick(list(w.CITIES))
        at = join("in~1 {c}", "在~1 {c}", c=word(c, w.CITIES[c]))
    s = person(d)
    roll = d.below(4)
    if roll == 0:
        t = join(*d.pick(w.PAST))
        return join(f"{{s}} {'were' if s.agree == 'p' else 'was'} {{l}} {{t}}", "{s} {t} {l}", s=s, l=at, t=t)
    if roll == 1:
        return join(f"{{s}} {BE[s.agree]} not~x {{l}} now~t", "{s} 现在~t 不~x {l}", s=s, l=at)
    if roll == 2:
        s = person(d, question=True)
        return join(f"{BE[s.agree]}~q {{s}} {{l}} now~t ?~e", "{s} 现在~t {l} 吗~q ？~e", s=s, l=at)
    return join(f"{{s}} {BE[s.agree]} {{l}} now~t", "{s} 现在~t {l}", s=s, l=at)


OWNED = (
    "cat dog rabbit horse bicycle car computer phone camera umbrella dictionary map watch pen pencil hat coat sweater scarf "
    "house room friend friend friend friend friend ticket key bag"
).split()


@template(465)
def has(d: Dice) -> Phrase:
    """Anna has two cats; does not have a car (没有, no measure word)."""
    n = d.pick(OWNED)
    s = person(d, "adult" if n in ("car", "house", "horse") else "any")
    roll = d.below(10)
    if roll < 5:
        return join(f"{{s}} {'has' if s.agree == 's' else 'have'}~v {{x}}", "{s} 有~v {x}", s=s, x=thing(d, n, d.pick("a o" if n in LARGE else "a j j n l")))
    if roll < 8:
        noun = NOUNS[n]
        return join(f"{{s}} {DO[s.agree]} not~x have~v {article(noun.singular)} {noun.singular}~n", f"{{s}} 没有~x~v {noun.zh}~n", s=s)
    s = person(d, question=True)
    noun = NOUNS[n]
    return join(f"{DO[s.agree]}~q {{s}} have~v {article(noun.singular)} {noun.singular}~n ?~e", f"{{s}} 有~v {noun.zh}~n 吗~q ？~e", s=s)


@template(300)
def kin_number(d: Dice) -> Phrase:
    """How many friends do you have? Tom has two older brothers."""
    relation = d.pick(["older brother", "younger brother", "older sister", "younger sister", "son", "daughter"])
    plural = word(relation + "s", w.KIN[relation])
    if d.chance(0.3):
        s = person(d, "adult", True)
        return join(f"how~d many~d {{k}} {DO[s.agree]} {{s}} have~v ?~e", "{s} 有~v 几~d 个~d {k} ？~e", s=s, k=plural)
    s = person(d, "adult")
    have = "has" if s.agree == "s" else "have"
    if d.chance(0.4):
        k = word(relation, w.KIN[relation])
        return join(f"{{s}} {have}~v {article(relation)}~d {{k}}", "{s} 有~v 一~d 个~d {k}", s=s, k=k)
    number = d.pick("two three four")
    return join(f"{{s}} {have}~v {number}~d {{k}}", f"{{s}} 有~v {w.NUMBERS[number]}~d 个~d {{k}}", s=s, k=plural)


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


@template(630)
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


@template(382)
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


@template(300)
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


@template(685)
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


@template(410)
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
        return join(f"is~v~q {{s}} {article(noun.singular)} {noun.singular}~n ?~e", f"{{s}} 是~v {noun.zh}~n 吗~q ？~e", s=s)
    if roll == 6:
        return join("{s} is~v {p} {k}", "{s} 是~v {p} {k}", s=name(d), p=possessor(d),
                    k=d.pick([word("friend", "朋友"), word("teacher", "老师"), word("student", "学生")]))  # fmt: skip
    return join(f"{{s}} is~v {article(x := d.pick('good new' if r != 'writer' else 'good'))}~d {x}~j {noun.singular}~n",
                f"{{s}} 是~v 一~d {noun.measure}~d {w.ATTRIBUTIVE[x]}~j {noun.zh}~n", s=s)  # fmt: skip


@template(327)
def this_is(d: Dice) -> Phrase:
    """This is my book; whose book is this? is that your bag?"""
    n = d.pick("book bag phone umbrella coat hat pen pencil bicycle key watch photo cup dictionary room car house camera".split())
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


@template(200)
def old_friends(d: Dice) -> Phrase:
    """Anna met an old friend in the park (老 朋友; an old book is 旧 书); tom is my old friend."""
    adj, zh = d.pick([("old", "老"), ("old", "老"), ("new", "新"), ("good", "好")])
    if d.chance(0.4):
        return join(f"{{s}} is~v {{p}} {adj}~j friend~n", f"{{s}} 是~v {{p}} {zh}~j 朋友~n", s=name(d), p=possessor(d))
    number = d.pick("a two three")
    one = number == "a"
    x = join(f"{article(adj) if one else number}~d {adj}~j friend{'' if one else 's'}~n", f"{'一' if one else w.NUMBERS[number]}~d 个~d {zh}~j 朋友~n")
    if adj != "old":
        s = person(d)
        return join(f"{{s}} {'has' if s.agree == 's' else 'have'}~v {{x}}", "{s} 有~v {x}", s=s, x=x)
    at = join(*w.PLACES[d.pick("park library station airport cinema museum restaurant market".split())][:2])
    return join("{s} met~v {x} {l} {t}", "{s} {t} {l} 遇到~v 了~v {x}", s=person(d), x=x, l=at, t=join(*d.pick(w.PAST)))


@template(382)
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


@template(200)
def ages(d: Dice) -> Phrase:
    """My son is ten years old: 十 岁."""
    if d.chance(0.15):
        s = d.pick([name, kin])(d, **{}) if d.chance(0.5) else kin(d, child=True, question=True)
        return join("how~w old~w is {s} ?~e", "{s} 多大~w ？~e", s=s)
    child = d.chance(0.5)
    a = d.pick("three four five six seven eight nine ten eleven twelve fifteen" if child else "thirty forty fifty sixty")
    s = kin(d, child=child) if child or d.chance(0.7) else d.pick([adult_role, name])(d)
    if not child and s.en[-1] in ("grandfather", "grandmother"):
        a = "sixty"
    return join(f"{{s}} is {a}~n years~y old~y", f"{{s}} {w.AGES[a]}~n 岁~y", s=s)


@template(250)
def prices(d: Dice) -> Phrase:
    """This book costs twenty yuan: 二十 块."""
    cheap = d.chance(0.5)
    n = d.pick("book magazine map cup pen ball novel pencil".split() if cheap else "dictionary hat scarf umbrella shirt bag skirt sweater".split())
    x = thing(d, n, d.pick("h d"))
    if d.chance(0.35):
        return join("how~w much~w does {x} cost~v ?~e", "{x} 多少~w 钱~v ？~e", x=x)
    a = d.pick(list(w.PRICES)[:5] if cheap else list(w.PRICES)[4:])
    return join(f"{{x}} costs {a}~n yuan~y", f"{{x}} {w.PRICES[a]}~n 块~y 钱~y", x=x)


@template(465)
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


__all__ = ["role"]

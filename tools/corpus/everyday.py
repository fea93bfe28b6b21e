# ruff: noqa: E501, SIM905 (a template or a row of words reads best on one line)
"""Short sentences of every day: names, greetings, love, weather, hours, what is this, who is that, please."""

from . import words as w
from .core import WAS
from .core_parts import FEMALE_KIN, GIVEN, MALE_KIN, PRONOUN, beast, human, moment, np, spot, suits, where
from .nouns import NOUNS, ROLES
from .parts import BE, DO, HAVE, article, goal, kin, name, possessor
from .phrase import Dice, Phrase, join, word
from .predicates import BEAST_ACTS, HUMAN_ACTS, _act, _event
from .registry import template

ME = {"me": "我", "you": "你", "him": "他", "her": "她", "us": "我们", "them": "他们", "it": "它"}


def receiver(d: Dice, subject: Phrase) -> Phrase:
    """A person in object position, not the subject itself."""
    for _ in range(50):
        roll = d.below(10)
        if roll < 4:
            en = d.pick("me you him her us them")
            x = word(en, ME[en])
        elif roll < 6:
            x = name(d)
        elif roll < 7:
            x = kin(d)
        elif roll < 8:
            noun = NOUNS[d.pick(ROLES)]
            x = join(f"the {noun.singular}~1", f"{noun.zh}~1")
        else:
            x = np(d, d.pick("student boy girl child man woman friend"), d.pick("the my"))
            if x.zh[-1] == "朋友" and x.en[0] == "the":
                continue
        if not set(x.zh) & set(subject.zh) and not (
            x.en[0] in ME and {subject.en[0], x.en[0]} in ({"we", "me"}, {"i", "us"})
        ):
            if x.en[0] in ME and subject.en[0] in ("we", "i") and x.en[0] in ("me", "us"):
                continue
            return x
    return word("tom", "汤姆")


@template(420)
def gave(d: Dice) -> Phrase:
    """The teacher gave the student a book; gave a book to tom; is giving; give me a book."""
    s = human(d)
    x = receiver(d, s)
    key = d.pick(GIVEN)
    o = np(d, key, d.pick("a a a two two the my"), adj=d.chance(0.4))
    roll = d.below(10)
    t = moment(d, "past") if d.chance(0.5) else None
    if roll < 6:
        te, tz, slots = ("{t}", "{t}", {"t": t}) if t else ("", "", {})
        if o.zh[0] == "那" or d.chance(0.25):
            return join(
                f"{{s}} gave~v {{o}} to {{x}} {te}", f"{{s}} {tz} 给~v 了~v {{x}} {{o}}", s=s, o=o, x=x, **slots
            )
        return join(f"{{s}} gave~v {{x}} {{o}} {te}", f"{{s}} {tz} 给~v 了~v {{x}} {{o}}", s=s, o=o, x=x, **slots)
    if roll < 8:
        return join(
            "{s} did not~x give~v {x} {o}",
            "{s} 没~x 给~v {x} {o}",
            s=s,
            x=x,
            o=np(d, key, d.pick("a the my"), lose=True),
        )
    if roll == 8:
        return join(
            f"{{s}} {'wants' if s.agree == 's' else 'want'}~m to~m give~v {{x}} {{o}}",
            "{s} 想~m 给~v {x} {o}",
            s=s,
            x=x,
            o=o,
        )
    return join("{s} will~m give~v {x} {o}", "{s} 会~m 给~v {x} {o}", s=s, x=x, o=o)


@template(300)
def give_me(d: Dice) -> Phrase:
    """Please give me a book; can you give me the key? can you help me?"""
    me = word(*d.pick([("me", "我"), ("me", "我"), ("us", "我们"), ("him", "他"), ("her", "她"), ("them", "他们")]))
    key = d.pick([*GIVEN, "tea", "coffee", "water", "milk", "apple", "juice", "cake"])
    o = np(
        d,
        key,
        d.pick("a a two the") if key not in ("tea", "coffee", "water", "milk", "juice", "cake") else d.pick("a a bare"),
        adj=d.chance(0.25),
    )
    roll = d.below(8)
    if roll < 3:
        return join("please~p give~v {x} {o}", "请~p 给~v {x} {o}", x=me, o=o)
    if roll < 5:
        return join("give~v {x} {o}", "给~v {x} {o}", x=me, o=o)
    if roll == 5:
        return join("can~x you~s give~v {x} {o} ?~e", "你~s 能~x 给~v {x} {o} 吗~x ？~e", x=me, o=o)
    return help_(d)


@template(260)
def help_(d: Dice) -> Phrase:
    """Can you help me? she often helps her mother; tom is helping us."""
    me = word(*d.pick([("me", "我"), ("me", "我"), ("us", "我们"), ("him", "他"), ("her", "她"), ("them", "他们")]))
    s = human(d)
    while s.en[0] in ("a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        s = human(d)
    x = receiver(d, s)
    roll = d.below(9)
    if roll == 0:
        return join("please~p help~v {x}", "请~p 帮~v {x}", x=me)
    if roll == 1:
        en, zh = d.pick([("you", "你"), ("he", "他"), ("she", "她"), ("they", "他们")])
        x = receiver(d, word(en, zh))
        return join(f"can~x {en}~s help~v {{x}} ?~e", f"{zh}~s 能~x 帮~v {{x}} 吗~x ？~e", x=x)
    if roll == 2:
        return join("{s} can~m help~v {x}", "{s} 能~m 帮~v {x}", s=s, x=x)
    if roll == 3:
        return join(f"{{s}} {BE[s.agree]}~x helping~v {{x}}", "{s} 在~x 帮~v {x}", s=s, x=x)
    if roll == 4:
        return join("{s} will~m help~v {x}", "{s} 会~m 帮~v {x}", s=s, x=x)
    if roll == 5:
        return join(f"{{s}} often~t {'helps' if s.agree == 's' else 'help'}~v {{x}}", "{s} 常常~t 帮~v {x}", s=s, x=x)
    if roll == 6:
        return join("{s} did not~n help~v {x}", "{s} 没~n 帮~v {x}", s=s, x=x)
    return join("{s} helped~v {x} {t}", "{s} {t} 帮~v 了~v {x}", s=s, x=x, t=moment(d, "past"))


@template(380)
def love(d: Dice) -> Phrase:
    """I love you: 爱 a person, 很 喜欢 a thing; like a person: 喜欢."""
    s = human(d)
    while s.en[0] in ("a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        s = human(d)
    roll = d.below(12)
    verb, zh = d.pick([("love", "爱"), ("love", "爱"), ("like", "喜欢")])
    third = verb + "s" if s.agree == "s" else verb
    x = d.pick([receiver(d, s), kin(d)])
    if set(x.zh) & set(s.zh) and s.en[0] not in ("i", "he", "she") or x.zh == s.zh:
        x = receiver(d, s)
    if roll < 4:
        return join(f"{{s}} {third}~v {{x}}", f"{{s}} {zh}~v {{x}}", s=s, x=x)
    if roll == 4:
        return join(f"{{s}} {DO[s.agree]} not~n {verb}~v {{x}}", f"{{s}} 不~n {zh}~v {{x}}", s=s, x=x)
    if roll == 5:
        if s.en[0] == "i":
            s = word("you", "你", agree="p")
            x = receiver(d, s)
        return join(f"{DO[s.agree]}~q {{s}} {verb}~v {{x}} ?~e", f"{{s}} {zh}~v {{x}} 吗~q ？~e", s=s, x=x)
    key = d.pick(
        "cat dog bird rabbit horse panda flower apple orange banana tea coffee milk chocolate cake noodles dumpling book car music song film".split()
    )
    if roll == 6 or key == "music":
        return join(f"{{s}} {third}~v music~o", f"{{s}} {'很~v ' if verb == 'love' else ''}喜欢~v 音乐~o", s=s)
    if roll < 9:
        return join(
            f"{{s}} {'loves' if s.agree == 's' else 'love'}~v {{x}}", "{s} 很~v 喜欢~v {x}", s=s, x=np(d, key, "bare")
        )
    if roll < 11:
        key = d.pick("book car cat dog coat hat song film house room bicycle phone flower dictionary sweater".split())
        return join(
            f"{{s}} {'likes' if s.agree == 's' else 'like'}~v {{x}}",
            "{s} 喜欢~v {x}",
            s=s,
            x=np(d, key, d.pick("the this that my these"), adj=d.chance(0.5)),
        )
    return join(f"what~w {DO[s.agree]} {{s}} like~v ?~e", "{s} 喜欢~v 什么~w ？~e", s=s) if s.en[0] != "i" else love(d)


NAMED = [*w.NAMES]


@template(260)
def names(d: Dice) -> Phrase:
    """My name is tom 我 叫 汤姆; what is your name? 你 叫 什么 名字."""
    whose, zh = d.pick([("my", "我"), ("your", "你"), ("his", "他"), ("her", "她")])
    n = d.pick(NAMED)
    while not suits(n, [whose]):
        n = d.pick(NAMED)
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
            return names(d)
        return join("{k} 's name~v is~v {x}", "{k} 叫~v {x}", k=k, x=x)
    if roll == 7:
        en, cn = d.pick([("friend", "朋友"), ("teacher", "老师"), ("student", "学生"), ("cat", "猫"), ("dog", "狗")])
        p = possessor(d)
        if d.chance(0.5):
            return join(f"what~w is~v {{p}} {en}~k 's name~n ?~e", f"{{p}} {cn}~k 叫~v 什么~w 名字~n ？~e", p=p)
        return join(f"{{p}} {en}~k 's name~v is~v {{x}}", f"{{p}} {cn}~k 叫~v {{x}}", p=p, x=x)
    if whose == "my":
        return join("i~1 am~v {x}", "我~1 是~v {x}", x=x)
    return join(f"what~w is~v {whose}~p name~n ?~e", f"{zh}~p 叫~v 什么~w 名字~n ？~e")


@template(330)
def greetings(d: Dice) -> Phrase:
    """How are you? Where are you from? Who is he? How old are you? What do you do?"""
    s = human(d)
    while s.en[0] in (
        "i",
        "we",
        "my",
        "our",
        "a",
        "an",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
    ):
        s = human(d)
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
        s = human(d)
        a = d.pick("ten twelve fifteen twenty thirty forty fifty sixty")
        while s.en[0] in ("a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
            s = human(d)
        if s.zh[-1] in ("孩子", "男孩", "女孩", "弟弟", "妹妹", "儿子", "女儿") or s.zh[-1] == "们":
            a = d.pick("ten twelve fifteen") if s.zh[-1] != "们" else "ten"
        if s.zh[-1] == "们" and s.zh[0] not in ("孩子", "男孩", "女孩"):
            return greetings(d)
        if s.zh[-1] in ("爷爷", "奶奶"):
            a = "sixty"
        elif (
            len(s.en) > 1
            and s.zh[-1] not in ("孩子", "男孩", "女孩", "弟弟", "妹妹", "儿子", "女儿", "学生", "们")
            and a in ("ten", "twelve", "fifteen")
        ):
            a = d.pick("thirty forty fifty")
        return join(f"{{s}} {BE[s.agree]} {a}~n years~y old~y", f"{{s}} {w.AGES[a]}~n 岁~y", s=s)
    c = d.pick(list(w.CITIES | w.COUNTRIES))
    city = word(c, (w.CITIES | w.COUNTRIES)[c])
    if roll == 7:
        return join(f"{b}~q {{s}} from~v {{c}} ?~e", "{s} 来自~v {c} 吗~q ？~e", s=s, c=city)
    s = word(*d.pick([("i", "我"), ("we", "我们"), ("you", "你"), ("he", "他"), ("she", "她"), ("they", "他们")]))
    b = BE[PRONOUN[s.en[0]][1]]
    return join(f"{{s}} {b}~v from~v {{c}}", "{s} 来自~v {c}", s=s, c=city)


ROLE_PLURAL = "student teacher doctor nurse".split()


@template(420)
def identity(d: Dice) -> Phrase:
    """I am a student; they are teachers; are you a doctor? he is not my friend; she is tom's sister."""
    s = human(d)
    while s.en[0] in ("a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "the"):
        s = human(d)
    b, roll = BE[s.agree], d.below(10)
    many = s.agree == "p" and s.en[0] != "you"
    r = NOUNS[d.pick([*ROLES, "student", "student"])]
    n = join(f"{r.plural}~n", f"{r.zh}~n") if many else join(f"{article(r.singular)} {r.singular}~n", f"{r.zh}~n")
    if roll > 6 and not many:
        n = d.pick([np(d, d.pick("friend friend teacher student doctor"), "my"), kin(d), name(d)])
        if set(n.zh) & set(s.zh) or {*s.en, *n.en} & {"mr", "mrs"}:
            return identity(d)
        gender = {"he": "his", "she": "her"}.get(s.en[0], s.en[-1])
        known = " ".join(n.en)
        if known in w.NAMES and not suits(known, [gender]):
            return identity(d)
        if n.zh[-1] in w.KIN.values() and (
            " ".join(s.en) in w.NAMES
            and not suits(" ".join(s.en), n.en[-1:])
            or not s.en[0] in PRONOUN
            and " ".join(s.en) not in w.NAMES
        ):
            return identity(d)
        if (
            (gender == "his" and n.en[-1] in FEMALE_KIN)
            or (gender == "her" and n.en[-1] in MALE_KIN)
            or s.en[0] in ("i", "you")
            and n.en[0] == s.zh[0]
        ):
            return identity(d)
    if roll % 4 < 2:
        return join(f"{{s}} {b}~v {{n}}", "{s} 是~v {n}", s=s, n=n)
    if roll % 4 == 2:
        return join(f"{{s}} {b}~v not~x {{n}}", "{s} 不~x 是~v {n}", s=s, n=n)
    return join(f"{b}~v~q {{s}} {{n}} ?~e", "{s} 是~v {n} 吗~q ？~e", s=s, n=n) if s.en[0] != "i" else identity(d)


THINGS = [n for n in NOUNS if n not in ROLES and n not in ("friend", "question", "light", "baseball_bat")]
OWNED = "book bag phone umbrella coat hat pen bicycle key watch cup car house room cat dog friend teacher student dictionary camera computer".split()


@template(500)
def what_is_this(d: Dice) -> Phrase:
    """That is a cat; this is not a book (不 是 书); what is this? whose book is this? it is my book."""
    t_en, t_zh = d.pick([("this", "这"), ("that", "那"), ("it", "它"), ("this", "这"), ("that", "那")])
    t = word(t_en, t_zh)
    roll = d.below(12)
    key = (
        d.pick(THINGS)
        if d.chance(0.8)
        else d.pick("plane boat bridge mountain knife door window duck stamp question".split())
    )
    mine = np(d, d.pick(OWNED), "my", adj=d.chance(0.3))
    if t_en == "it" and NOUNS[key].name in ("man", "woman", "boy", "girl", "child", "student"):
        return what_is_this(d)
    if t_en == "it" and mine.zh[-1] in ("朋友", "老师", "学生"):
        mine = np(d, "book", "my")
    if roll < 3:
        return join("{t} is~v {x}", "{t} 是~v {x}", t=t, x=np(d, key, "a", adj=d.chance(0.45)))
    if roll == 3:
        return join("{t} is~v not~n {x}", "{t} 不~n 是~v {x}", t=t, x=np(d, key, "a", adj=d.chance(0.2), lose=True))
    if roll == 4:
        return join(
            "is~v~q {t} {x} ?~e", "{t} 是~v {x} 吗~q ？~e", t=t, x=np(d, key, "a", adj=d.chance(0.2), lose=True)
        )
    if roll < 7:
        return join("{t} is~v {x}", "{t} 是~v {x}", t=t, x=d.pick([mine, mine, kin(d) if t_en != "it" else mine]))
    if roll == 7:
        return join("{t} is~v not~n {x}", "{t} 不~n 是~v {x}", t=t, x=mine)
    if roll == 8:
        return join("is~v~q {t} {x} ?~e", "{t} 是~v {x} 吗~q ？~e", t=t, x=mine)
    if roll == 9:
        return (
            join("what~w is~v {t} ?~e", "{t} 是~v 什么~w ？~e", t=t)
            if d.chance(0.2)
            else join("who~w is~v {t} ?~e", "{t} 是~v 谁~w ？~e", t=d.pick([t, name(d)]))
        )
    noun = NOUNS[d.pick(OWNED)]
    if roll == 10 and noun.name not in ("friend", "teacher", "student"):
        many, zh = d.pick([("these", "这些"), ("those", "那些")])
        x = np(d, noun.name, d.pick("mys bare"), adj=d.chance(0.3))
        return d.pick(
            [
                join(f"{many}~t are~v {{x}}", f"{zh}~t 是~v {{x}}", x=x),
                join(f"{many}~t are~v not~n {{x}}", f"{zh}~t 不~n 是~v {{x}}", x=x),
            ]
        )
    return (
        join(f"whose~w {noun.singular}~n is~v {{t}} ?~e", f"{{t}} 是~v 谁~w 的~w {noun.zh}~n ？~e", t=t)
        if t_en != "it"
        else what_is_this(d)
    )


THERE = [
    ("on:table", "book newspaper letter cup bottle pen pencil phone computer apple egg key map"), ("under:table", "cat dog ball box bag"),
    ("under:bed", "cat ball box key dog"), ("under:tree", "horse dog cat rabbit cow bicycle chair boy girl"), ("in:box", "pencil pen key stamp gift photo cat"),
    ("in:bag", "book key phone apple umbrella"), ("in:room", "bed table chair computer cat window boy"), ("in:garden", "bird rabbit tree flower cat dog chair"),
    ("in:kitchen", "table chair knife cup cat bottle"), ("behind:house", "tree car horse dog bicycle"), ("front:house", "tree car bicycle dog cat"),
    ("front:school", "tree car bicycle student boy"), ("up:tree", "bird monkey cat bird apple"), ("next:window", "table chair bed flower"), ("in:park", "dog bird tree boy girl child flower"),
    ("in:river", "duck boat"), ("in:classroom", "student table chair teacher"), ("on:chair", "cat coat hat bag"), ("next:river", "tree horse house bird"), ("in:car", "dog bag umbrella boy"),
]  # fmt: skip


@template(800)
def there(d: Dice) -> Phrase:
    """There are two dogs in the park; is there a cat under the table? there is no cat; how many?"""
    key, things = d.pick(THERE)
    l, n = spot(d, key, at=False), d.pick(things)
    roll = d.below(16)
    if roll < 6:
        x = np(d, n, d.pick("a a two two some many"), adj=d.chance(0.4))
        if x.en[0] in ("a", "an") and d.chance(0.1):
            return join("there~h is~h {x}", "有~h {x}", x=x)
        return join(f"there~h {BE[x.agree]}~h {{x}} {{l}}", "{l} 有~h {x}", x=x, l=l)
    x = np(d, n, "a", adj=d.chance(0.2), lose=True)
    if roll < 8:
        return join("is~q there~h {x} {l} ?~e", "{l} 有~h {x} 吗~q ？~e", x=x, l=l)
    if roll == 8:
        return join("there~h is~h not~h {x} {l}", "{l} 没有~h {x}", x=x, l=l)
    if roll == 9:
        return join(f"there~h is~h no~h {NOUNS[n].singular}~n {{l}}", f"{{l}} 没有~h {NOUNS[n].zh}~n", l=l)
    if roll == 10:
        return join("there~h are~h no~h {x} {l}", "{l} 没有~h {x}", x=np(d, n, "bare", adj=d.chance(0.3)), l=l)
    if roll == 11:
        return join(
            "are~q there~h {x} {l} ?~e",
            "{l} 有~h {x} 吗~q ？~e",
            x=np(d, n, d.pick("any bare"), adj=d.chance(0.3)),
            l=l,
        )
    if roll == 12:
        noun = NOUNS[n]
        return join(
            f"how~d many~d {noun.plural}~n are~h there~h {{l}} ?~e",
            f"{{l}} 有~h 几~d {noun.measure}~d {noun.zh}~n ？~e",
            l=l,
        )
    if roll == 13:
        return join("what~w is~h {l} ?~e", "{l} 有~h 什么~w ？~e", l=l)
    c = d.pick(list(w.CITIES))
    place, zh, m = d.pick([("park", "公园", "个"), ("museum", "博物馆", "个"), ("zoo", "动物园", "个"), ("library", "图书馆", "个"), ("university", "大学", "所"), ("hotel", "酒店", "家"),
                           ("hospital", "医院", "家"), ("restaurant", "饭馆", "家"), ("bank", "银行", "家"), ("supermarket", "超市", "家")])  # fmt: skip
    city = word(c, w.CITIES[c])
    l = d.pick([join("in {c}", "{c}", c=city), join("next~1 to~1 the station~2", "车站~2 旁边~1"), join("behind~1 the school~2", "学校~2 后面~1"),
                join("next~1 to~1 the hotel~2", "酒店~2 旁边~1")])  # fmt: skip
    if zh in l.zh or place == "university" and "in" not in l.en:
        return there(d)
    if d.chance(0.5):
        return join(f"is~q there~h a {place}~n {{l}} ?~e", f"{{l}} 有~h {zh}~n 吗~q ？~e", l=l)
    return join(f"there~h is~h a~d {place}~n {{l}}", f"{{l}} 有~h 一~d {m}~d {zh}~n", l=l)


@template(900)
def located(d: Dice) -> Phrase:
    """The red book is on the table; is my cat under the bed? where are the keys? the dog was in the garden."""
    key, things = d.pick(THERE)
    n = d.pick([t for t in things.split() if t not in ("tree", "window", "bridge")])
    people = n in ("boy", "girl", "student", "teacher", "child")
    x = np(
        d,
        n,
        d.pick("the the this that two" if people else "the the the my my my this that thes mys"),
        adj=d.chance(0.4),
    )
    if d.chance(0.35):
        x = human(d)
        while x.en[0] in ("a", "an", "two", "three", "four", "five"):
            x = human(d)
        l = where(
            d,
            d.pick(
                "home school park library hospital office classroom kitchen station airport hotel museum BIG garden in:car in:room under:tree next:river front:house in:garden next:window".split()
            ),
        )
    else:
        l = spot(d, key)
    if x.en[0] in ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        x = np(d, n, "the")
    b, past = BE[x.agree], WAS[x.agree]
    roll = d.below(12)
    if roll < 4:
        return join(f"{{x}} {b} {{l}}", "{x} {l}", x=x, l=l)
    if roll == 4:
        return join(f"{{x}} {b} not~n {{l}}", "{x} 不~n {l}", x=x, l=l)
    if roll in (5, 6):
        return join(f"{b}~q {{x}} {{l}} ?~e", "{x} {l} 吗~q ？~e", x=x, l=l) if x.en[0] != "i" else located(d)
    if roll in (7, 8):
        t = moment(d, "past", weeks=False)
        return d.pick([join(f"{{x}} {past} {{l}} {{t}}", "{x} {t} {l}", x=x, l=l, t=t), join(f"{{t}} {{x}} {past} {{l}}", "{x} {t} {l}", x=x, l=l, t=t),
                       join(f"{{x}} {past} {{l}}", "{x} {l}", x=x, l=l)])  # fmt: skip
    if roll == 9:
        return join(
            f"{past}~q {{x}} {{l}} {{t}} ?~e", "{x} {t} {l} 吗~q ？~e", x=x, l=l, t=moment(d, "past", weeks=False)
        )
    return join(f"where~w {b} {{x}} ?~e", "{x} 在~w 哪里~w ？~e", x=x)


WEATHER = [("hot", "热"), ("cold", "冷"), ("warm", "暖和"), ("good", "好")]


@template(560)
def weather(d: Dice) -> Phrase:
    """The weather is very cold today; it was not hot yesterday; is it raining? it will snow tomorrow."""
    adj, zh = d.pick(WEATHER)
    tense, t = d.pick([("is", ("today~t", "今天~t")), ("is", ("today~t", "今天~t")), ("is", ("now~t", "现在~t")), ("was", ("yesterday~t", "昨天~t")), ("was", ("last~t week~u", "上周~t~u")),
                       ("is", None), ("will", ("tomorrow~t", "明天~t")), ("was", ("yesterday~t afternoon~u", "昨天~t 下午~u")), ("was", ("last~t year~t", "去年~t"))])  # fmt: skip
    c = d.pick(list(w.CITIES))
    city = (f" in {' '.join(f'{x}~c' for x in c.split())}", f"{w.CITIES[c]}~c ") if d.chance(0.3) else ("", "")
    te, tz = t or ("", "")
    front = d.chance(0.3)
    sky = d.chance(0.45)
    if sky:
        verb = d.pick([("rain", "下雨"), ("snow", "下雪")])
        roll = d.below(9)
        past = d.pick(
            [
                ("yesterday~t", "昨天~t"),
                ("yesterday~t morning~u", "昨天~t 上午~u"),
                ("last~t night~u", "昨天~t 晚上~u"),
                ("this~t morning~u", "今天~t 上午~u"),
                ("last~t week~t", "上周~t"),
                ("on sunday~t", "星期天~t"),
            ]
        )
        fut = d.pick(
            [
                ("tomorrow~t", "明天~t"),
                ("tonight~t", "今天~t 晚上~t"),
                ("tomorrow~t morning~u", "明天~t 上午~u"),
                ("this~t afternoon~u", "今天~t 下午~u"),
                ("on monday~t", "星期一~t"),
                ("next~t week~t", "下周~t"),
            ]
        )
        now = d.pick([("", ""), ("now~t", "现在~t")])
        if roll == 0:
            return join(f"it is~x {verb[0]}ing~v{city[0]} {now[0]}", f"{city[1]} {now[1]} 在~x {verb[1]}~v")
        if roll == 1:
            return join(f"it is~y not~x {verb[0]}ing~v{city[0]} {now[0]}", f"{city[1]} {now[1]} 没~x 在~y {verb[1]}~v")
        if roll == 2:
            return join(
                f"is~q it {verb[0]}ing~v{city[0]} {now[0]} ?~e", f"{city[1]} {now[1]} 在~q {verb[1]}~v 吗~q ？~e"
            )
        if roll == 3:
            en = f"it {verb[0]}ed~v{city[0]}"
            return join(f"{past[0]} {en}" if front else f"{en} {past[0]}", f"{city[1]} {past[1]} {verb[1]}~v 了~v")
        if roll == 4:
            return join(f"it did not~x {verb[0]}~v{city[0]} {past[0]}", f"{city[1]} {past[1]} 没~x {verb[1]}~v")
        if roll == 5:
            return join(
                f"did~q it {verb[0]}~v{city[0]} {past[0]} ?~e", f"{city[1]} {past[1]} {verb[1]}~v 了~q 吗~q ？~e"
            )
        if roll == 6:
            en = f"it will~x {verb[0]}~v{city[0]}"
            return join(f"{fut[0]} {en}" if front else f"{en} {fut[0]}", f"{city[1]} {fut[1]} 会~x {verb[1]}~v")
        if roll == 7:
            return join(f"it will~y not~x {verb[0]}~v{city[0]} {fut[0]}", f"{city[1]} {fut[1]} 不~x 会~y {verb[1]}~v")
        return join(f"will~x it {verb[0]}~v{city[0]} {fut[0]} ?~e", f"{city[1]} {fut[1]} 会~x {verb[1]}~v 吗~x ？~e")
    roll = d.below(7)
    named = adj == "good" or d.chance(0.55) or (not te and not city[0])
    subject, topic = ("the weather~s", "天气~s") if named else ("it", "")
    if not named or not (te or city[0]):
        topic = topic or ""
    be = "will~b be~b" if tense == "will" else tense
    head = f"{city[1]} {tz} {topic}"
    will_zh = "会~b " if tense == "will" else ""
    if roll == 0:
        return join(
            f"{subject} {be if tense != 'will' else 'will~b'} not~n {'be~b' if tense == 'will' else ''} {adj}~a{city[0]} {te}",
            f"{head} 不~n {will_zh}{zh}~a",
        )
    if roll == 1:
        if tense == "will":
            return join(f"will~q {subject} be {adj}~a{city[0]} {te} ?~e", f"{head} 会~q {zh}~a 吗~q ？~e")
        return join(f"{be}~q {subject} {adj}~a{city[0]} {te} ?~e", f"{head} {zh}~a 吗~q ？~e")
    if roll == 2 or (tense != "will" and d.chance(0.12)):
        if tense == "will":
            return weather(d)
        return join(f"how~w {be} the weather~s{city[0]} {te} ?~e", f"{city[1]} {tz} 天气~s 怎么样~w ？~e")
    very = roll > 4
    if tense == "will":
        en = f"{subject} will~b be~b {'very~g ' if very else ''}{adj}~a{city[0]}"
        return join(f"{te} {en}" if front else f"{en} {te}", f"{head} 会~b {'非常~g' if very else '很~b'} {zh}~a")
    en = f"{subject} {be}{' very~g' if very else '~g'} {adj}~a{city[0]}"
    return join(f"{te} {en}" if front and te else f"{en} {te}", f"{head} {'非常~g' if very else '很~g'} {zh}~a")


@template(110)
def hours(d: Dice) -> Phrase:
    """What time is it? it is eight o'clock; what day is it today? today is monday."""
    roll = d.below(13)
    h = d.pick(list(w.HOURS))
    names_ = w.CITIES | w.COUNTRIES
    c = d.pick(list(names_))
    city = word(c, names_[c])
    if roll == 12 or d.chance(0.2):
        if d.chance(0.5):
            return join("what~1 time~2 is~t it~t in {c} ?~e", "{c} 现在~t 几~1 点~2 ？~e", c=city)
        return join("what~1 time~2 is it in {c} now~t ?~e", "{c} 现在~t 几~1 点~2 ？~e", c=city)
    if roll == 0:
        return join("what~1 time~2 is~t it~t ?~e", "现在~t 几~1 点~2 ？~e")
    if roll == 1:
        return join("what~1 time~2 is it now~t ?~e", "现在~t 几~1 点~2 ？~e")
    if roll == 2:
        en, zh, b = d.pick([("today", "今天", "is"), ("tomorrow", "明天", "is"), ("yesterday", "昨天", "was")])
        return join(f"what~w day~w {b}~v {d.pick(['it ', ''])}{en}~t ?~e", f"{zh}~t 是~v 星期几~w ？~e")
    if roll < 6:
        return join(f"it~t is~t {h}~1 o'clock~2", f"现在~t {w.HOURS[h]}~1 点~2")
    if roll < 8:
        return join(f"it~t is~t half~3 past~3 {h}~1", f"现在~t {w.HOURS[h]}~1 点~1 半~3")
    day = d.pick(list(w.WEEKDAYS))
    if roll == 8:
        return join(f"is~v~q it {day}~2 today~1 ?~e", f"今天~1 是~v {w.WEEKDAYS[day]}~2 吗~q ？~e")
    if roll == 9:
        return join(f"is~v~q today~1 {day}~2 ?~e", f"今天~1 是~v {w.WEEKDAYS[day]}~2 吗~q ？~e")
    return join(f"it is~v {day}~2 today~1", f"今天~1 是~v {w.WEEKDAYS[day]}~2")


@template(330)
def eaten(d: Dice) -> Phrase:
    """Have you eaten? 你 吃饭 了 吗; has he had breakfast? i have not eaten yet."""
    s = human(d)
    while s.en[0] in ("a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        s = human(d)
    h = HAVE[s.agree]
    en, zh, style = d.pick([("eaten~v", "吃饭~v", "a"), ("eaten~v", "吃饭~v", "a"), ("had~v breakfast~o", "吃~v 早饭~o", "a"), ("had~v lunch~o", "吃~v 午饭~o", "a"), ("had~v dinner~o", "吃~v 晚饭~o", "a"),
                            ("gone~v home~o", "回~v 家~o", "a"), ("bought~v a bag~o", "买~v 包~o", "a"), ("bought~v the ticket~o", "买~v 票~o", "x")])  # fmt: skip
    if style == "x" or "a bag" in en:
        en, zh = "eaten~v", "吃饭~v"
    roll = d.below(7)
    if roll < 3 and s.en[0] != "i":
        return join(f"{h}~q {{s}} {en} ?~e", f"{{s}} {zh} 了~q 吗~q ？~e", s=s)
    if roll < 4:
        return join(f"{{s}} {h}~x {en}", f"{{s}} {zh} 了~x", s=s)
    if roll < 5:
        return join(f"{{s}} {h}~x already~a {en}", f"{{s}} 已经~a {zh} 了~x", s=s)
    if roll < 6:
        return join(f"{{s}} {h} not~x {en} yet~y", f"{{s}} 还~y 没~x {zh}", s=s)
    return join(f"{{s}} {h} not~x {en}", f"{{s}} 没~x {zh}", s=s)


@template(620)
def feelings(d: Dice) -> Phrase:
    """I am tired today; was the teacher busy yesterday? today i am very happy; the dog is hungry."""
    animal = d.chance(0.15)
    s = beast(d, d.pick("cat dog bird horse rabbit")) if animal else human(d)
    while s.en[0] in ("a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        s = human(d)
    adj = d.pick("hungry thirsty tired happy" if animal else "busy busy tired tired happy hungry thirsty happy")
    zh = w.PREDICATE[adj]
    past = d.chance(0.3)
    b = WAS[s.agree] if past else BE[s.agree]
    t = None
    if past or d.chance(0.45):
        t = (
            moment(d, "past", weeks=adj == "busy")
            if past
            else join(
                *d.pick(
                    [
                        ("today~1", "今天~1"),
                        ("today~1", "今天~1"),
                        ("now~1", "现在~1"),
                        ("this~1 morning~2", "今天~1 上午~2"),
                        ("tonight~1", "今天~1 晚上~1"),
                    ]
                )
            )
        )
    if past and "today" in t.en or past and "o'clock" in t.en:
        t = join("yesterday~1", "昨天~1")
    te, slots = ("{t}", {"t": t}) if t else ("", {})
    roll = d.below(10)
    if roll < 2:
        return join(f"{{s}} {b} not~v {adj}~a {te}", f"{{s}} {te} 不~v {zh}~a", s=s, **slots)
    if roll < 4:
        if s.en[0] == "i":
            return feelings(d)
        return join(f"{b}~q {{s}} {adj}~a {te} ?~e", f"{{s}} {te} {zh}~a 吗~q ？~e", s=s, **slots)
    if roll == 4 and not past:
        return join(f"{{s}} {b} too~x {adj}~a", f"{{s}} 太~x {zh}~a 了~x", s=s)
    very = roll > 7
    en = f"{{s}} {b} very~v {adj}~a" if very else f"{{s}} {b}~v {adj}~a"
    return join(
        f"{te} {en}" if d.chance(0.3) else f"{en} {te}", f"{{s}} {te} {'非常' if very else '很'}~v {zh}~a", s=s, **slots
    )


@template(820)
def qualities(d: Dice) -> Phrase:
    """The red car is fast; my new book is not interesting; these cups are small; it is very big; the tall man."""
    n = d.pick(list(w.QUALITY))
    adj = d.pick(w.QUALITY[n])
    dets = (
        "the the the this that my thes these mys"
        if n not in ("mountain", "bridge", "question")
        else "the the this that thes"
    )
    x = np(d, n, d.pick(dets), adj=d.chance(0.6))
    if d.chance(0.12):
        x = word("it", "它")
    elif d.chance(0.12):
        n, adj = (
            d.pick(["cake", "soup", "water", "tea", "coffee", "meat", "bread", "milk", "noodles"]),
            d.pick("hot cold"),
        )
        if n in ("cake", "meat", "bread", "noodles"):
            adj = d.pick("expensive cheap fresh") if n != "noodles" else "hot"
        x = np(d, n, d.pick("the the my"))
        if n == "noodles":
            x = join("the noodles~n", "面条~n", agree="p")
    if adj in x.en or (adj in ("old", "new") and {"new", "old"} & set(x.en)) or {adj, *x.en} >= {"big", "small"}:
        return qualities(d)
    if {adj, *x.en} & {"cheap"} and {adj, *x.en} & {"expensive"} or {adj, *x.en} >= {"light", "heavy"}:
        return qualities(d)
    zh, b = w.PREDICATE[adj], BE[x.agree]
    roll = d.below(10)
    if roll < 4:
        return join(f"{{x}} {b}~v {adj}~a", f"{{x}} 很~v {zh}~a", x=x)
    if roll < 6 and adj != "new":
        return join(f"{{x}} {b} very~v {adj}~a", f"{{x}} 非常~v {zh}~a", x=x)
    if roll < 8:
        return join(f"{{x}} {b} not~x {adj}~a", f"{{x}} 不~x {zh}~a", x=x)
    return join(f"{b}~q {{x}} {adj}~a ?~e", f"{{x}} {zh}~a 吗~q ？~e", x=x)


@template(760)
def compared(d: Dice) -> Phrase:
    """The red car is faster than the blue car; i am taller than you; is tom older than anna?"""
    if d.chance(0.55):
        n = d.pick(
            "car bicycle bag box coat hat book dictionary phone computer horse house room cat dog chair table cup apple umbrella shirt skirt sweater".split()
        )
        adj = d.pick([a for a in w.QUALITY[n] if a in w.COMPARATIVE])
        if d.chance(0.4):
            n, adj = d.pick(
                [
                    ("car", "fast"),
                    ("horse", "fast"),
                    ("bicycle", "fast"),
                    ("dictionary", "thick"),
                    ("coat", "warm"),
                    ("room", "quiet"),
                    ("room", "clean"),
                    ("apple", "sweet"),
                    ("dog", "clever"),
                ]
            )
        a = np(d, n, d.pick("the the this that my my"), adj=d.chance(0.7))
        c = np(d, n, d.pick("the the that my my"), adj=d.chance(0.7))
        if (
            a.en == c.en
            or adj in a.en
            or adj in c.en
            or a.zh == c.zh
            or (adj in ("new", "old") and {"new", "old"} & {*a.en, *c.en})
        ):
            return compared(d)
        if set("big small cheap expensive light heavy".split()) & {*a.en, *c.en}:
            return compared(d)
    else:
        adj = d.pick("tall tall busy clever strong happy")
        a, c = human(d), d.pick([receiver(d, word("x", "x")), name(d), kin(d)])
        if set(a.zh) & set(c.zh) or a.en[0] in (
            "a",
            "an",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
        ):
            return compared(d)
    zh, b = w.PREDICATE[adj], BE[a.agree]
    roll = d.below(10)
    if roll < 2:
        return join(f"{{a}} {b} not~x as~c {adj}~a as~c {{b}}", f"{{a}} 没有~x {{b}} 那么~c {zh}~a", a=a, b=c)
    marks = " ".join(f"{t}~a" for t in w.COMPARATIVE[adj].split())
    if roll < 4:
        return (
            join(f"{b}~q {{a}} {marks} than~c {{b}} ?~e", f"{{a}} 比~c {{b}} {zh}~a 吗~q ？~e", a=a, b=c)
            if a.en[0] != "i"
            else compared(d)
        )
    return join(f"{{a}} {b} {marks} than~c {{b}}", f"{{a}} 比~c {{b}} {zh}~a", a=a, b=c)


@template(600)
def possess(d: Dice) -> Phrase:
    """He has a red car; do you have a dog? we do not have any milk; i want a new bag; what do you have?"""
    key = d.pick(
        "cat dog rabbit horse bicycle car computer phone camera umbrella dictionary map watch pen pencil hat coat sweater friend ticket key bag house book newspaper milk water tea coffee bread cake juice apple egg".split()
    )
    s = human(d, "adult" if key in ("car", "house", "horse") else "any")
    while s.en[0] in ("a", "an", "two", "three", "four", "five"):
        s = human(d)
    third, do = s.agree == "s", DO[s.agree]
    roll = d.below(14)
    large = key in ("car", "house", "computer", "bicycle", "camera", "phone", "watch", "horse")
    food = key in "milk water tea coffee bread cake juice".split()
    if roll < 4:
        o = np(d, key, d.pick("a bare") if food else d.pick("a" if large else "a a two many some"), adj=d.chance(0.5))
        return join(f"{{s}} {'has' if third else 'have'}~v {{o}}", "{s} 有~v {o}", s=s, o=o)
    if roll < 6:
        return join(
            f"{{s}} {do} not~x have~v {{o}}",
            "{s} 没有~x~v {o}",
            s=s,
            o=np(d, key, "any" if food or d.chance(0.3) else "a", lose=True, adj=d.chance(0.2)),
        )
    if roll == 6:
        return (
            join(
                "{s} had~v {o} {t}",
                "{s} {t} 有~v {o}",
                s=s,
                o=np(d, "car" if key == "friend" else key, "a"),
                t=moment(d, "past", "long"),
            )
            if large
            else possess(d)
        )
    if s.en[0] == "i" and roll in (7, 8, 11, 12, 13):
        return possess(d)
    if roll in (7, 8):
        return join(
            f"{do}~q {{s}} have~v {{o}} ?~e",
            "{s} 有~v {o} 吗~q ？~e",
            s=s,
            o=np(d, key, "bare" if food else d.pick("a a any"), lose=True, adj=d.chance(0.2)),
        )
    if roll == 13 and not food:
        noun = NOUNS[key]
        return join(
            f"how~d many~d {noun.plural}~n {do} {{s}} have~v ?~e",
            f"{{s}} 有~v 几~d {noun.measure}~d {noun.zh}~n ？~e",
            s=s,
        )
    if key == "friend":
        return possess(d)
    if roll == 9:
        return join(
            f"{{s}} {'wants' if third else 'want'}~v {{o}}",
            "{s} 想~v 要~v {o}",
            s=s,
            o=np(d, key, "a", adj=d.chance(0.5)),
        )
    if roll == 10:
        return join(
            f"{{s}} {do} not~n want~v {{o}}",
            "{s} 不~n 想~v 要~v {o}",
            s=s,
            o=np(d, key, "bare" if food else "a", lose=True),
        )
    if roll == 11:
        return join(
            f"{do}~q {{s}} want~v {{o}} ?~e",
            "{s} 想~v 要~v {o} 吗~q ？~e",
            s=s,
            o=np(d, key, "a" if not food else d.pick("a bare"), lose=True),
        )
    return join(f"what~w {do} {{s}} {d.pick(['want'])}~v ?~e", "{s} 想~v 要~v 什么~w ？~e", s=s)


@template(760)
def asking(d: Dice) -> Phrase:
    """What are you doing? who is sleeping under the table? where are you going? what did he do yesterday?"""
    roll = d.below(14)
    s = human(d)
    while s.en[0] in ("i", "a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        s = human(d)
    b, do = BE[s.agree], DO[s.agree]
    if roll == 0:
        return join(
            f"what~w {b}~x {{s}} doing~v {d.pick(['', 'now~t'])} ?~e".replace("now~t", ""),
            "{s} 在~x 做~v 什么~w ？~e",
            s=s,
        )
    if roll == 1:
        return join("what~w did {s} do~v {t} ?~e", "{s} {t} 做~v 了~v 什么~w ？~e", s=s, t=moment(d, "past"))
    if roll == 2:
        return join("what~w will~x {s} do~v {t} ?~e", "{s} {t} 会~x 做~v 什么~w ？~e", s=s, t=moment(d, "future"))
    if roll == 3:
        return join(
            f"what~w {b}~x {{s}} going~x to~x do~v {{t}} ?~e",
            "{s} {t} 要~x 做~v 什么~w ？~e",
            s=s,
            t=moment(d, "future"),
        )
    if roll == 4:
        return join(f"where~w {b}~x {{s}} going~v ?~e", "{s} 要~x 去~v 哪里~w ？~e", s=s) if d.chance(0.6) else join(
            f"where~w {b}~x {{s}} going~v {{t}} ?~e", "{s} {t} 要~x 去~v 哪里~w ？~e", s=s, t=moment(d, "future"))  # fmt: skip
    if roll == 5:
        verb = d.pick(
            [
                ("eat", "eating", "吃"),
                ("drink", "drinking", "喝"),
                ("read", "reading", "看"),
                ("write", "writing", "写"),
                ("buy", "buying", "买"),
            ]
        )
        k = d.below(3)
        if k == 0:
            return join(f"what~w {b}~x {{s}} {verb[1]}~v ?~e", f"{{s}} 在~x {verb[2]}~v 什么~w ？~e", s=s)
        if k == 1:
            return join(
                f"what~w did {{s}} {verb[0]}~v {{t}} ?~e",
                f"{{s}} {{t}} {verb[2]}~v 了~v 什么~w ？~e",
                s=s,
                t=moment(d, "past", weeks=False),
            )
        return join(f"what~w did {{s}} {verb[0]}~v ?~e", f"{{s}} {verb[2]}~v 了~v 什么~w ？~e", s=s)
    row = d.pick(HUMAN_ACTS if roll % 3 else BEAST_ACTS)
    p = _act(d, row, "prog", 0.8)
    en_o, zh_o, slots = ("{o}", "{o}", {"o": p.object}) if p.object else ("", "", {})
    posture = p.style == "posture"
    l = ("{l}", {"l": p.place}) if p.place else ("", {})
    slots |= l[1]
    core = f"{p.verb.zh}~v {l[0]}" if posture else f"{l[0]} {p.verb.zh}~v {zh_o}"
    if roll < 9:
        if p.verb.zh in ("跑", "吃~v 东西") or p.verb.base == "fly":
            return asking(d)
        x = "" if posture else "正~x" if p.place else "在~x"
        return join(
            f"who~w is~{'v' if posture else 'x'} {p.verb.form('ing')} {en_o} {l[0]} ?~e",
            f"谁~w {x} {core} ？~e",
            **slots,
        )
    if roll < 10 and row in HUMAN_ACTS and not posture and p.place:
        return join(
            f"who~w {p.verb.form('past')} {en_o} {l[0]} {{t}} ?~e",
            f"谁~w {{t}} {core} ？~e",
            t=moment(d, "past", weeks=False),
            **slots,
        )
    s = p.subject
    if s.en[0] in ("i", "a", "an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        return asking(d)
    b = BE[s.agree]
    if posture:
        return join(f"where~w {b} {{s}} {p.verb.form('ing')} ?~e", f"{{s}} {p.verb.zh}~v 在~w 哪里~w ？~e", s=s)
    slots = {"o": p.object} if p.object else {}
    if roll < 12 and p.verb.base not in ("swim", "fly", "have", "speak"):
        return join(
            f"where~w {b}~x {{s}} {p.verb.form('ing')} {en_o} ?~e",
            f"{{s}} 正~x 在~w 哪里~w {p.verb.zh}~v {zh_o} ？~e",
            s=s,
            **slots,
        )
    if row in HUMAN_ACTS and p.verb.base != "swim":
        return join(
            f"where~w {DO[s.agree]} {{s}} {p.verb.form('base')} {en_o} ?~e",
            f"{{s}} 在~w 哪里~w {p.verb.zh}~v {zh_o} ？~e",
            s=s,
            **slots,
        )
    return asking(d)


@template(420)
def let_us(d: Dice) -> Phrase:
    """Let us play football in the park; open the window; do not sleep here; please sit on the chair."""
    row = d.pick([r for r in HUMAN_ACTS if r[0].base not in ("speak", "run", "stand", "work")])
    p = _act(d, row, "will", 0.45)
    roll = d.below(8)
    mode = "-" if roll in (5, 6) else "+"
    if d.chance(0.45):
        p = _event(d, "will", mode, 0.2)
        while (
            p.verb.base not in ("buy", "eat", "drink", "read", "watch", "sing", "draw", "wash")
            or "any" in p.object.en
            or p.object.en[0] in ("my", "our")
            and p.verb.base == "buy"
        ):
            p = _event(d, "will", mode, 0.2)
    posture = p.style == "posture"
    o, l = "{o}" if p.object else "", "{l}" if p.place else ""
    slots = {k: x for k, x in (("o", p.object), ("l", p.place)) if x}
    core = f"{p.verb.zh}~v {l}" if posture else f"{l} {p.verb.zh}~v {o}"
    en = f"{p.verb.form('base')} {o} {l}"
    if roll < 4:
        if d.chance(0.3):
            return join(f"let~b us~s {en} {{t}}", f"我们~s {{t}} {core} 吧~b", t=moment(d, "future"), **slots)
        return join(f"let~b us~s {en}", f"我们~s {core} 吧~b", **slots)
    if roll == 4:
        return join(f"please~p {en}", f"请~p {core}", **slots)
    if roll == 5:
        return join(f"do~n not~n {en}", f"不要~n {core}", **slots)
    if roll == 6:
        return join(f"please~p do~n not~n {en}", f"请~p 不要~n {core}", **slots)
    act = d.pick([("open~v the door~o", "打开~v 门~o"), ("open~v the window~o", "打开~v 窗户~o"), ("close~v the door~o", "关上~v 门~o"), ("close~v the window~o", "关上~v 窗户~o"), ("turn~v on~v the light~o", "打开~v 灯~o"),
                  ("turn~v off~v the light~o", "关上~v 灯~o"), ("come~v here~o", "来~v 这里~o"), ("go~v home~o", "回~v 家~o"), ("go~v to school~o", "去~v 学校~o")])  # fmt: skip
    k = d.below(5)
    if k == 0:
        return join(act[0], act[1])
    if k == 1:
        return join(f"do~n not~n {act[0]}", f"不要~n {act[1]}")
    if k == 2:
        return join(f"can~x you~s {act[0]} ?~e", f"你~s 能~x {act[1]} 吗~x ？~e")
    if k == 3:
        return join(f"please~p {act[0]}", f"请~p {act[1]}")
    return (
        join(f"let~b us~s go~v {{g}} {{t}}", "我们~s {t} 去~v {g} 吧~b", g=goal(d), t=moment(d, "future"))
        if d.chance(0.7)
        else join("let~b us~s go~v {g}", "我们~s 去~v {g} 吧~b", g=goal(d))
    )

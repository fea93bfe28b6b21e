# ruff: noqa: E501, SIM905, RUF059 (a template or a row of words reads best on one line)
"""Relative clauses before the noun, reasons, conditions, times with a clause, thoughts."""

from ..dice import Dice
from ..parts.adverbials import past, time
from ..parts.agreement import BE
from ..parts.frames import frame, skill, v
from ..parts.people import adult_role, kin, name, person, pronoun
from ..parts.things import thing
from ..phrase import Phrase, join, word
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS

BOUGHT = {
    n: w.QUALITY[n]
    for n in w.QUALITY
    if n
    not in (
        "mountain",
        "bridge",
        "question",
        "room",
        "house",
        "cat",
        "dog",
        "bird",
        "rabbit",
        "horse",
        "story",
        "article",
        "film",
        "box",
    )
}


def made(d: Dice) -> tuple[str, Phrase, Phrase, str]:
    """Something someone did to a thing: the noun, its head, the clause "anna bought yesterday", the noun's key."""
    while True:
        f, o, p = frame(d, "p")
        if o in w.QUALITY and f.verb.base in ("buy", "write", "draw", "borrow", "find", "repair", "read", "sing"):
            break
    s = person(d, f.who)
    roll = d.below(3)
    if roll == 0:
        c = join(f"that~r {{s}} {v(f.verb, 'past')}", f"{{s}} {f.verb.zh}~v 的~r", s=s)
    elif roll == 1:
        t = time(d, w.PAST_LONG) if o in ("car", "house") else past(d)
        while "on" in t.en or "at" in t.en:
            t = past(d)
        c = join(f"that~r {{s}} {v(f.verb, 'past')} {{t}}", f"{{s}} {{t}} {f.verb.zh}~v 的~r", s=s, t=t)
    else:
        c = join(f"that~r {{s}} {v(f.verb, 'past')} {{p}}", f"{{s}} {{p}} {f.verb.zh}~v 的~r", s=s, p=p)
    return o, join("the {c}", "{c}", c=c), c, f.verb.base


def relative_is(d: Dice) -> Phrase:
    """The book that the teacher bought is interesting: 老师 买 的 书 很 有意思."""
    o, _, c, base = made(d)
    adj = d.pick(w.QUALITY[o])
    if base in ("draw", "write"):
        adj = "beautiful" if base == "draw" else "interesting" if o in ("story", "article") else adj
    if base in ("read", "borrow"):
        adj = d.pick("interesting new" if base == "borrow" else ["interesting"]) if o != "dictionary" else "thick"
    if base == "repair" and adj == "new":
        adj = "old"
    roll = d.below(6)
    n = NOUNS[o]
    zh = w.PREDICATE[adj]
    if roll == 0 and adj not in ("new",):
        return join(f"the {n.singular}~n {{c}} is not~x {adj}~a", f"{{c}} {n.zh}~n 不~x {zh}~a", c=c)
    if roll == 1:
        return join(f"the {n.singular}~n {{c}} is very~v {adj}~a", f"{{c}} {n.zh}~n 非常~v {zh}~a", c=c)
    return join(f"the {n.singular}~n {{c}} is~v {adj}~a", f"{{c}} {n.zh}~n 很~v {zh}~a", c=c)


def relative_like(d: Dice) -> Phrase:
    """Anna likes the book that tom bought in london."""
    o, _, c, base = made(d)
    n = NOUNS[o]
    s = person(d)
    if set(s.zh) & set(c.zh):
        s = d.pick([name, kin])(d)
        if set(s.zh) & set(c.zh):
            return relative_like(d)
    if d.chance(0.3):
        return join(
            f"{{s}} {'does' if s.agree == 's' else 'do'} not~x like~v the {n.singular}~n {{c}}",
            f"{{s}} 不~x 喜欢~v {{c}} {n.zh}~n",
            s=s,
            c=c,
        )
    return join(
        f"{{s}} {'likes' if s.agree == 's' else 'like'}~v the {n.singular}~n {{c}}",
        f"{{s}} 喜欢~v {{c}} {n.zh}~n",
        s=s,
        c=c,
    )


WHO = {
    "boy": [("tom", "汤姆"), ("david", "大卫"), ("peter", "彼得")], "girl": [("anna", "安娜"), ("mary", "玛丽"), ("lucy", "露西"), ("wang fang", "王芳")],
}  # fmt: skip
EITHER = list(w.NAMES.items())


def relative_who(d: Dice) -> Phrase:
    """The doctor who works in london is my friend; the boy who is reading the newspaper is tom."""
    roll = d.below(4)
    who = NOUNS[d.pick("boy girl student".split())]
    tail = d.pick([0, 1, 1])
    if roll == 0:
        who = NOUNS[d.pick("doctor teacher engineer lawyer nurse professor journalist".split())]
        c = d.pick(list(w.CITIES))
        rel = join("who~r works~v in~1 {c}", "在~1 {c} 工作~v 的~r", c=word(c, w.CITIES[c]))
    elif roll == 1:
        f, o, p = frame(d, "g")
        while f.who == "adult" or f.verb.base == "use":
            f, o, p = frame(d, "g")
        if d.chance(0.5):
            rel = join(f"who~r is~x {v(f.verb, 'ing')} {{o}}", f"在~x {f.verb.zh}~v {{o}} 的~r", o=thing(d, o, "b"))
        else:
            rel = join(
                f"who~r is~x {v(f.verb, 'ing')} {{o}} {{p}}",
                f"正~x {{p}} {f.verb.zh}~v {{o}} 的~r",
                o=thing(d, o, "b"),
                p=p,
            )
    elif roll == 2:
        n = NOUNS[d.pick("coat shirt sweater hat scarf".split())]
        verb = "戴" if n.name in ("hat", "scarf") else "穿"
        colour = d.pick("red blue green black white yellow")
        zh = w.ATTRIBUTIVE[colour].split()[0] + "~j"  # 红色 大衣: a second 的 before 的 男孩 would be heavy
        rel = join(f"who~r is~x wearing~v a {colour}~j {n.singular}~n", f"{verb}~v 着~x {zh} {n.zh}~n 的~r")  # fmt: skip
    else:
        who = NOUNS[d.pick("boy girl student doctor teacher nurse engineer".split())]
        en, zh = skill(d, "base")
        rel = join(f"who~r can~x {en}", f"会~x {zh} 的~r")
    head_en, head_zh = f"the {who.singular}~h", f"{who.zh}~h"
    if tail == 0:
        x = word(*d.pick(WHO.get(who.name, EITHER)))
        return join(f"{head_en} {{c}} is~b {{x}}", f"{{c}} {head_zh} 是~b {{x}}", c=rel, x=x)
    x = d.pick(["my 我", "our 我们", "her 她", "his 他"]).split()
    n = (
        d.pick(["friend 朋友", "friend 朋友", "student 学生"]).split()
        if who.name in ("boy", "girl")
        else ["friend", "朋友"]
    )
    return join(f"{head_en} {{c}} is~b {x[0]}~p {n[0]}~n", f"{{c}} {head_zh} 是~b {x[1]}~p 的~p {n[1]}~n", c=rel)


REASONS = (
    ("it is~1 raining~2", "在~1 下雨~2", "stay"), ("it is~1 snowing~2", "在~1 下雪~2", "stay"),
    ("the weather~1 is~2 cold~3", "天气~1 很~2 冷~3", "stay"), ("the weather~1 is~2 hot~3", "天气~1 很~2 热~3", "swim"),
)  # fmt: skip


def because(d: Dice) -> Phrase:
    """Because it is raining , anna is at home: 因为 … ， 所以 …"""
    if d.chance(0.5):
        en, zh, kind = d.pick(REASONS)
        s = person(d)
        if kind == "swim" or d.chance(0.4):
            want = kind == "swim"
            acts = [
                ("swim~v", "游泳~v"),
                ("go~v to the park~o", "去~v 公园~o"),
                ("go~v to school~o", "去~v 学校~o"),
                ("play~v football~o", "踢~v 足球~o"),
            ]
            a, b = d.pick(
                [acts[0], ("drink~v cola~o", "喝~v 可乐~o"), ("drink~v cold~j water~o", "喝~v 冷~j 水~o")][:2]
                if want
                else acts[1:]
            )
            w_en = "wants" if s.agree == "s" else "want"
            do = "does" if s.agree == "s" else "do"
            half = (
                join(f"{{s}} {w_en}~x to~x {a}", f"{{s}} 想~x {b}", s=s)
                if want
                else join(f"{{s}} {do} not~y want~x to~x {a}", f"{{s}} 不~y 想~x {b}", s=s)
            )
        else:
            half = join(f"{{s}} {BE[s.agree]} at~1 home~2", "{s} 在~1 家~2", s=s)
        return join(f"because~b {en} ,~c {{h}}", f"因为~b {zh} ，~c 所以~b {{h}}", h=half)
    s = person(d)
    adj = d.pick("busy tired hungry thirsty happy".split())
    again = s if s.en[0] in w.PRONOUNS and len(s.en) == 1 else None
    if again is None:
        fem = {"anna", "mary", "lucy", "fang", "mother", "sister", "grandmother", "aunt", "daughter", "girl", "mrs"}
        masc = {
            "tom",
            "david",
            "peter",
            "ming",
            "wei",
            "yang",
            "father",
            "brother",
            "grandfather",
            "uncle",
            "son",
            "boy",
            "mr",
        }
        last = set(s.en[-2:])
        if s.agree == "p":
            again = word("they", "他们", agree="p")
        elif last & fem:
            again = word("she", "她")
        elif last & masc:
            again = word("he", "他")
        else:
            s = again = word("he", "他")
    verb = "wants" if again.agree == "s" else "want"
    do = "does" if again.agree == "s" else "do"
    result = {
        "busy": (f"{do} not~n want~v to~v watch~k television~o", "不~n 想~v 看~k 电视~o"), "tired": (f"{verb}~v to~v rest~k", "想~v 休息~k"),
        "hungry": d.pick([(f"{verb}~v to~v eat~k noodles~o", "想~v 吃~k 面条~o"), (f"{verb}~v to~v eat~k rice~o", "想~v 吃~k 米饭~o"), (f"{verb}~v to~v eat~k dumplings~o", "想~v 吃~k 饺子~o")]),
        "thirsty": d.pick([(f"{verb}~v to~v drink~k water~o", "想~v 喝~k 水~o"), (f"{verb}~v to~v drink~k juice~o", "想~v 喝~k 果汁~o")]),
        "happy": (f"{verb}~v to~v sing~k", "想~v 唱歌~k"),
    }[adj]  # fmt: skip
    return join(f"because~b {{s}} {BE[s.agree]} very~1 {adj}~2 ,~c {{a}} {result[0]}", f"因为~b {{s}} 非常~1 {w.PREDICATE[adj]}~2 ，~c 所以~b {{a}} {result[1]}",
                s=s, a=again)  # fmt: skip


def condition(d: Dice) -> Phrase:
    """If it rains tomorrow , anna will not go to the park: 如果 … ， … 就 …"""
    rain = d.pick([("rains~1", "下雨~1"), ("snows~1", "下雪~1")])
    s = person(d)
    t = d.pick([("tomorrow~t", "明天~t"), ("on sunday~t", "星期天~t"), ("this~t afternoon~u", "今天~t 下午~u")])
    roll = d.below(3)
    if roll == 0:
        half = join("{s} will~x stay~v at~a home~o", "{s} 就~x 待~v 在~a 家~o", s=s)
    elif roll == 1:
        g = d.pick(["park 公园", "zoo 动物园", "market 市场"]).split()
        half = join(f"{{s}} will~x not~n go~v to the {g[0]}~o", f"{{s}} 就~x 不~n 去~v {g[1]}~o", s=s)
    else:
        k = d.pick([("play~v football~o", "踢~v 足球~o"), ("play~v tennis~o", "打~v 网球~o"), ("swim~v", "游泳~v")])
        half = join(f"{{s}} will~x not~n {k[0]}", f"{{s}} 就~x 不~n {k[1]}", s=s)
    return join(f"if~i it {rain[0]} {t[0]} ,~c {{h}}", f"如果~i {t[1]} {rain[1]} ，~c {{h}}", h=half)


def when_clause(d: Dice) -> Phrase:
    """When the teacher came , anna was reading a book: … 的 时候."""
    a = d.pick([name, kin, adult_role])(d)
    arrive = d.pick([("came~v", "来~v"), ("came~v home~g", "回~v 家~g")])
    f, o, p = frame(d, "g")
    while f.verb.base in ("sell", "use"):
        f, o, p = frame(d, "g")
    b = person(d, f.who)
    if set(a.zh) & set(b.zh):
        return when_clause(d)
    was = "were" if b.agree == "p" else "was"
    half = join(f"{{b}} {was}~x {v(f.verb, 'ing')} {{o}}", f"{{b}} 在~x {f.verb.zh}~v {{o}}", b=b, o=thing(d, o, "b"))
    return join(f"when~w {{a}} {arrive[0]} ,~c {{h}}", f"{{a}} {arrive[1]} 的~w 时候~w ，~c {{h}}", a=a, h=half)


def before_after(d: Dice) -> Phrase:
    """Anna reads newspapers after breakfast: 早饭 以后."""
    f, o, p = frame(d, "h")
    while f.verb.base not in ("read", "drink", "watch", "write") or "beer" in f.objects or "soup" in f.objects:
        f, o, p = frame(d, "h")
    meal = d.pick(["breakfast 早饭", "lunch 午饭", "dinner 晚饭"] if o != "film" else ["dinner 晚饭"]).split()
    en, zh = d.pick([("after", "以后"), ("before", "以前")])
    s = person(d, f.who)
    adverb = d.pick(["often 常常", "always 总是"]).split()
    return join(f"{{s}} {adverb[0]}~u {v(f.verb, 'third' if s.agree == 's' else 'base')} {{o}} {en}~1 {meal[0]}~2",
                f"{{s}} {meal[1]}~2 {zh}~1 {adverb[1]}~u {f.verb.zh}~v {{o}}", s=s, o=thing(d, o, "b"))  # fmt: skip


def thinks(d: Dice) -> Phrase:
    """Anna thinks that this film is very interesting; tom says that he is busy."""
    s = person(d)
    if d.chance(0.6):
        n = d.pick(list(w.QUALITY))
        adj = d.pick(w.QUALITY[n])
        if adj in ("new", "old"):
            adj = "beautiful" if "beautiful" in w.QUALITY[n] else w.QUALITY[n][0]
        x = thing(d, n, "h")
        deg = d.pick([("is very~g", "非常~g"), ("is~g", "很~g")])
        en, zh = ("thinks" if s.agree == "s" else "think"), "觉得"
        half = join(f"{{x}} {deg[0]} {adj}~a", f"{{x}} {deg[1]} {w.PREDICATE[adj]}~a", x=x)
    else:
        en, zh = ("says" if s.agree == "s" else "say"), "说"
        t = d.pick([("tomorrow~t", "明天~t"), ("next~t week~t", "下周~t"), ("the day~t after~t tomorrow~t", "后天~t")])
        x = d.pick([name, pronoun])(d)
        c = d.pick(list(w.CITIES))
        half = join(f"{{x}} will~y go~v to {{c}} {t[0]}", f"{{x}} {t[1]} 会~y 去~v {{c}}", x=x, c=word(c, w.CITIES[c]))
    if set(s.zh) & set(half.zh):
        return thinks(d)
    return join(f"{{s}} {en}~k that {{h}}", f"{{s}} {zh}~k {{h}}", s=s, h=half)

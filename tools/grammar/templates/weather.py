# ruff: noqa: E501 (a template or a row of words reads best on one line; l is the slot of a place)
"""Weather, hours, meals eaten, how somebody feels."""

from ..dice import Dice
from ..parts.agreement import BE, HAVE, WAS
from ..parts.moments import moment
from ..parts.subjects import beast, human
from ..phrase import Phrase, join, word
from ..vocabulary import words as w

WEATHER = [("hot", "热"), ("cold", "冷"), ("warm", "暖和"), ("good", "好")]


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
    if (past and "today" in t.en) or (past and "o'clock" in t.en):
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

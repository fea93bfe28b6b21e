"""The weather and the hour."""

from ..dice import Dice
from ..phrase import Phrase, join, word
from ..tables import rows
from ..vocabulary import words as w

ADJECTIVES = rows("hot = 热 | cold = 冷 | warm = 暖和 | good = 好")
TENSES = rows(  # tense, time in English and in Chinese
    "is = today~t = 今天~t | is = today~t = 今天~t | is = now~t = 现在~t | was = yesterday~t = 昨天~t"
    "| was = last~t week~u = 上周~t~u | is = = | will = tomorrow~t = 明天~t"
    "| was = yesterday~t afternoon~u = 昨天~t 下午~u | was = last~t year~t = 去年~t"
)
SKY = rows("rain = 下雨 | snow = 下雪")
PAST = rows(
    "yesterday~t = 昨天~t | yesterday~t morning~u = 昨天~t 上午~u | last~t night~u = 昨天~t 晚上~u"
    "| this~t morning~u = 今天~t 上午~u | last~t week~t = 上周~t | on sunday~t = 星期天~t"
)
FUTURE = rows(
    "tomorrow~t = 明天~t | tonight~t = 今天~t 晚上~t | tomorrow~t morning~u = 明天~t 上午~u"
    "| this~t afternoon~u = 今天~t 下午~u | on monday~t = 星期一~t | next~t week~t = 下周~t"
)
NOW = rows("= | now~t = 现在~t")


def weather(d: Dice) -> Phrase | None:
    """The weather is very cold today; it was not hot yesterday; is it raining? it will snow tomorrow."""
    adjective = d.pick(ADJECTIVES)
    tense, *time = d.pick(TENSES)
    c = d.pick(list(w.CITIES))
    en_city = " in " + " ".join(f"{x}~c" for x in c.split())
    city = (en_city, f"{w.CITIES[c]}~c") if d.chance(0.3) else ("", "")
    front = d.chance(0.3)
    if d.chance(0.45):
        return _sky(d, *city, front)
    return _temperature(d, adjective, tense, time, city, front)


def _sky(d: Dice, en_city: str, zh_city: str, front: bool) -> Phrase:
    """It is raining in london now: 伦敦 现在 在 下雨."""
    verb, zh = d.pick(SKY)
    roll = d.below(9)
    (past, zh_past), (future, zh_future), (now, zh_now) = d.pick(PAST), d.pick(FUTURE), d.pick(NOW)
    rained, will = f"it {verb}ed~v{en_city}", f"it will~x {verb}~v{en_city}"
    return join(
        *(
            (f"it is~x {verb}ing~v{en_city} {now}", f"{zh_city} {zh_now} 在~x {zh}~v"),
            (f"it is~y not~x {verb}ing~v{en_city} {now}", f"{zh_city} {zh_now} 没~x 在~y {zh}~v"),
            (f"is~q it {verb}ing~v{en_city} {now} ?~e", f"{zh_city} {zh_now} 在~q {zh}~v 吗~q ？~e"),
            (f"{past} {rained}" if front else f"{rained} {past}", f"{zh_city} {zh_past} {zh}~v 了~v"),
            (f"it did not~x {verb}~v{en_city} {past}", f"{zh_city} {zh_past} 没~x {zh}~v"),
            (f"did~q it {verb}~v{en_city} {past} ?~e", f"{zh_city} {zh_past} {zh}~v 了~q 吗~q ？~e"),
            (f"{future} {will}" if front else f"{will} {future}", f"{zh_city} {zh_future} 会~x {zh}~v"),
            (f"it will~y not~x {verb}~v{en_city} {future}", f"{zh_city} {zh_future} 不~x 会~y {zh}~v"),
            (f"will~x it {verb}~v{en_city} {future} ?~e", f"{zh_city} {zh_future} 会~x {zh}~v 吗~x ？~e"),
        )[roll]
    )


def _temperature(d: Dice, adjective, tense: str, time, city, front: bool) -> Phrase | None:
    """It will not be hot in london tomorrow: 伦敦 明天 不 会 热."""
    (adj, zh), (en_time, zh_time), (en_city, zh_city) = adjective, time, city
    roll = d.below(7)
    named = adj == "good" or d.chance(0.55) or not (en_time or en_city)
    subject, topic = ("the weather~s", "天气~s") if named else ("it", "")
    head, tail = f"{zh_city} {zh_time} {topic}", f"{en_city} {en_time}"
    future = tense == "will"
    if roll == 0:
        be, zh_be = ("will~b not~n be~b", "会~b") if future else (f"{tense} not~n", "")
        return join(f"{subject} {be} {adj}~a{tail}", f"{head} 不~n {zh_be} {zh}~a")
    if roll == 1:
        if future:
            return join(f"will~q {subject} be {adj}~a{tail} ?~e", f"{head} 会~q {zh}~a 吗~q ？~e")
        return join(f"{tense}~q {subject} {adj}~a{tail} ?~e", f"{head} {zh}~a 吗~q ？~e")
    if roll == 2 or (not future and d.chance(0.12)):
        if future:
            return None
        return join(f"how~w {tense} the weather~s{tail} ?~e", f"{zh_city} {zh_time} 天气~s 怎么样~w ？~e")
    very = roll > 4
    if future:
        en = f"{subject} will~b be~b {'very~g ' if very else ''}{adj}~a{en_city}"
        degree = f"会~b {'非常~g' if very else '很~b'} {zh}~a"
    else:
        en = f"{subject} {tense}{' very~g' if very else '~g'} {adj}~a{en_city}"
        degree = f"{'非常' if very else '很'}~g {zh}~a"
    return join(f"{en_time} {en}" if front else f"{en} {en_time}", f"{head} {degree}")


def hours(d: Dice) -> Phrase:
    """What time is it? it is eight o'clock; what day is it today? today is monday."""
    roll = d.below(13)
    h = d.pick(list(w.HOURS))
    names = w.CITIES | w.COUNTRIES
    c = d.pick(list(names))
    if roll == 12 or d.chance(0.2):
        place = word(c, names[c])
        if d.chance(0.5):
            return join("what~1 time~2 is~t it~t in {c} ?~e", "{c} 现在~t 几~1 点~2 ？~e", c=place)
        return join("what~1 time~2 is it in {c} now~t ?~e", "{c} 现在~t 几~1 点~2 ？~e", c=place)
    if roll == 0:
        return join("what~1 time~2 is~t it~t ?~e", "现在~t 几~1 点~2 ？~e")
    if roll == 1:
        return join("what~1 time~2 is it now~t ?~e", "现在~t 几~1 点~2 ？~e")
    if roll == 2:
        en, zh, be = d.pick(rows("today = 今天 = is | tomorrow = 明天 = is | yesterday = 昨天 = was"))
        return join(f"what~w day~w {be}~v {d.pick(['it ', ''])}{en}~t ?~e", f"{zh}~t 是~v 星期几~w ？~e")
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

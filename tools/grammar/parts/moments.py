"""Times that combine freely with a tense."""

from ..dice import Dice, sensible
from ..phrase import Phrase, join
from ..tables import rows
from ..vocabulary import words as w

TODAY = ("today~1", "今天~1")
NOW = ("now~1", "现在~1")
PARTS_OF_DAY = rows("in the morning~1 = 早上~1 | in the afternoon~1 = 下午~1 | in the evening~1 = 晚上~1")
PAST = (*w.PAST, *rows("yesterday~1 = 昨天~1 | yesterday~1 = 昨天~1 | last~1 night~2 = 昨天~1 晚上~2"), TODAY)
FUTURE = (
    *w.FUTURE,
    *rows("tomorrow~1 = 明天~1 | tomorrow~1 = 明天~1 | tonight~1 = 今天~1 晚上~1 | this~1 evening~2 = 今天~1 晚上~2"),
    TODAY,
)


NOT_AT = {  # what a time of a meal does not say
    "breakfast": {"afternoon", "evening", "night", "tonight", "eleven"},
    "lunch": {"morning", "evening", "night", "tonight", "six", "seven", "eight", "nine", "ten"},
    "dinner": {"morning", "afternoon", "ten", "eleven"},
}


def suits_meal(time: Phrase | None, meal: Phrase | None) -> bool:
    """Whether a meal may be had then: nobody has lunch in the evening. What is no meal suits any time."""
    if time is None or meal is None:
        return True
    return not any(NOT_AT.get(word, set()) & set(time.en) for word in meal.en)


def at_hour(d: Dice, tail: tuple[str, str] = ("", "")) -> Phrase:
    """At eight o'clock tomorrow: 明天 八 点; the hour follows the day in Chinese."""
    h = d.pick("six seven eight nine ten eleven")
    en, zh = tail
    if d.chance(0.25):
        return join(f"at half~2 past~2 {h}~3 {en}", f"{zh} {w.HOURS[h]}~3 点~3 半~2")
    return join(f"at {h}~2 o'clock~3 {en}", f"{zh} {w.HOURS[h]}~2 点~3")


def weekday(d: Dice, every: bool = False) -> Phrase:
    """On monday 星期一; every monday 每个 星期一."""
    day = d.pick(list(w.WEEKDAYS))
    if every:
        return join(f"every~1 {day}~2", f"每个~1 {w.WEEKDAYS[day]}~2")
    return join(f"on {day}~1", f"{w.WEEKDAYS[day]}~1")


def moment(d: Dice, tense: str, long: str | None = None, weeks: bool = True) -> Phrase:
    """A time that suits the tense; ``long`` for houses and cars; ``weeks=False`` for meals."""
    return sensible(_moment, d, tense, long, weeks)


def _moment(d: Dice, tense: str, long: str | None, weeks: bool) -> Phrase | None:
    roll = d.below(100)
    if tense == "past":
        t = _past(d, roll, long)
    elif tense == "future":
        t = _future(d, roll, long)
    elif tense == "never":  # the time of a habit one does not have
        return weekday(d) if roll < 40 else join(*d.pick(PARTS_OF_DAY))
    elif tense == "habit":
        return _habit(d, roll, long)
    else:
        return join(*NOW)
    return t if weeks or long == "long" or t.en[-1] != "week" else None


def _past(d: Dice, roll: int, long: str | None) -> Phrase:
    if long == "long":
        return join(*d.pick(w.PAST_LONG))
    if roll < 10:
        return weekday(d)
    if roll < 18:
        return at_hour(d, tail=("yesterday~1", "昨天~1"))
    return join(*d.pick(PAST))


def _future(d: Dice, roll: int, long: str | None) -> Phrase:
    if long == "long":
        return join(*d.pick(w.FUTURE_LONG))
    if roll < 12:
        return weekday(d)
    if roll < 20:
        return at_hour(d, tail=("tomorrow~1", "明天~1"))
    if roll < 24:
        return at_hour(d)
    return join(*d.pick(FUTURE))


def _habit(d: Dice, roll: int, long: str | None) -> Phrase:
    if roll < 15:
        return weekday(d, every=True)
    if long == "day":
        return join(*d.pick(w.HABIT_DAYTIME))
    if roll < 40:
        return join(*d.pick(PARTS_OF_DAY))
    if roll < 48:
        return at_hour(d, tail=("every~1 day~1", "每天~1"))
    return join(*d.pick(w.HABIT))

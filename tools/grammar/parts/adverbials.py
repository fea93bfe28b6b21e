"""Places, goals and times of the plain family."""

from ..dice import Dice, redrawn
from ..phrase import Phrase, join, word
from ..vocabulary import words as w


def city(d: Dice) -> Phrase:
    """The name of a city."""
    chosen = d.pick(list(w.CITIES))
    return word(chosen, w.CITIES[chosen])


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


def clock(d: Dice, hours, half: float) -> Phrase:
    """``at half past seven`` as 七 点 半, ``at seven o'clock`` as 七 点."""
    hour = d.pick(hours)
    return half_past(hour) if d.chance(half) else o_clock(hour)


def half_past(hour: str) -> Phrase:
    """``at half past seven`` as 七 点 半."""
    return join(f"at half~1 past~1 {hour}~2", f"{w.HOURS[hour]}~2 点~2 半~1")


def o_clock(hour: str) -> Phrase:
    """``at seven o'clock`` as 七 点."""
    return join(f"at {hour}~1 o'clock~2", f"{w.HOURS[hour]}~1 点~2")


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


def when(d: Dice, o: str, verb: str = "") -> Phrase:
    """A past time that suits the verb: cars and houses are bought last year, tea is drunk this morning."""
    t = time(d, w.PAST_LONG) if o in ("car", "house") else past(d)
    return redrawn(t, lambda t: _suits_meal(t, verb), past, d)


def later(d: Dice, o: str, verb: str = "") -> Phrase:
    """A future time that suits the verb."""
    t = time(d, w.FUTURE_LONG) if o in ("car", "house") else future(d)
    return redrawn(t, lambda t: _suits_meal(t, verb), future, d)


def _suits_meal(t: Phrase, verb: str) -> bool:
    """Nobody drank a cup of tea last week."""
    return verb not in ("eat", "drink") or t.en[-1] != "week"

"""A verb of the plain family, with an object and a place that suit it."""

from ..dice import Dice
from ..phrase import Phrase
from ..tables import rows
from ..vocabulary import words as w
from ..vocabulary.verbs import FRAMES, INTRANSITIVE, SKILLS, Frame
from .adverbials import place

SIMPLE_SKILLS = rows("swim swimming = 游泳 | cook cooking = 做饭 | dance dancing = 跳舞 | sing singing = 唱歌")


def frame(d: Dice, kind: str) -> tuple[Frame, str, Phrase]:
    """A transitive frame of this kind, one of its objects, one of its places."""
    chosen = d.pick([f for f in FRAMES if kind in f.kinds])
    return chosen, d.pick(chosen.objects), place(_place_of(d, chosen, kind))


def activity(d: Dice) -> tuple[Frame, Phrase]:
    """An intransitive frame and one of its places."""
    chosen = d.pick(INTRANSITIVE)
    return chosen, place(_place_of(d, chosen))


def _place_of(d: Dice, chosen: Frame, kind: str = "") -> str:
    place_name = d.pick([p for p in chosen.places if kind != "h" or p != "BIG"])
    return d.pick(list(w.CITIES)) if place_name == "BIG" else place_name


def skill(d: Dice, form: str) -> tuple[str, str]:
    """English and Chinese of something one learns to do."""
    if d.chance(0.2):
        en, zh = d.pick(SIMPLE_SKILLS)
        return f"{en.split()[form == 'ing']}~k", f"{zh}~k"
    verb, en, zh = d.pick(SKILLS)
    return f"{verb.form(form).replace('~v', '~k')} {en}", f"{verb.zh}~k {zh}"


def v(verb, form):
    return verb.form(form)

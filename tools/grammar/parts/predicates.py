"""Who does what where: a subject, a verb, an object and a place that make sense together."""

from dataclasses import dataclass, replace

from ..dice import Dice, redrawn, sensible, until
from ..phrase import Phrase, join
from ..tables import listed, rows, table
from ..vocabulary import words as w
from ..vocabulary.acts import BEAST_ACTS, BEAST_FRAMES, HUMAN_ACTS, Act
from ..vocabulary.verbs import FRAMES, Verb
from .adverbials import goal
from .noun_phrases import np, object_np
from .spots import where
from .subjects import beast, human
from .things import LARGE

MORE_PLACES = table(
    "read = under:tree on:bed next:window in:room on:chair garden | eat = under:tree garden in:room"
    "| drink = garden in:room under:tree | write = in:room next:window garden"
    "| draw = under:tree garden in:room front:house | wash = garden | repair = front:house behind:house garden"
    "| see = under:tree behind:house front:house in:forest next:river"
    "| find = under:table under:bed on:table in:box in:car in:bag on:chair behind:door"
    "| watch = in:room bedroom | use = in:room kitchen | sing = garden under:tree"
)
KINDS = {  # which frames a tense takes
    "past": "p", "habit": "h", "prog": "g", "was": "g", "like": "h", "will": "f", "going": "f", "want": "f", "can": "f",
    "should": "f", "must": "f", "need": "f",
}  # fmt: skip
FOOD = listed("water milk meat cake bread")
DRINK_OR_MEAT = listed("water milk meat")
POSSESSED = listed("my your his her our their")


@dataclass(frozen=True)
class Predicate:
    """A verb with subject, object and place chosen.

    Styles: event (了 after the verb), activity (了 at the end, and only where there is no place), posture (the place
    follows the verb), motion (the object is a goal).
    """

    verb: Verb
    style: str
    subject: Phrase
    object: Phrase | None = None
    place: Phrase | None = None
    long: str | None = None  # which times suit it: a car is bought last year, work happens by day
    weeks: bool = True
    bare_past: bool = True  # "the dog ran" alone would be 跑 了, ran away

    @property
    def object_slot(self) -> str:
        """``{o}``, or nothing without an object."""
        return "{o}" if self.object else ""

    @property
    def place_slot(self) -> str:
        """``{l}``, or nothing without a place."""
        return "{l}" if self.place else ""

    @property
    def core(self) -> str:
        """Chinese place, verb and object; the place of a posture follows the verb."""
        verb = f"{self.verb.zh}~v"
        if self.style == "posture":
            return f"{verb} {self.place_slot}"
        return f"{self.place_slot} {verb} {self.object_slot}"

    @property
    def slots(self) -> dict[str, Phrase]:
        """What fills the slots of object and place."""
        return {k: x for k, x in (("o", self.object), ("l", self.place)) if x}


def predicate(d: Dice, tense: str, mode: str, chance_of_place: float = 0.55) -> Predicate:
    """Choose who does what where; objects of negations and yes-no questions lose their 一 and measure word."""
    roll = d.below(100)
    if roll < 42:
        return event(d, tense, mode, chance_of_place)
    if roll < 70:
        return act(d, d.pick(HUMAN_ACTS), tense, chance_of_place)
    if roll < 88:
        return act(d, d.pick(BEAST_ACTS), tense, chance_of_place)
    if roll < 93:
        return sensible(_beast_event, d, tense, mode, chance_of_place)
    return motion(d, tense)


def motion(d: Dice, tense: str) -> Predicate:
    """Going and coming to a place."""
    s = human(d)
    if d.chance(0.15):
        verb = Verb("go", "goes", "went", "gone", "going", "回")
        return Predicate(verb, "motion", s, object=join("home~g", "家~g"))
    if d.chance(0.15):
        verb = Verb("come", "comes", "came", "come", "coming", "来")
        goals = rows("here~g = 这里~g | to school~g = 学校~g | to the park~g = 公园~g")
        return Predicate(verb, "motion", s, object=join(*d.pick(goals)))
    verb = Verb("go", "goes", "went", "gone", "going", "去")
    return Predicate(verb, "motion", s, object=goal(d, abroad=d.chance(0.2) and tense != "habit"))


def event(d: Dice, tense: str, mode: str, chance: float) -> Predicate:
    """A transitive verb, with an object of the kind that the tense and the mode ask for."""
    frames = [f for f in FRAMES if KINDS[tense] in f.kinds]
    if tense == "like":
        frames = [f for f in frames if f.verb.base in ("read", "eat", "drink", "draw", "watch", "sing")]
    f = d.pick(frames)
    key = d.pick(f.objects)
    place = None
    if d.chance(chance):
        more = () if "BIG" in f.places else MORE_PLACES.get(f.verb.base, "").split()
        place = where(d, d.pick([*f.places, *more]))
    if tense in ("habit", "like"):
        obj = _object_in_general(d, f.verb.base, key, mode)
    elif tense in ("prog", "was") and f.verb.base in ("sell", "wash", "draw") and mode == "+" and d.chance(0.5):
        obj = until(lambda o: o.en[0] not in ("any", "a", "an"), object_np, d, key, "-")
    else:
        large = key in LARGE or key == "newspaper"
        obj = _object_of_event(d, f.verb.base, key, mode, tense, large)
    long = "long" if key in ("car", "house") else "day" if tense == "habit" else None
    weeks = f.verb.base not in ("eat", "drink")
    return Predicate(f.verb, "event", human(d, f.who), obj, place, long=long, weeks=weeks)


def _object_in_general(d: Dice, base: str, key: str, mode: str) -> Phrase:
    """What one reads or eats as a habit: newspapers, the newspaper, any newspapers."""
    dets = "bare bare bare the my" if mode == "+" else "bare bare bare any the"
    obj = np(d, key, "bare" if key == "dumpling" else d.pick(dets))
    if mode == "?" and obj.en[0] == "any":
        obj = np(d, key, "bare")
    if base in ("sell", "buy", "borrow", "draw", "wash", "watch", "eat", "write"):
        obj = np(d, key, "bare")
    return obj


def _object_of_event(d: Dice, base: str, key: str, mode: str, tense: str, large: bool) -> Phrase:
    """What one bought, ate, is writing: each rule is met before the next one is asked."""

    def certain(obj: Phrase) -> bool:
        going_on = tense in ("prog", "was")
        if going_on and obj.en[0] in w.NUMBERS:
            return False  # one song at a time
        return not (base in ("sell", "wash") or going_on) or obj.en[0] != "some"

    def still_there(obj: Phrase) -> bool:
        """What was eaten is no longer here, and what is written now is not there yet."""
        return base not in ("eat", "drink", "write") or obj.en[0] not in ("this", "these")

    def not_owned(obj: Phrase) -> bool:
        """Nobody buys what is hers, and few have a film."""
        return (base not in ("buy", "sell", "write", "see") and key != "film") or not (
            "'s" in obj.en or obj.en[0] in POSSESSED
        )

    obj = object_np(d, key, mode, large)

    def by_the_dozen(obj: Phrase) -> bool:
        """Nobody stands on the market with that egg."""
        return base != "sell" or obj.agree == "p"

    for fits in (certain, still_there, not_owned, by_the_dozen):
        obj = redrawn(obj, fits, object_np, d, key, mode, large)
    return obj


def act(d: Dice, row: Act, tense: str, chance: float) -> Predicate:
    """What people or animals do without an object, or with a fixed one."""
    human_act = row in HUMAN_ACTS
    verb, obj = row.verb, None
    if row.object_zh and row.object_zh != ("东西~v",):
        particle = [t for t in row.object_en if t.endswith("~v")]
        obj = join(" ".join(t for t in row.object_en if t not in particle), " ".join(row.object_zh))
        verb = replace(verb, particle=" ".join(t.removesuffix("~v") for t in particle))
    elif row.object_zh:
        verb = replace(verb, zh=f"{verb.zh}~v 东西")
    place = where(d, d.pick(row.places)) if row.needs_place or d.chance(chance) else None
    s = human(d, row.kinds) if human_act else beast(d, d.pick(row.kinds))
    style = "posture" if verb.base in ("sit", "stand") else "activity"
    long = "day" if verb.base in ("work", "study", "have", "sleep") and human_act else None
    weeks = verb.base not in ("have", "eat")
    return Predicate(verb, style, s, obj, place, long=long, weeks=weeks, bare_past=row.bare_past)


def _beast_event(d: Dice, tense: str, mode: str, chance: float) -> Predicate | None:
    """What animals eat, drink and find."""
    who, forms, zh, objects, places = d.pick(BEAST_FRAMES).split("|")
    key = d.pick(objects)
    verb = Verb(*forms.split(), zh)
    general = tense in ("habit", "like")
    if verb.base == "find" and (general or tense in ("prog", "was")):
        return None
    if (key in DRINK_OR_MEAT and d.chance(0.7)) or general:
        det = "bare"
    else:
        det = d.pick("a the the my" if tense != "can" else "the my")
    if mode == "+" and key not in FOOD and not general:
        det = d.pick("a two the my")
    if det == "a" and key in FOOD:
        det = "bare"
    obj = np(d, key, det, lose=mode != "+")
    s = beast(d, d.pick(who))
    place = where(d, d.pick(places)) if d.chance(chance) else None
    return Predicate(verb, "event", s, obj, place, weeks=False)

# ruff: noqa: E501, SIM905 (a row of words reads best on one line)
"""What people and animals do: verbs with the objects and places that make sense for each kind of subject."""

from dataclasses import dataclass

from ..dice import Dice
from ..phrase import Phrase, join
from ..vocabulary.verbs import FRAMES, Verb
from .adverbials import goal
from .noun_phrases import np, object_np
from .spots import where
from .subjects import beast, human
from .things import LARGE


@dataclass(frozen=True)
class Predicate:
    """A verb with subject, object and place chosen. Styles: event (了 after the verb), activity (了 at the end, and only
    where there is no place), posture (the place follows the verb), motion (the object is a goal)."""

    verb: Verb
    style: str
    subject: Phrase
    object: Phrase | None = None
    place: Phrase | None = None
    long: str | None = None  # which times suit it: a car is bought last year, work happens by day
    weeks: bool = True
    bare_past: bool = True  # "the dog ran" alone would be 跑 了, ran away


def _rows(text: str) -> list[tuple]:
    rows = []
    for line in text.strip().splitlines():
        forms, zh, places, who = (field.strip() for field in line.split("|"))
        rows.append((Verb(*forms.split()[:5], zh.split()[0]), zh.split()[1:], forms.split()[5:], places.split(), who))
    return rows


# forms and a fixed object in English | Chinese verb and object | places | who (! = needs a place, @ = needs one in the past)
HUMAN_ACTS = _rows("""
work works worked worked working|工作|BIG hospital factory office bank hotel restaurant university shop school home in:garden|adult
study studies studied studied studying|学习|library school university home classroom bedroom under:tree in:room next:window|any
rest rests rested rested resting|休息|home park hotel bedroom garden under:tree in:room on:bed next:river in:car|any
run runs ran run running|跑步|park school park garden next:river|any
walk walks walked walked walking|散步|park garden next:river zoo in:forest|any
dance dances danced danced dancing|跳舞|park school home garden in:room front:house|any
sing sings sang sung singing|唱歌|park school home garden in:room under:tree kitchen in:car|any
sleep sleeps slept slept sleeping|睡觉|home hotel bedroom in:room on:bed in:car under:tree on:bed garden|any@
cook cooks cooked cooked cooking|做饭|home kitchen|adult
eat eats ate eaten eating|吃饭|home school restaurant kitchen garden in:room|any
swim swims swam swum swimming|游泳|in:river hotel school|any
play plays played played playing|玩|park garden home school front:house behind:house in:room under:tree|any!
talk talks talked talked talking|聊天|park garden office kitchen restaurant in:car front:school under:tree in:room|any
sit sits sat sat sitting|坐|on:chair on:bed under:tree in:car next:window front:house kitchen garden in:room park next:river next:door|any!
stand stands stood stood standing|站|front:house behind:door next:window under:tree next:car front:school front:station on:bridge next:table|any!
play plays played played playing football~o|踢 足球~o|park school|any
play plays played played playing basketball~o|打 篮球~o|park school|any
play plays played played playing tennis~o|打 网球~o|park school|any
play plays played played playing the piano~o|弹 钢琴~o|home school in:room|any
play plays played played playing the guitar~o|弹 吉他~o|home park under:tree in:room garden|any
play plays played played playing the violin~o|拉 小提琴~o|home school in:room garden|any
speak speaks spoke spoken speaking chinese~o|说 中文~o|home school office|any
speak speaks spoke spoken speaking english~o|说 英文~o|home school office|any
speak speaks spoke spoken speaking french~o|说 法语~o|home school office|any
speak speaks spoke spoken speaking japanese~o|说 日语~o|home school office|any
ride rides rode ridden riding a bicycle~o|骑 自行车~o|park|any
ride rides rode ridden riding a horse~o|骑 马~o|park in:forest|any
drive drives drove driven driving a car~o|开 汽车~o|BIG|adult
watch watches watched watched watching television~o|看 电视~o|home bedroom kitchen in:room on:bed|any
listen listens listened listened listening to~v music~o|听 音乐~o|home bedroom park in:car in:room kitchen under:tree|any
study studies studied studied studying chinese~o|学习 中文~o|school library home university|any
study studies studied studied studying english~o|学习 英文~o|school library home university|any
have has had had having breakfast~o|吃 早饭~o|home kitchen school hotel|any
have has had had having lunch~o|吃 午饭~o|home school restaurant office|any
have has had had having dinner~o|吃 晚饭~o|home restaurant kitchen hotel|any
""")
BEAST_ACTS = _rows("""
sleep sleeps slept slept sleeping|睡觉|under:table under:bed under:tree under:chair on:chair on:bed behind:door in:box front:house next:window in:garden kitchen next:bed behind:house on:table in:house in:room|cat dog cat dog rabbit!
run runs ran run running|跑|park garden behind:house front:house next:river in:forest under:tree|dog cat dog horse rabbit@
eat eats ate eaten eating|吃 东西~v|kitchen garden under:table under:tree behind:house|cat dog cat dog
eat eats ate eaten eating|吃 东西~v|garden under:tree in:forest next:river|bird horse rabbit cow sheep pig duck monkey panda
sit sits sat sat sitting|坐|on:chair on:table on:bed under:table under:tree in:box front:house next:window behind:door next:door under:bed front:door in:garden up:tree|cat dog cat dog cat!
sit sits sat sat sitting|坐|under:tree up:tree next:river|monkey panda bird!
stand stands stood stood standing|站|under:tree behind:house next:river front:house in:garden|horse cow dog sheep elephant!
play plays played played playing|玩|garden park kitchen under:table under:tree in:room behind:house front:house|cat dog cat dog rabbit!
play plays played played playing|玩|under:tree zoo in:forest|monkey panda!
sing sings sang sung singing|唱歌|up:tree garden in:forest park|bird
fly flies flew flown flying|飞|park garden in:forest in:room|bird bird duck@
fly flies flew flown flying|飞|in:cave in:forest garden|bat bat@
swim swims swam swum swimming|游泳|in:river|duck dog duck elephant
rest rests rested rested resting|休息|under:tree garden in:forest next:river behind:house|cow horse tiger dog cat elephant panda sheep
""")
MORE_PLACES = {
    "read": "under:tree on:bed next:window in:room on:chair garden", "eat": "under:tree garden in:room", "drink": "garden in:room under:tree",
    "write": "in:room next:window garden", "draw": "under:tree garden in:room", "wash": "garden", "repair": "front:house behind:house garden",
    "find": "under:table under:bed on:table in:box in:car in:bag on:chair behind:door", "see": "under:tree behind:house in:forest next:river",
    "watch": "in:room bedroom", "use": "in:room kitchen", "sing": "garden under:tree",
}  # fmt: skip
# who | forms | Chinese | objects | places
BEAST_FRAMES = """
cat dog bird horse rabbit cow cat dog|drink drinks drank drunk drinking|喝|water|kitchen garden under:table next:river
cat cat dog|drink drinks drank drunk drinking|喝|milk|kitchen under:table garden
dog cat tiger dog|eat eats ate eaten eating|吃|meat|kitchen garden under:table
horse elephant rabbit pig cow monkey|eat eats ate eaten eating|吃|apple pear banana|garden under:tree zoo
monkey elephant monkey|eat eats ate eaten eating|吃|banana peach orange|zoo up:tree
dog dog|find finds found found finding|找到|ball shirt hat|garden under:tree park behind:house
dog cat dog|eat eats ate eaten eating|吃|cake bread egg|kitchen under:table
""".strip().splitlines()
KINDS = {
    "past": "p",
    "habit": "h",
    "prog": "g",
    "will": "f",
    "going": "f",
    "want": "f",
    "can": "f",
    "should": "f",
    "must": "f",
    "need": "f",
    "was": "g",
    "like": "h",
}
GOALS = "park library school shop bookshop supermarket market station airport hospital restaurant hotel cinema museum zoo bank".split()


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
        return _beast_event(d, tense, mode, chance_of_place)
    return motion(d, tense)


def motion(d: Dice, tense: str) -> Predicate:
    """Going and coming to a place."""
    s = human(d)
    if d.chance(0.15):
        verb = Verb("go", "goes", "went", "gone", "going", "回")
        return Predicate(verb, "motion", s, object=join("home~g", "家~g"))
    if d.chance(0.15):
        verb = Verb("come", "comes", "came", "come", "coming", "来")
        return Predicate(
            verb,
            "motion",
            s,
            object=join(*d.pick([("here~g", "这里~g"), ("to school~g", "学校~g"), ("to the park~g", "公园~g")])),
        )
    return Predicate(
        Verb("go", "goes", "went", "gone", "going", "去"),
        "motion",
        s,
        object=goal(d, abroad=d.chance(0.2) and tense != "habit"),
    )


def event(d: Dice, tense: str, mode: str, chance: float) -> Predicate:
    frames = [
        f
        for f in FRAMES
        if KINDS[tense] in f.kinds
        and (tense != "like" or f.verb.base in ("read", "eat", "drink", "draw", "watch", "sing"))
    ]
    f = d.pick(frames)
    key = d.pick(f.objects)
    large = key in LARGE or key in ("newspaper",)
    place = None
    if d.chance(chance):
        extra = MORE_PLACES.get(f.verb.base, "").split()
        place = where(d, d.pick([*f.places, *(extra if "BIG" not in f.places else ())]))
    if tense in ("habit", "like"):
        obj = np(
            d,
            key,
            d.pick("bare bare bare the my" if mode == "+" else "bare bare bare any the")
            if key not in ("dumpling",)
            else "bare",
        )
        if mode == "?" and obj.en[0] == "any":
            obj = np(d, key, "bare")
        if f.verb.base in ("sell", "buy", "borrow", "draw", "wash", "watch", "eat"):
            obj = np(d, key, "bare")
    elif tense in ("prog", "was") and f.verb.base in ("sell", "wash", "draw") and mode == "+" and d.chance(0.5):
        obj = object_np(d, key, "-")
        while obj.en[0] in ("any", "a", "an"):
            obj = object_np(d, key, "-")
    else:
        obj = object_np(d, key, mode, large)
        while (f.verb.base in ("sell", "wash") or tense in ("prog", "was")) and obj.en[0] in ("some",):
            obj = object_np(d, key, mode, large)
        # what was eaten is no longer here, and what is written now is not there yet
        while f.verb.base in ("eat", "drink", "write") and obj.en[0] in ("this", "these"):
            obj = object_np(d, key, mode, large)
        while f.verb.base in ("buy", "sell", "write", "see") and (
            "'s" in obj.en or obj.en[0] in ("my", "his", "her", "our", "their")
        ):
            obj = object_np(d, key, mode, large)  # nobody buys what is hers
    return Predicate(f.verb, "event", human(d, f.who), obj, place, long="long" if key in ("car", "house") else "day" if tense == "habit" else None,
                     weeks=f.verb.base not in ("eat", "drink"))  # fmt: skip


def act(d: Dice, row, tense: str, chance: float) -> Predicate:
    verb, zh_object, en_object, places, who = row
    human_act = any(row is r for r in HUMAN_ACTS)
    obj = None
    if zh_object and zh_object != ["东西~v"]:
        particle = [t for t in en_object if t.endswith("~v")]
        obj = join(" ".join(t for t in en_object if t not in particle), " ".join(zh_object))
        verb = Verb(verb.base, verb.third, verb.past, verb.part, verb.ing, verb.zh, " ".join(t[:-2] for t in particle))
    elif zh_object:
        verb = Verb(verb.base, verb.third, verb.past, verb.part, verb.ing, f"{verb.zh}~v 东西")
    place = where(d, d.pick(places)) if who.endswith("!") or d.chance(chance) else None
    kinds = who.rstrip("!@")
    s = human(d, kinds) if human_act else beast(d, d.pick(kinds))
    style = "posture" if verb.base in ("sit", "stand") else "activity"
    return Predicate(verb, style, s, obj, place, weeks=verb.base not in ("have", "eat"), bare_past=not who.endswith(("!", "@")),
                     long="day" if verb.base in ("work", "study", "have", "sleep") and human_act else None)  # fmt: skip


def _beast_event(d: Dice, tense: str, mode: str, chance: float) -> Predicate:
    who, forms, zh, objects, places = d.pick(BEAST_FRAMES).split("|")
    key = d.pick(objects)

    verb = Verb(*forms.split(), zh)
    if tense in ("habit", "like") and verb.base == "find":
        return _beast_event(d, tense, mode, chance)
    if tense in ("prog", "was") and verb.base == "find":
        return _beast_event(d, tense, mode, chance)
    det = (
        "bare"
        if (key in ("water", "milk", "meat") and d.chance(0.7)) or tense in ("habit", "like")
        else d.pick("a the the my" if tense != "can" else "the my")
    )
    if mode == "+" and key not in ("water", "milk", "meat", "cake", "bread") and tense not in ("habit", "like"):
        det = d.pick("a two the my")
    obj = np(
        d, key, "bare" if det == "a" and key in ("water", "milk", "meat", "cake", "bread") else det, lose=mode != "+"
    )
    return Predicate(
        verb, "event", beast(d, d.pick(who)), obj, where(d, d.pick(places)) if d.chance(chance) else None, weeks=False
    )

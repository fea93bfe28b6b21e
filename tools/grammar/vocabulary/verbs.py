"""Verbs, each with the objects it may take and the places where that happens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """English principal parts (base, -s, past, participle, -ing), a particle such as "for", and the Chinese verb."""

    base: str
    third: str
    past: str
    part: str
    ing: str
    zh: str
    particle: str = ""

    def form(self, name: str) -> str:
        """The form with every word labelled ``v`` for phrase.join."""
        words = [getattr(self, name), *self.particle.split()]
        return " ".join(f"{w}~v" for w in words)


@dataclass(frozen=True)
class Frame:
    """A verb with the things and places that make sense; kinds: p past, h habit,
    g progressive, n a habit one may well not have, f future, x experience, y experience of things in general."""

    verb: Verb
    objects: tuple[str, ...]
    places: tuple[str, ...]
    who: str
    kinds: str


def _frame(line: str) -> Frame:
    forms, zh, objects, places, who, kinds = (field.strip() for field in line.split("|"))
    parts = forms.split()
    return Frame(Verb(*parts[:5], zh, " ".join(parts[5:])), tuple(objects.split()), tuple(places.split()), who, kinds)


# forms | Chinese | objects | places | who | kinds (a backslash: the row goes on)
FRAMES = [
    _frame(line)
    for line in """
buy buys bought bought buying|买|book magazine novel dictionary map newspaper|bookshop BIG|any|pgf
buy buys bought bought buying|买|apple orange pear peach banana egg|supermarket market|any|phgnf
buy buys bought bought buying|买|bread cake meat beer cola chocolate|supermarket|adult|phnf
buy buys bought bought buying|买|shirt coat sweater skirt hat scarf watch shoes socks|shop market BIG|any|phgf
buy buys bought bought buying|买|car house bicycle computer phone camera|BIG|adult|pf
buy buys bought bought buying|买|umbrella pen pencil bag cup ball flower gift chair table stamp|shop market|any|pgf
read reads read read reading|看|book newspaper magazine novel article story|\
library home school classroom office park|any|phgnf
eat eats ate eaten eating|吃|apple orange pear peach banana egg dumpling|home school restaurant kitchen|any|phgnf
eat eats ate eaten eating|吃|noodles rice bread cake meat chocolate|home school restaurant kitchen|any|phgnf
drink drinks drank drunk drinking|喝|tea coffee milk juice cola|home office restaurant kitchen|any|phgnf
drink drinks drank drunk drinking|喝|water soup|home restaurant kitchen|any|phgf
drink drinks drank drunk drinking|喝|beer|home restaurant|adult|phgnf
write writes wrote written writing|写|letter article email story|home office library classroom|any|phgf
see sees saw seen seeing|看见|cat dog bird rabbit horse duck|park garden|any|p
see sees saw seen seeing|看见|panda monkey tiger elephant snake|zoo|any|p
read reads read read reading|看|email letter map|home office|any|phgf
buy buys bought bought buying|买|juice milk tea coffee water|supermarket shop|any|phnf
watch watches watched watched watching|看|film|home cinema|any|phgnf
sell sells sold sold selling|卖|apple orange pear peach banana egg|market|adult|hg
sing sings sang sung singing|唱|song|school home park|any|phgf
draw draws drew drawn drawing|画|cat dog bird horse flower tree house tiger panda|home school park classroom|any|phgf
borrow borrows borrowed borrowed borrowing|借|book magazine novel dictionary|library|any|phf
wash washes washed washed washing|洗|apple pear peach cup shirt coat sweater|home kitchen|any|phgf
repair repairs repaired repaired repairing|修|car bicycle computer phone camera chair table|home factory|adult|phgf
find finds found found finding|找到|key phone watch ticket umbrella pen bag ball|park classroom bedroom office|any|p
use uses used used using|用|computer phone dictionary camera|office library home|any|hgf
read reads read read reading|看|book novel article story|library|any|x
watch watches watched watched watching|看|film|home|any|x
use uses used used using|用|computer phone dictionary camera bicycle|office|any|x
eat eats ate eaten eating|吃|dumpling noodles|home|any|xy
drink drinks drank drunk drinking|喝|coffee beer cola|home|adult|xy
see sees saw seen seeing|见|panda monkey tiger elephant snake|zoo|any|xy
""".strip().splitlines()
]
# intransitive activities: forms | Chinese | places | who
INTRANSITIVE = [
    _frame("{}|{}||{}|{}|phg".format(*line.split("|")))
    for line in """
work works worked worked working|工作|hospital factory office bank hotel restaurant university BIG|adult
study studies studied studied studying|学习|library school university home classroom|any
rest rests rested rested resting|休息|home park hotel bedroom|any
run runs ran run running|跑步|park school|any
dance dances danced danced dancing|跳舞|park school home|any
sleep sleeps slept slept sleeping|睡觉|home hotel bedroom|any
cook cooks cooked cooked cooking|做饭|home kitchen|adult
""".strip().splitlines()
]

# skills: can = 会, like doing = 喜欢; the verb, and its object with links in both languages
SKILLS = [
    (Verb(*forms.split(), zh), english, chinese)
    for forms, zh, english, chinese in (
        ("play plays played played playing", "踢", "football~o", "足球~o"),
        ("play plays played played playing", "打", "basketball~o", "篮球~o"),
        ("play plays played played playing", "打", "tennis~o", "网球~o"),
        ("play plays played played playing", "弹", "the piano~o", "钢琴~o"),
        ("play plays played played playing", "弹", "the guitar~o", "吉他~o"),
        ("play plays played played playing", "拉", "the violin~o", "小提琴~o"),
        ("speak speaks spoke spoken speaking", "说", "chinese~o", "中文~o"),
        ("speak speaks spoke spoken speaking", "说", "english~o", "英文~o"),
        ("speak speaks spoke spoken speaking", "说", "french~o", "法语~o"),
        ("speak speaks spoke spoken speaking", "说", "japanese~o", "日语~o"),
        ("drive drives drove driven driving", "开", "a car~o", "车~o"),
        ("ride rides rode ridden riding", "骑", "a bicycle~o", "自行车~o"),
        ("ride rides rode ridden riding", "骑", "a horse~o", "马~o"),
    )
]

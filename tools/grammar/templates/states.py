"""What is where, and what somebody has, with plain noun phrases (``surroundings``, ``having`` have free ones)."""

from ..dice import Dice
from ..parts.adverbials import place
from ..parts.agreement import BE, DO, agreeing, article
from ..parts.people import person
from ..parts.things import LARGE, thing
from ..phrase import Phrase, join, word
from ..tables import listed, rows
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS

SPOTS = rows(  # English preposition, Chinese localiser, ground, what may be there
    "on = 上 = table 桌子 = book newspaper map letter cup bottle pen pencil phone computer apple watch knife photo"
    " dictionary ticket"
    "| on = 上 = chair 椅子 = bag hat coat cat sweater newspaper"
    "| on = 上 = bed 床 = shirt skirt cat sweater book phone coat"
    "| under = 下面 = table 桌子 = cat dog ball box bag"
    "| under = 下面 = bed 床 = cat ball box key dog"
    "| under = 下面 = tree 树 = horse dog chair bicycle rabbit sheep cow"
    "| in = 里 = box 盒子 = pencil pen key watch stamp gift egg photo"
    "| in = 里 = bag 包 = book key phone umbrella apple camera ticket dictionary"
    "| in = 里 = room 房间 = bed table chair computer cat light"
    "| in = 里 = garden 花园 = bird rabbit tree flower duck chair"
    "| in = 里 = kitchen 厨房 = knife chair cup bottle cat table"
    "| behind = 后面 = house 房子 = tree bicycle car horse dog cow"
    "| behind = 后面 = door 门 = box chair umbrella dog"
    "| in front of = 前面 = house 房子 = tree car bicycle dog"
    "| in front of = 前面 = school 学校 = tree car bridge bicycle"
    "| next to = 旁边 = bed 床 = chair table box bag"
    "| next to = 旁边 = house 房子 = tree car bicycle bridge"
    "| next to = 旁边 = window 窗户 = table chair bed flower"
)
MANY = listed(
    "pencil pen stamp egg book apple photo key bird rabbit flower duck tree cup bottle chair car bicycle horse dog cat"
    " sheep cow"
)
MOVABLE = listed(
    "book phone key bag umbrella hat coat bicycle watch ticket camera cat dog dictionary map cup pen pencil car"
    " computer"
)
HAUNTS = "home school park library hospital office classroom kitchen station airport hotel museum"
AT_HAND = rows("key = on~1 the table~2 = 在~1 桌子~2 上~1 | cat = on~1 the chair~2 = 在~1 椅子~2 上~1")


def at_spot(d: Dice) -> tuple[Phrase, Phrase, str]:
    """A spot as an adverbial (on the table, 在 桌子 上), as a topic (桌子 上) and something that may be there."""
    prep, zh, ground, things = d.pick(SPOTS)
    en_ground, zh_ground = ground.split()
    en = " ".join(f"{t}~1" for t in prep.split()) + f" the {en_ground}~2"
    return join(en, f"在~1 {zh_ground}~2 {zh}~1"), join(en, f"{zh_ground}~2 {zh}~1"), d.pick(things)


def there_is(d: Dice) -> Phrase:
    """There is a cat under the table: 桌子 下面 有 一 只 猫."""
    _, topic, n = at_spot(d)
    x = thing(d, n, d.pick("a j n n l" if n in MANY else "a a j"))
    close, bulky = topic.en[-1] in ("bed", "chair", "table", "door"), n in ("cat", "dog", "chair", "box")
    if close and bulky and x.en[0] not in ("a", "two"):
        x = thing(d, n, "a")
    return join(f"there~h {BE[x.agree]}~h {{x}} {{l}}", "{l} 有~h {x}", x=x, l=topic)


def there_is_not(d: Dice) -> Phrase:
    """There are no books on the table: 没有."""
    _, topic, n = at_spot(d)
    return join("there~h are~h no~h {x} {l}", "{l} 没有~h {x}", x=thing(d, n, "b"), l=topic)


def there_q(d: Dice) -> Phrase:
    """Are there any books on the table? How many books are there on the table?"""
    _, topic, n = at_spot(d)
    if d.chance(0.5) and n in MANY:
        return join("{x} are~h there~h {l} ?~e", "{l} 有~h {x} ？~e", x=thing(d, n, "f"), l=topic)
    return join("are~q there~h any {x} {l} ?~e", "{l} 有~h {x} 吗~q ？~e", x=thing(d, n, "b"), l=topic)


def is_at(d: Dice) -> Phrase:
    """My book is on the table; the cat is not under the table."""
    at, _, n = at_spot(d)
    if n in ("tree", "bridge", "light", "flower"):
        n, *where = d.pick(AT_HAND)
        at = join(*where)
    x = thing(d, n, "m" if n in MOVABLE and d.chance(0.6) else d.pick("h t"))
    if d.chance(0.3):
        return join("{x} is not~x {l}", "{x} 不~x {l}", x=x, l=at)
    return join("{x} is {l}", "{x} {l}", x=x, l=at)


def where_is(d: Dice) -> Phrase:
    """Where is your book?"""
    _, _, n = at_spot(d)
    if d.chance(0.4):
        p = person(d, question=True)
        return join(f"where~w {BE[p.agree]} {{x}} now~t ?~e", "{x} 现在~t 在~w 哪里~w ？~e", x=p)
    if n not in MOVABLE:
        n = d.pick(MOVABLE)
    return join("where~w is {x} ?~e", "{x} 在~w 哪里~w ？~e", x=thing(d, n, "m"))


def person_at(d: Dice) -> Phrase:
    """Anna is at home now; was in london last week."""
    at = place(d.pick(HAUNTS)) if d.chance(0.7) else place(d.pick(list(w.CITIES)))
    s = person(d)
    roll = d.below(4)
    if roll == 0:
        t = join(*d.pick(w.PAST))
        return join(f"{{s}} {'were' if s.agree == 'p' else 'was'} {{l}} {{t}}", "{s} {t} {l}", s=s, l=at, t=t)
    if roll == 1:
        return join(f"{{s}} {BE[s.agree]} not~x {{l}} now~t", "{s} 现在~t 不~x {l}", s=s, l=at)
    if roll == 2:
        s = person(d, question=True)
        return join(f"{BE[s.agree]}~q {{s}} {{l}} now~t ?~e", "{s} 现在~t {l} 吗~q ？~e", s=s, l=at)
    return join(f"{{s}} {BE[s.agree]} {{l}} now~t", "{s} 现在~t {l}", s=s, l=at)


OWNED = (
    "cat dog rabbit horse bicycle car computer phone camera umbrella dictionary map watch pen pencil hat coat sweater"
    " scarf house room friend friend friend friend friend ticket key bag"
)


def has(d: Dice) -> Phrase:
    """Anna has two cats; does not have a car (没有, no measure word)."""
    n = d.pick(OWNED)
    s = person(d, "adult" if n in ("car", "house", "horse") else "any")
    roll = d.below(10)
    if roll < 5:
        x = thing(d, n, d.pick("a o" if n in LARGE else "a j j n l"))
        return join(f"{{s}} {agreeing('have', s)}~v {{x}}", "{s} 有~v {x}", s=s, x=x)
    noun = NOUNS[n]
    one = f"{article(noun.singular)} {noun.singular}~n"
    if roll < 8:
        return join(f"{{s}} {DO[s.agree]} not~x have~v {one}", f"{{s}} 没有~x~v {noun.zh}~n", s=s)
    s = person(d, question=True)
    return join(f"{DO[s.agree]}~q {{s}} have~v {one} ?~e", f"{{s}} 有~v {noun.zh}~n 吗~q ？~e", s=s)


def kin_number(d: Dice) -> Phrase:
    """How many friends do you have? Tom has two older brothers."""
    kinds = ("older brother", "younger brother", "older sister", "younger sister", "son", "daughter")
    relation = d.pick(kinds)
    plural = word(relation + "s", w.KIN[relation])
    if d.chance(0.3):
        s = person(d, "adult", True)
        return join(f"how~d many~d {{k}} {DO[s.agree]} {{s}} have~v ?~e", "{s} 有~v 几~d 个~d {k} ？~e", s=s, k=plural)
    s = person(d, "adult")
    have = agreeing("have", s)
    if d.chance(0.4):
        k = word(relation, w.KIN[relation])
        return join(f"{{s}} {have}~v {article(relation)}~d {{k}}", "{s} 有~v 一~d 个~d {k}", s=s, k=k)
    number = d.pick("two three four")
    return join(f"{{s}} {have}~v {number}~d {{k}}", f"{{s}} 有~v {w.NUMBERS[number]}~d 个~d {{k}}", s=s, k=plural)

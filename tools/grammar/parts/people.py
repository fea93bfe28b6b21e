"""People of the plain family: names, kin, roles, pronouns."""

from ..dice import Dice
from ..phrase import Phrase, join, word
from ..vocabulary import words as w
from ..vocabulary.nouns import NOUNS, PEOPLE, ROLES


def possessor(d: Dice, question: bool = False, link: str = "的~1") -> Phrase:
    """``my`` as 我 的, ``anna 's`` as 安娜 的; ``link`` is what stands in the place of 的 (我 那 只)."""
    if d.chance(0.7):
        en = d.pick("your his her their" if question else "my your his her our their")
        return join(f"{en}~1", f"{w.POSSESSIVES[en]}~1 {link}")
    owner = d.pick(list(w.NAMES))
    return join("{n} 's~1", f"{{n}} {link}", n=word(owner, w.NAMES[owner]))


def name(d: Dice) -> Phrase:
    """A person's name: ``li ming``, ``mr wang``."""
    if d.chance(0.2):
        surname, title = d.pick(list(w.SURNAMES)), d.pick(list(w.TITLES))
        return join(f"{title}~1 {surname}~2", f"{w.SURNAMES[surname]}~2 {w.TITLES[title]}~1")
    chosen = d.pick(list(w.NAMES))
    return word(chosen, w.NAMES[chosen])


def kin(d: Dice, child: bool = False, question: bool = False, owner_de: bool = True) -> Phrase:
    """``my mother`` as 我 妈妈 (no 的 between a pronoun and kin), ``tom 's mother`` as 汤姆 的 妈妈.

    ``owner_de=False``: 汤姆 妈妈, where another 的 follows (汤姆 妈妈 的 生日).
    """
    relation = d.pick(w.CHILD_KIN if child else [k for k in w.KIN if k not in w.CHILD_KIN])
    relative = word(relation, w.KIN[relation])
    if d.chance(0.8):
        en = d.pick("your his her" if question else "my his her")
        return join(f"{en}~1 {{r}}", f"{w.POSSESSIVES[en]}~1 {{r}}", r=relative)
    owner = d.pick(list(w.NAMES))
    owner_name = word(owner, w.NAMES[owner])
    if not owner_de:
        return join("{n} 's {r}", "{n} {r}", n=owner_name, r=relative)
    return join("{n} 's~1 {r}", "{n} 的~1 {r}", n=owner_name, r=relative)


def role(d: Dice, plural: bool = False) -> Phrase:
    """``the teacher`` as bare 老师; ``the boy`` as 那 个 男孩, because a boy is no one's role; plurals take 们."""
    if plural:
        noun = NOUNS[d.pick("student child teacher doctor nurse boy girl")]
        return join(f"the {noun.plural}~1", f"{noun.zh}~1 们~1", agree="p")
    noun = NOUNS[d.pick((*ROLES, *PEOPLE, "student"))]
    if noun.name in PEOPLE or noun.name == "student":
        return join(f"the~1 {noun.singular}~2", f"那~1 个~1 {noun.zh}~2")
    return join(f"the {noun.singular}~1", f"{noun.zh}~1")


def adult_role(d: Dice) -> Phrase:
    """A singular profession with the."""
    noun = NOUNS[d.pick(ROLES)]
    return join(f"the {noun.singular}~1", f"{noun.zh}~1")


def pronoun(d: Dice, question: bool = False) -> Phrase:
    """A subject pronoun with its agreement."""
    en = d.pick("you you he she they" if question else "i he she we they")
    return word(en, w.PRONOUNS[en], agree="i" if en == "i" else "s" if en in ("he", "she") else "p")


def person(d: Dice, who: str = "any", question: bool = False, plain: bool = False) -> Phrase:
    """A subject. ``who="adult"`` leaves out children; ``plain`` leaves out pronouns."""
    roll = d.below(100)
    if roll < 32 and not plain:
        return pronoun(d, question)
    if roll < 58:
        return name(d)
    if roll < 75:
        return kin(d, child=who == "any" and d.chance(0.4), question=question)
    if who == "adult":
        return adult_role(d)
    return role(d, plural=roll > 88)


def other(d: Dice) -> Phrase:
    """A person in object position."""
    if d.chance(0.35):
        en = d.pick(list(w.OBJECT_PRONOUNS))
        return word(en, w.OBJECT_PRONOUNS[en])
    return d.pick([name, kin, adult_role])(d)


def same_person(a: Phrase, b: Phrase) -> bool:
    """Whether two phrases share a Chinese word: tom and tom's mother, he and him."""
    return bool(set(a.zh) & set(b.zh))

"""What people and animals do, with the places that make sense for each kind of subject."""

from dataclasses import dataclass

from .verbs import Verb


@dataclass(frozen=True)
class Act:
    """A verb with no object or a fixed one."""

    verb: Verb
    object_zh: tuple[str, ...]
    object_en: tuple[str, ...]
    places: tuple[str, ...]
    who: str

    @property
    def kinds(self) -> str:
        """Who does it: any or adult for people, the kinds of animals."""
        return self.who.rstrip("!@")

    @property
    def needs_place(self) -> bool:
        """Whether it is always said with a place."""
        return self.who.endswith("!")

    @property
    def bare_past(self) -> bool:
        """Whether its past may stand without a place."""
        return not self.who.endswith(("!", "@"))


def _acts(text: str) -> list[Act]:
    acts = []
    for line in text.strip().splitlines():
        forms, zh, places, who = (field.strip() for field in line.split("|"))
        verb = Verb(*forms.split()[:5], zh.split()[0])
        acts.append(Act(verb, tuple(zh.split()[1:]), tuple(forms.split()[5:]), tuple(places.split()), who))
    return acts


# forms and a fixed object in English | Chinese verb and object | places | who
# (! needs a place, @ needs one in the past; a backslash: the row goes on)
HUMAN_ACTS = _acts("""
work works worked worked working|工作|BIG hospital factory office bank hotel restaurant university shop school \
home in:garden|adult
study studies studied studied studying|学习|library school university home classroom bedroom under:tree in:room \
next:window|any@
rest rests rested rested resting|休息|home park hotel bedroom garden under:tree in:room on:bed next:river \
in:car|any
run runs ran run running|跑步|park school park garden next:river|any
walk walks walked walked walking|散步|park garden next:river zoo in:forest|any
dance dances danced danced dancing|跳舞|park school home garden in:room front:house|any
sing sings sang sung singing|唱歌|park school home garden in:room under:tree kitchen in:car|any
sleep sleeps slept slept sleeping|睡觉|home hotel bedroom in:room on:bed in:car under:tree on:bed garden|any@
cook cooks cooked cooked cooking|做饭|home kitchen|adult
eat eats ate eaten eating|吃饭|home school restaurant kitchen garden in:room|any
swim swims swam swum swimming|游泳|in:river hotel school|any
play plays played played playing|玩|park garden home school front:house behind:house in:room under:tree|any!
talk talks talked talked talking|聊天|park garden office kitchen restaurant in:car front:school under:tree \
in:room|any
sit sits sat sat sitting|坐|on:chair on:bed under:tree in:car next:window front:house kitchen garden in:room \
park next:river next:door|any!
stand stands stood stood standing|站|front:house behind:door next:window under:tree next:car front:school \
front:station on:bridge next:table|any!
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
drive drives drove driven driving a car~o|开 车~o|BIG|adult
watch watches watched watched watching television~o|看 电视~o|home bedroom kitchen in:room on:bed|any
listen listens listened listened listening to~v music~o|听 音乐~o|home bedroom park in:car in:room kitchen \
under:tree|any
study studies studied studied studying chinese~o|学习 中文~o|school library home university|any
study studies studied studied studying english~o|学习 英文~o|school library home university|any
have has had had having breakfast~o|吃 早饭~o|home kitchen school hotel|any
have has had had having lunch~o|吃 午饭~o|home school restaurant office|any
have has had had having dinner~o|吃 晚饭~o|home restaurant kitchen hotel|any
""")
BEAST_ACTS = _acts("""
sleep sleeps slept slept sleeping|睡觉|under:table under:bed under:tree under:chair on:chair on:bed behind:door \
in:box front:house next:window in:garden kitchen next:bed behind:house on:table in:house in:room|cat dog cat \
dog rabbit!
run runs ran run running|跑|park garden behind:house front:house next:river in:forest under:tree|dog cat dog \
horse rabbit@
eat eats ate eaten eating|吃 东西~v|kitchen garden under:table under:tree behind:house|cat dog cat dog
eat eats ate eaten eating|吃 东西~v|garden under:tree in:forest next:river|bird horse rabbit cow sheep pig duck \
monkey panda
sit sits sat sat sitting|坐|on:chair on:table on:bed under:table under:tree in:box front:house next:window \
behind:door next:door under:bed front:door in:garden|cat dog cat dog cat!
sit sits sat sat sitting|坐|under:tree up:tree next:river|monkey panda bird!
stand stands stood stood standing|站|under:tree behind:house next:river front:house in:garden|horse cow dog \
sheep elephant!
play plays played played playing|玩|garden park kitchen under:table under:tree in:room behind:house \
front:house|cat dog cat dog rabbit!
play plays played played playing|玩|under:tree zoo in:forest|monkey panda!
sing sings sang sung singing|唱歌|up:tree garden in:forest park|bird
fly flies flew flown flying|飞|park garden in:forest in:room|bird bird duck@
fly flies flew flown flying|飞|in:cave in:forest garden|bat bat@
swim swims swam swum swimming|游泳|in:river|duck dog duck elephant
rest rests rested rested resting|休息|under:tree garden in:forest next:river behind:house|cow horse tiger dog \
cat elephant panda sheep
sit sits sat sat sitting|坐|up:tree|cat!
""")
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

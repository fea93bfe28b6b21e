"""Nouns: English singular and plural, Chinese, pinyin, measure word, attributive adjectives that suit the noun."""

from dataclasses import dataclass

from ..tables import listed

COLOURS = "red blue green black white yellow orange"

# singular | plural | chinese | pinyin | measure word | adjectives that may stand before it
_TABLE = """
book|books|书|shū|本|new old interesting thick chinese english
newspaper|newspapers|报纸|bàozhǐ|份|new old chinese english
magazine|magazines|杂志|zázhì|本|new old interesting chinese english
novel|novels|小说|xiǎoshuō|本|new interesting chinese english
dictionary|dictionaries|词典|cídiǎn|本|new old thick chinese english
article|articles|文章|wénzhāng|篇|long short interesting
letter|letters|信|xìn|封|long
email|emails|邮件|yóujiàn|封|long short
story|stories|故事|gùshi|个|interesting short
map|maps|地图|dìtú|张|new old
song|songs|歌|gē|首|new old chinese english
film|films|电影|diànyǐng|部|new old interesting chinese english
shirt|shirts|衬衫|chènshān|件|COLOUR new old cheap beautiful
coat|coats|大衣|dàyī|件|COLOUR new old cheap beautiful
sweater|sweaters|毛衣|máoyī|件|COLOUR new old cheap beautiful
skirt|skirts|裙子|qúnzi|条|COLOUR new old cheap beautiful
hat|hats|帽子|màozi|顶|COLOUR new old cheap beautiful
watch|watches|手表|shǒubiǎo|块|new old cheap beautiful expensive
scarf|scarves|围巾|wéijīn|条|COLOUR new old cheap beautiful
apple|apples|苹果|píngguǒ|个|red green big small fresh
orange|oranges|橙子|chéngzi|个|big small fresh
pear|pears|梨|lí|个|big small fresh
peach|peaches|桃子|táozi|个|big small fresh
banana|bananas|香蕉|xiāngjiāo|根|big small fresh
egg|eggs|鸡蛋|jīdàn|个|big small fresh
dumpling|dumplings|饺子|jiǎozi|个|big small
cat|cats|猫|māo|只|black white big small
dog|dogs|狗|gǒu|只|black white yellow big small
bird|birds|鸟|niǎo|只|red blue green black white yellow big small beautiful
horse|horses|马|mǎ|匹|black white big small
rabbit|rabbits|兔子|tùzi|只|black white small
cow|cows|牛|niú|头|black yellow big small
sheep|sheep|羊|yáng|只|
pig|pigs|猪|zhū|头|black white big small
panda|pandas|熊猫|xióngmāo|只|big small
monkey|monkeys|猴子|hóuzi|只|big small
duck|ducks|鸭子|yāzi|只|white yellow big small
tiger|tigers|老虎|lǎohǔ|只|big small
elephant|elephants|大象|dàxiàng|头|
snake|snakes|蛇|shé|条|green black big small
bat|bats|蝙蝠|biānfú|只|black big small
baseball_bat|bats|球棒|qiúbàng|根|
table|tables|桌子|zhuōzi|张|big small new old
chair|chairs|椅子|yǐzi|把|COLOUR new old
bed|beds|床|chuáng|张|big small new old
light|lights|灯|dēng|盏|
umbrella|umbrellas|雨伞|yǔsǎn|把|COLOUR big small new old
knife|knives|刀|dāo|把|big small new
key|keys|钥匙|yàoshi|把|new old small
cup|cups|杯子|bēizi|个|COLOUR big small new old
bottle|bottles|瓶子|píngzi|个|green white big small old
bag|bags|包|bāo|个|COLOUR big small new old heavy
box|boxes|盒子|hézi|个|COLOUR big small heavy
pen|pens|钢笔|gāngbǐ|支|COLOUR new old
pencil|pencils|铅笔|qiānbǐ|支|red blue green yellow new
phone|phones|手机|shǒujī|部|black white new old cheap expensive
computer|computers|电脑|diànnǎo|台|black white new old cheap expensive
camera|cameras|照相机|zhàoxiàngjī|台|black new old cheap expensive
ticket|tickets|票|piào|张|
photo|photos|照片|zhàopiàn|张|new old
stamp|stamps|邮票|yóupiào|张|new old beautiful
ball|balls|球|qiú|个|COLOUR big small new
gift|gifts|礼物|lǐwù|件|beautiful expensive big small
flower|flowers|花|huā|朵|red white yellow blue big small
tree|trees|树|shù|棵|big small
car|cars|汽车|qìchē|辆|COLOUR new old cheap big small expensive beautiful
bicycle|bicycles|自行车|zìxíngchē|辆|COLOUR new old cheap expensive
boat|boats|船|chuán|条|big small new old
plane|planes|飞机|fēijī|架|big small new
house|houses|房子|fángzi|座|big small new old beautiful
bridge|bridges|桥|qiáo|座|big small new old
mountain|mountains|山|shān|座|big small
room|rooms|房间|fángjiān|个|big small quiet clean
question|questions|问题|wèntí|个|
door|doors|门|mén|扇|
window|windows|窗户|chuānghu|扇|big small
student|students|学生|xuéshēng|个|new good
child|children|孩子|háizi|个|good
man|men|男人|nánrén|个|
woman|women|女人|nǚrén|个|
boy|boys|男孩|nánhái|个|good
girl|girls|女孩|nǚhái|个|good
friend|friends|朋友|péngyou|个|new old good
teacher|teachers|老师|lǎoshī|位|new good
doctor|doctors|医生|yīshēng|位|new good
nurse|nurses|护士|hùshi|位|new good
driver|drivers|司机|sījī|位|new good
engineer|engineers|工程师|gōngchéngshī|位|new good
writer|writers|作家|zuòjiā|位|good
journalist|journalists|记者|jìzhě|位|new good
lawyer|lawyers|律师|lǜshī|位|new good
cook|cooks|厨师|chúshī|位|new good
professor|professors|教授|jiàoshòu|位|new good
singer|singers|歌手|gēshǒu|位|new good
waiter|waiters|服务员|fúwùyuán|位|new good
"""


@dataclass(frozen=True)
class Noun:
    """One row of the table; ``baseball_bat`` is written ``bat`` in a sentence."""

    name: str
    singular: str
    plural: str
    zh: str
    pinyin: str
    measure: str
    adjectives: tuple[str, ...]


def _read() -> dict[str, Noun]:
    nouns = {}
    for line in _TABLE.strip().splitlines():
        name, plural, zh, pinyin, measure, adjectives = line.split("|")
        words = tuple(adjectives.replace("COLOUR", COLOURS).split())
        nouns[name] = Noun(name, name.split("_")[-1], plural, zh, pinyin, measure, words)
    return nouns


NOUNS = _read()
ROLES = listed("teacher doctor nurse driver engineer writer journalist lawyer cook professor singer waiter")
PEOPLE = listed("boy girl")  # with "the" these always take 那 个: they are no one's role

# Words that are measured by a vessel: "a cup of tea" is 一 杯 茶.
VESSELS = {
    "cup": ("cups", "杯"), "glass": ("glasses", "杯"), "bottle": ("bottles", "瓶"), "can": ("cans", "罐"),
    "bowl": ("bowls", "碗"), "piece": ("pieces", "块"), "pair": ("pairs", "双"), "kilo": ("kilos", "公斤"),
}  # fmt: skip
MASS = {
    "tea": ("茶", "cup"), "coffee": ("咖啡", "cup"), "water": ("水", "glass bottle"), "milk": ("牛奶", "glass bottle"),
    "juice": ("果汁", "glass bottle"), "beer": ("啤酒", "bottle can"), "cola": ("可乐", "bottle can"),
    "rice": ("米饭", "bowl"), "noodles": ("面条", "bowl"), "soup": ("汤", "bowl"),
    "cake": ("蛋糕", "piece"), "bread": ("面包", "piece"), "meat": ("肉", "piece"), "chocolate": ("巧克力", "piece"),
    "shoes": ("鞋", "pair"), "socks": ("袜子", "pair"),
}  # fmt: skip

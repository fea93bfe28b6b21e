"""Pinyin, gloss and category of every Chinese token. Tones are those of the dictionary: 一 yī and 不 bù keep theirs."""

from ..tables import table
from .nouns import NOUNS, PEOPLE, ROLES

_TABLE = """
person|安娜 ānnà Anna|汤姆 tāngmǔ Tom|玛丽 mǎlì Mary|大卫 dàwèi David|彼得 bǐdé Peter|露西 lùxī Lucy
person|李明 lǐmíng Li Ming|王芳 wángfāng Wang Fang|张伟 zhāngwěi Zhang Wei|刘洋 liúyáng Liu Yang
person|王 wáng Wang (surname)|李 lǐ Li (surname)|陈 chén Chen (surname)
place|北京 běijīng Beijing|上海 shànghǎi Shanghai|广州 guǎngzhōu Guangzhou|香港 xiānggǎng Hong Kong
place|伦敦 lúndūn London|巴黎 bālí Paris|纽约 niǔyuē New York|东京 dōngjīng Tokyo|柏林 bólín Berlin
place|中国 zhōngguó China|英国 yīngguó England|法国 fǎguó France|日本 rìběn Japan|美国 měiguó America
place|德国 déguó Germany
noun|公园 gōngyuán park|图书馆 túshūguǎn library|学校 xuéxiào school|家 jiā home; (measure word for shops)
noun|商店 shāngdiàn shop|书店 shūdiàn bookshop|超市 chāoshì supermarket|市场 shìchǎng market
noun|车站 chēzhàn station|机场 jīchǎng airport|医院 yīyuàn hospital|大学 dàxué university
noun|饭馆 fànguǎn restaurant|酒店 jiǔdiàn hotel|电影院 diànyǐngyuàn cinema|博物馆 bówùguǎn museum
noun|动物园 dòngwùyuán zoo|银行 yínháng bank (money)|工厂 gōngchǎng factory|教室 jiàoshì classroom
noun|厨房 chúfáng kitchen|办公室 bàngōngshì office|花园 huāyuán garden|卧室 wòshì bedroom|山洞 shāndòng cave
noun|森林 sēnlín forest|河 hé river|边 biān bank, side|妈妈 māma mother|爸爸 bàba father|哥哥 gēge older brother
noun|弟弟 dìdi younger brother|姐姐 jiějie older sister|妹妹 mèimei younger sister|爷爷 yéye grandfather
noun|奶奶 nǎinai grandmother|叔叔 shūshu uncle|阿姨 āyí aunt|儿子 érzi son|女儿 nǚ'ér daughter|先生 xiānsheng Mr
noun|太太 tàitai Mrs|茶 chá tea|咖啡 kāfēi coffee|水 shuǐ water|牛奶 niúnǎi milk|果汁 guǒzhī juice
noun|啤酒 píjiǔ beer|可乐 kělè cola|米饭 mǐfàn rice|面条 miàntiáo noodles|汤 tāng soup|蛋糕 dàngāo cake
noun|面包 miànbāo bread|肉 ròu meat|巧克力 qiǎokèlì chocolate|鞋 xié shoes|袜子 wàzi socks|足球 zúqiú football
noun|篮球 lánqiú basketball|网球 wǎngqiú tennis|钢琴 gāngqín piano|吉他 jítā guitar|小提琴 xiǎotíqín violin
noun|中文 zhōngwén Chinese (language)|英文 yīngwén English (language)|法语 fǎyǔ French (language)
noun|日语 rìyǔ Japanese (language)|火车 huǒchē train|公共汽车 gōnggòngqìchē bus|出租车 chūzūchē taxi
noun|车 chē car (to drive)|地铁 dìtiě underground|电视 diànshì television
noun|早饭 zǎofàn breakfast|午饭 wǔfàn lunch|晚饭 wǎnfàn dinner
noun|药 yào medicine|天气 tiānqì weather|生日 shēngrì birthday|答案 dá'àn answer|地址 dìzhǐ address
noun|名字 míngzi name|词 cí word|钱 qián money|小时 xiǎoshí hour|星期 xīngqī week|月 yuè month
noun|时候 shíhou time (when)|东西 dōngxi thing|音乐 yīnyuè music
pronoun|我 wǒ I, me|你 nǐ you|他 tā he, him|她 tā she, her|我们 wǒmen we, us|他们 tāmen they, them
pronoun|这里 zhèlǐ here|它 tā it
determiner|这 zhè this|那 nà that, the|很多 hěnduō many|一些 yīxiē some|每个 měigè every|这些 zhèxiē these
determiner|那些 nàxiē those, the (plural)
question word|谁 shéi who|什么 shénme what|哪里 nǎlǐ where|什么时候 shénmeshíhou when|怎么 zěnme how
question word|为什么 wèishénme why|几 jǐ how many|多少 duōshǎo how much|多大 duōdà how old
question word|怎么样 zěnmeyàng how (is it)|星期几 xīngqījǐ which day of the week
number|一 yī one|两 liǎng two (before a measure word)|三 sān three|四 sì four|五 wǔ five|六 liù six|七 qī seven
number|八 bā eight|九 jiǔ nine|十 shí ten|十一 shíyī eleven|十二 shí'èr twelve|十五 shíwǔ fifteen
number|二十 èrshí twenty|三十 sānshí thirty|四十 sìshí forty|五十 wǔshí fifty|六十 liùshí sixty
number|八十 bāshí eighty|半 bàn half
measure word|个 gè (general)|本 běn (bound books)|份 fèn (newspapers)|篇 piān (articles)|封 fēng (letters)
measure word|张 zhāng (flat things); Zhang (surname)|首 shǒu (songs)|部 bù (films, telephones)
measure word|件 jiàn (upper garments, gifts)|条 tiáo (long bendable things)|顶 dǐng (hats)|块 kuài piece; yuan
measure word|根 gēn (sticks)|只 zhī (animals)|匹 pǐ (horses)|头 tóu (elephants, cattle, pigs)
measure word|把 bǎ (things with a handle); (object marker)|盏 zhǎn (lamps)|支 zhī (pens)|台 tái (machines)
measure word|朵 duǒ (flowers)|棵 kē (trees)|辆 liàng (vehicles)|架 jià (aircraft)|座 zuò (buildings, mountains)
measure word|扇 shàn (doors, windows)|位 wèi (persons, polite)|杯 bēi cup, glass|瓶 píng bottle|罐 guàn can
measure word|碗 wǎn bowl|双 shuāng pair|点 diǎn o'clock|岁 suì years of age|天 tiān day|年 nián year
measure word|所 suǒ (universities)
time|昨天 zuótiān yesterday|前天 qiántiān the day before yesterday|今天 jīntiān today|明天 míngtiān tomorrow
time|后天 hòutiān the day after tomorrow|上午 shàngwǔ morning|下午 xiàwǔ afternoon|晚上 wǎnshang evening
time|早上 zǎoshang early morning|上周 shàngzhōu last week|上个 shànggè last|上个月 shànggèyuè last month
time|去年 qùnián last year|下周 xiàzhōu next week|下个月 xiàgèyuè next month|明年 míngnián next year
time|今年 jīnnián this year|每天 měitiān every day|每周 měizhōu every week|周末 zhōumò weekend|现在 xiànzài now
time|星期一 xīngqīyī Monday|星期二 xīngqī'èr Tuesday|星期三 xīngqīsān Wednesday|星期四 xīngqīsì Thursday
time|星期五 xīngqīwǔ Friday|星期六 xīngqīliù Saturday|星期天 xīngqītiān Sunday|一月 yīyuè January
time|二月 èryuè February|三月 sānyuè March|四月 sìyuè April|五月 wǔyuè May|六月 liùyuè June|七月 qīyuè July
time|八月 bāyuè August|九月 jiǔyuè September|十月 shíyuè October|十一月 shíyīyuè November
time|十二月 shí'èryuè December
adverb|常常 chángcháng often|总是 zǒngshì always|有时候 yǒushíhou sometimes|通常 tōngcháng usually
adverb|从来 cónglái ever (with 不 or 没: never)|不 bù not|没 méi not (past)|还 hái still, yet
adverb|已经 yǐjīng already|也 yě also|都 dōu all, both|很 hěn very (links adjectives)|非常 fēicháng very
adverb|太 tài too|那么 nàme so|正 zhèng just now (in progress)|一起 yīqǐ together|就 jiù then|不要 bùyào do not
verb|买 mǎi buy|看 kàn read, watch|写 xiě write|吃 chī eat|喝 hē drink|看见 kànjiàn see|见 jiàn see, meet
verb|卖 mài sell|唱 chàng sing|画 huà draw|借 jiè borrow|洗 xǐ wash|修 xiū repair|找到 zhǎodào find|用 yòng use
verb|工作 gōngzuò work|学习 xuéxí study|休息 xiūxi rest|跑步 pǎobù run|跳舞 tiàowǔ dance|睡觉 shuìjiào sleep
verb|睡 shuì sleep|做饭 zuòfàn cook|唱歌 chànggē sing|游泳 yóuyǒng swim|踢 tī play (with the feet)
verb|打 dǎ play (with the hands)|弹 tán play (keys, strings)|拉 lā play (with a bow)|说 shuō speak, say
verb|开 kāi drive; be open|关 guān turn off; be closed|骑 qí ride|去 qù go|来 lái come|回 huí go back
verb|遇到 yùdào meet (by chance)|回来 huílái come back|坐 zuò take (transport)|住 zhù live|来自 láizì be from
verb|给 gěi give; for|放 fàng put|拍 pāi take (a photo)|订 dìng book|穿 chuān wear (clothes)
verb|戴 dài wear (hat, watch)|打开 dǎkāi open, turn on|关上 guānshàng close
verb|开门 kāimén open (for business)|关门 guānmén close (for business)|起床 qǐchuáng get up
verb|感冒 gǎnmào have a cold|下雨 xiàyǔ rain|下雪 xiàxuě snow|待 dāi stay|等 děng wait|聊 liáo talk|做 zuò do
verb|有 yǒu have, there is|没有 méiyǒu have not, there is not|是 shì be|喜欢 xǐhuan like
verb|认识 rènshi know (a person, a word)|知道 zhīdào know (a fact)|觉得 juéde think|请 qǐng please|玩 wán play (for fun)
verb|站 zhàn stand|飞 fēi fly|散步 sànbù walk|聊天 liáotiān talk|吃饭 chīfàn eat (a meal)|听 tīng listen
verb|跑 pǎo run (animals)|爱 ài love|叫 jiào be called|帮 bāng help
modal verb|会 huì will; can (skill)|要 yào be going to|想 xiǎng want to|能 néng can|可以 kěyǐ may
modal verb|应该 yīnggāi should|必须 bìxū must|需要 xūyào need to
particle|的 de (links a modifier to its noun)|了 le (completed)|过 guo (experienced)|着 zhe (state that lasts)
particle|吗 ma (yes or no?)|吧 ba (let us)|们 men (plural of persons)
preposition|在 zài at; be at; (in progress)|从 cóng from|跟 gēn with|比 bǐ than
conjunction|和 hé and|因为 yīnwèi because|所以 suǒyǐ so|如果 rúguǒ if
localiser|上 shàng on|里 lǐ in|下面 xiàmiàn under|后面 hòumiàn behind|前面 qiánmiàn in front of
localiser|旁边 pángbiān next to|以后 yǐhòu after|以前 yǐqián before
adjective|新 xīn new|旧 jiù old (thing)|老 lǎo old (friend)|大 dà big|小 xiǎo small|长 cháng long|短 duǎn short
adjective|好 hǎo good|厚 hòu thick|有意思 yǒuyìsi interesting|漂亮 piàoliang beautiful|便宜 piányi cheap
adjective|贵 guì expensive|新鲜 xīnxiān fresh|安静 ānjìng quiet|干净 gānjìng clean|甜 tián sweet|重 zhòng heavy
adjective|轻 qīng light (weight)|高 gāo tall, high|忙 máng busy|累 lèi tired|高兴 gāoxìng happy
adjective|聪明 cōngming clever|热 rè hot|冷 lěng cold|难 nán difficult|容易 róngyì easy|饿 è hungry
adjective|渴 kě thirsty|暖和 nuǎnhuo warm|快 kuài fast|年轻 niánqīng young|强壮 qiángzhuàng strong
adjective|红色 hóngsè red|蓝色 lánsè blue|绿色 lǜsè green|黑色 hēisè black|白色 báisè white|黄色 huángsè yellow
adjective|橙色 chéngsè orange (colour)
punctuation|， dòuhào comma|？ wènhào question mark
"""


GLOSSES = table(  # of nouns whose English has a second sense
    "bat = bat (animal) | baseball_bat = bat (for a ball) | light = light, lamp | orange = orange (fruit)"
    "| watch = watch (on the wrist)"
)


def lexicon() -> dict[str, tuple[str, str, str]]:
    """Token to (pinyin, gloss, category)."""
    entries: dict[str, tuple[str, str, str]] = {}
    for row in _TABLE.strip().splitlines():
        category, *items = row.split("|")
        for item in items:
            token, pinyin, gloss = item.split(" ", 2)
            if token in entries:
                raise ValueError(f"{token} stands twice in the lexicon")
            entries[token] = (pinyin, gloss, category)
    for noun in NOUNS.values():
        entries.setdefault(noun.zh, (noun.pinyin, GLOSSES.get(noun.name, noun.singular), "noun"))
    assert set(ROLES) | set(PEOPLE) <= set(NOUNS)
    return entries


def lexicon_text(tokens: set[str]) -> str:
    """The file, one row for every token of the corpus, in code point order."""
    entries = lexicon()
    missing = sorted(tokens - set(entries))
    if missing:
        raise ValueError(f"not in the lexicon: {missing}")
    rows = ["\t".join((t, *entries[t])) for t in sorted(tokens)]
    return "\n".join(["token\tpinyin\tgloss\tcategory", *rows]) + "\n"

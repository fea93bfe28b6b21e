"""Everything that is not a noun with a measure word: names, kin, places, times, numbers, adjectives."""

from ..tables import listed, table

NAMES = {
    "anna": "安娜", "tom": "汤姆", "mary": "玛丽", "david": "大卫", "peter": "彼得", "lucy": "露西",
    "li ming": "李明", "wang fang": "王芳", "zhang wei": "张伟", "liu yang": "刘洋",
}  # fmt: skip
SURNAMES = {"wang": "王", "li": "李", "zhang": "张", "chen": "陈"}
TITLES = {"mr": "先生", "mrs": "太太"}
KIN = {
    "mother": "妈妈", "father": "爸爸", "older brother": "哥哥", "younger brother": "弟弟", "older sister": "姐姐",
    "younger sister": "妹妹", "grandfather": "爷爷", "grandmother": "奶奶", "uncle": "叔叔", "aunt": "阿姨",
    "son": "儿子", "daughter": "女儿",
}  # fmt: skip
CHILD_KIN = ("younger brother", "younger sister", "son", "daughter")
PRONOUNS = {"i": "我", "you": "你", "he": "他", "she": "她", "we": "我们", "they": "他们"}
OBJECT_PRONOUNS = {"me": "我", "you": "你", "him": "他", "her": "她", "us": "我们", "them": "他们"}
POSSESSIVES = {"my": "我", "your": "你", "his": "他", "her": "她", "our": "我们", "their": "他们"}
CITIES = {
    "beijing": "北京", "shanghai": "上海", "guangzhou": "广州", "hong kong": "香港", "london": "伦敦",
    "paris": "巴黎", "new york": "纽约", "tokyo": "东京", "berlin": "柏林",
}  # fmt: skip
COUNTRIES = table("china = 中国 | england = 英国 | france = 法国 | japan = 日本 | america = 美国 | germany = 德国")

# name: English adverbial, Chinese adverbial, English goal (None: not a goal), all in the notation of phrase.join
PLACES = {
    "park": ("in~1 the park~2", "在~1 公园~2", "to the park~2"),
    "library": ("in~1 the library~2", "在~1 图书馆~2", "to the library~2"),
    "school": ("at~1 school~2", "在~1 学校~2", "to school~2"),
    "home": ("at~1 home~2", "在~1 家~2", None),
    "shop": ("in~1 the shop~2", "在~1 商店~2", "to the shop~2"),
    "bookshop": ("in~1 the bookshop~2", "在~1 书店~2", "to the bookshop~2"),
    "supermarket": ("at~1 the supermarket~2", "在~1 超市~2", "to the supermarket~2"),
    "market": ("at~1 the market~2", "在~1 市场~2", "to the market~2"),
    "station": ("at~1 the station~2", "在~1 车站~2", "to the station~2"),
    "airport": ("at~1 the airport~2", "在~1 机场~2", "to the airport~2"),
    "hospital": ("in~1 the hospital~2", "在~1 医院~2", "to the hospital~2"),
    "university": ("at~1 the university~2", "在~1 大学~2", "to the university~2"),
    "restaurant": ("in~1 the restaurant~2", "在~1 饭馆~2", "to the restaurant~2"),
    "hotel": ("at~1 the hotel~2", "在~1 酒店~2", "to the hotel~2"),
    "cinema": ("at~1 the cinema~2", "在~1 电影院~2", "to the cinema~2"),
    "museum": ("in~1 the museum~2", "在~1 博物馆~2", "to the museum~2"),
    "zoo": ("at~1 the zoo~2", "在~1 动物园~2", "to the zoo~2"),
    "bank": ("at~1 the bank~2", "在~1 银行~2", "to the bank~2"),
    "factory": ("in~1 the factory~2", "在~1 工厂~2", "to the factory~2"),
    "classroom": ("in~1 the classroom~2", "在~1 教室~2 里~1", None),
    "kitchen": ("in~1 the kitchen~2", "在~1 厨房~2 里~1", None),
    "office": ("in~1 the office~2", "在~1 办公室~2 里~1", None),
    "garden": ("in~1 the garden~2", "在~1 花园~2 里~1", None),
    "bedroom": ("in~1 the bedroom~2", "在~1 卧室~2 里~1", None),
}
WEEKDAYS = {
    "monday": "星期一", "tuesday": "星期二", "wednesday": "星期三", "thursday": "星期四", "friday": "星期五",
    "saturday": "星期六", "sunday": "星期天",
}  # fmt: skip
MONTHS = {
    "january": "一月", "february": "二月", "march": "三月", "april": "四月", "may": "五月", "june": "六月",
    "july": "七月", "august": "八月", "september": "九月", "october": "十月", "november": "十一月",
    "december": "十二月",
}  # fmt: skip
PAST = (
    ("yesterday~1", "昨天~1"), ("yesterday~1 morning~2", "昨天~1 上午~2"), ("yesterday~1 afternoon~2", "昨天~1 下午~2"),
    ("yesterday~1 evening~2", "昨天~1 晚上~2"), ("the day~1 before~1 yesterday~1", "前天~1"),
    ("last~1 week~1", "上周~1"), ("this~1 morning~2", "今天~1 上午~2"), ("last~1 sunday~2", "上个~1 星期天~2"),
)  # fmt: skip
PAST_LONG = (("last~1 month~1", "上个月~1"), ("last~1 year~1", "去年~1"), ("last~1 week~1", "上周~1"))
FUTURE = (
    ("tomorrow~1", "明天~1"), ("tomorrow~1 morning~2", "明天~1 上午~2"), ("tomorrow~1 afternoon~2", "明天~1 下午~2"),
    ("tomorrow~1 evening~2", "明天~1 晚上~2"), ("the day~1 after~1 tomorrow~1", "后天~1"), ("next~1 week~1", "下周~1"),
    ("tonight~1", "今天~1 晚上~1"), ("this~1 afternoon~2", "今天~1 下午~2"),
)  # fmt: skip
FUTURE_LONG = (("next~1 month~1", "下个月~1"), ("next~1 year~1", "明年~1"), ("next~1 week~1", "下周~1"))
HABIT = (
    ("every~1 day~1", "每天~1"), ("every~1 morning~2", "每天~1 早上~2"), ("every~1 evening~2", "每天~1 晚上~2"),
    ("every~1 weekend~2", "每个~1 周末~2"), ("every~1 sunday~2", "每个~1 星期天~2"),
)  # fmt: skip
HABIT_DAYTIME = (("every~1 day~1", "每天~1"), ("every~1 week~1", "每周~1"), ("every~1 sunday~2", "每个~1 星期天~2"))
OFTEN = {"often": "常常", "always": "总是", "sometimes": "有时候", "usually": "通常"}
NUMBERS = {
    "two": "两", "three": "三", "four": "四", "five": "五", "six": "六", "seven": "七", "eight": "八",
    "nine": "九", "ten": "十",
}  # fmt: skip
HOURS = {
    "one": "一", "two": "两", "three": "三", "four": "四", "five": "五", "six": "六", "seven": "七", "eight": "八",
    "nine": "九", "ten": "十", "eleven": "十一", "twelve": "十二",
}  # fmt: skip
TENS = table("fifteen = 十五 | twenty = 二十 | thirty = 三十 | forty = 四十 | fifty = 五十 | sixty = 六十")
AGES = {age: zh for age, zh in (HOURS | TENS).items() if age != "two"}
PRICES = {
    "five": "五", "ten": "十", "fifteen": "十五", "twenty": "二十", "thirty": "三十", "forty": "四十", "fifty": "五十",
    "sixty": "六十", "eighty": "八十",
}  # fmt: skip

# before a noun: Chinese with or without 的
ATTRIBUTIVE = {
    "red": "红色 的", "blue": "蓝色 的", "green": "绿色 的", "black": "黑色 的", "white": "白色 的",
    "yellow": "黄色 的", "orange": "橙色 的", "new": "新", "old": "旧", "big": "大", "small": "小", "long": "长",
    "short": "短", "good": "好", "interesting": "有意思 的", "beautiful": "漂亮 的", "cheap": "便宜 的",
    "fresh": "新鲜 的", "quiet": "安静 的", "clean": "干净 的", "thick": "厚", "chinese": "中文", "english": "英文",
    "expensive": "很 贵 的", "heavy": "很 重 的",
}  # fmt: skip
PREDICATE = {
    "new": "新", "old": "旧", "big": "大", "small": "小", "long": "长", "interesting": "有意思", "beautiful": "漂亮",
    "cheap": "便宜", "expensive": "贵", "fresh": "新鲜", "quiet": "安静", "clean": "干净", "thick": "厚", "sweet": "甜",
    "heavy": "重", "light": "轻", "tall": "高", "busy": "忙", "tired": "累", "happy": "高兴", "clever": "聪明",
    "hot": "热", "cold": "冷", "difficult": "难", "easy": "容易", "hungry": "饿", "thirsty": "渴", "warm": "暖和",
    "high": "高", "fast": "快", "far": "远", "young": "年轻", "healthy": "健康", "strong": "强壮", "famous": "有名",
}  # fmt: skip
COMPARATIVE = {
    "new": "newer", "big": "bigger", "small": "smaller", "long": "longer", "cheap": "cheaper", "heavy": "heavier",
    "light": "lighter", "tall": "taller", "busy": "busier", "clever": "cleverer", "cold": "colder", "hot": "hotter",
    "thick": "thicker", "old": "older", "young": "younger", "happy": "happier", "quiet": "quieter", "clean": "cleaner",
    "fresh": "fresher", "sweet": "sweeter", "strong": "stronger", "fast": "faster", "high": "higher",
    "expensive": "more expensive", "interesting": "more interesting", "beautiful": "more beautiful",
    "difficult": "more difficult", "famous": "more famous", "warm": "warmer", "easy": "easier",
}  # fmt: skip
PERSON_ADJECTIVES = listed("busy tired happy clever tall hungry thirsty")

# what may be said of a thing (after "is")
QUALITIES = {
    "book newspaper magazine novel": "interesting cheap expensive new",
    "dictionary": "thick heavy light cheap expensive new",
    "article story": "interesting long",
    "film": "interesting long new",
    "shirt skirt hat scarf": "beautiful cheap expensive new old",
    "coat sweater": "beautiful cheap expensive warm thick heavy light",
    "watch": "beautiful cheap expensive new old",
    "apple orange pear peach banana": "sweet fresh big small cheap expensive",
    "cat dog bird rabbit": "small big beautiful clever",
    "horse": "big beautiful clever fast",
    "bag box": "heavy light big small new old",
    "chair table": "heavy light new old cheap expensive",
    "phone camera computer": "new old cheap expensive light heavy",
    "car": "new old fast cheap expensive beautiful",
    "bicycle": "new old fast light heavy cheap expensive",
    "house room": "big small beautiful clean quiet",
    "umbrella": "big small beautiful new old light",
    "mountain": "high beautiful",
    "bridge": "long beautiful new old",
    "question": "difficult easy interesting",
    "cup": "big small beautiful cheap expensive clean",
    "gift flower": "beautiful cheap expensive",
}
UNOWNED = listed("mountain bridge question")  # nobody has one
QUALITY = {noun: words.split() for nouns, words in QUALITIES.items() for noun in nouns.split()}

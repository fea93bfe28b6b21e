# ruff: noqa: E501, SIM905 (rows of words and whole sentences read best on one line)
"""The grammar: the files are what it makes, and what it makes is right."""

import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from transformer_lab.corpus import SPLITS, data_dir, load_corpus

TOOLS = Path(__file__).resolve().parent.parent / "tools"
sys.path.insert(0, str(TOOLS))

import build_corpus  # noqa: E402
from corpus.phrase import join, word  # noqa: E402
from corpus.splits import ADJECTIVE_NOUN, NUMBER_NOUN, VERB_OBJECT, held_out  # noqa: E402


@pytest.fixture(scope="module")
def splits():
    return {name: load_corpus(name) for name in SPLITS}


@pytest.fixture(scope="module")
def every(splits):
    return [p for pairs in splits.values() for p in pairs]


def test_a_rebuild_gives_the_committed_bytes(tmp_path):
    build_corpus.build(tmp_path / "corpus", tmp_path / "lexicon.tsv")
    names = [f"corpus/{name}.tsv" for name in SPLITS] + ["corpus/SHA256SUMS", "lexicon.tsv"]
    for name in names:
        assert (tmp_path / name).read_bytes() == (data_dir() / name).read_bytes(), name


def test_splits_are_disjoint_on_both_sides_and_repeat_nothing(splits):
    for side in ("source", "target"):
        home: dict[tuple[str, ...], str] = {}
        for name, pairs in splits.items():
            for p in pairs:
                assert home.setdefault(getattr(p, side), name) == name, p
    for pairs in splits.values():
        assert len({p.source for p in pairs}) == len(pairs)


def test_english_has_one_translation(every):
    assert len({p.source for p in every}) == len({(p.source, p.target) for p in every})


def test_every_word_is_known_from_training(splits):
    for side in ("source", "target"):
        known = {t for p in splits["train"] for t in getattr(p, side)}
        assert {t for pairs in splits.values() for p in pairs for t in getattr(p, side)} == known


def test_lengths_and_links(every):
    for p in every:
        assert len(p.source) <= 15
        assert len(p.target) <= 15
        assert p.alignment
        assert all(i < len(p.source) and j < len(p.target) for i, j in p.alignment)
        content = {j for j, t in enumerate(p.target) if t not in ("给", "在")}
        assert content <= {j for _, j in p.alignment}, p


def test_compositional_pairs_never_meet_in_training(splits):
    for name in ("train", "validation", "test"):
        assert not [p for p in splits[name] if held_out(p.source)]
    counts = Counter(pair for p in splits["compositional"] for pair in held_out(p.source))
    expected = {f"{v}+{o}" for v, o in VERB_OBJECT} | {" ".join(x) for x in (*NUMBER_NOUN, *ADJECTIVE_NOUN)}
    # Holding these two out leaves their nouns too rare to test, so their sentences are in no file (see data/README.md).
    assert set(counts) == expected - {"drink+juice", "write+email"}


def test_held_out_on_plain_text(splits):
    """The same rule without the grammar's own tables, for one pair of each kind."""
    for p in splits["train"]:
        text = " ".join(p.source)
        assert not (re.search(r"\b(eat|eats|ate|eaten|eating)\b", text) and re.search(r"\bpeach(es)?\b", text))
        assert "two books" not in text
        assert not re.search(r"\bred bags?\b", text)


CONSTRUCTIONS = {
    "了": lambda z: "了" in z, "过": lambda z: "过" in z, "着": lambda z: "着" in z, "吗": lambda z: "吗" in z,
    "没": lambda z: "没" in z, "不": lambda z: "不" in z, "没有": lambda z: "没有" in z, "比": lambda z: "比" in z,
    "把 before 放": lambda z: "把" in z and "放" in z, "从来": lambda z: "从来" in z, "因为": lambda z: "因为" in z,
    "如果": lambda z: "如果" in z, "时候": lambda z: "时候" in z, "请": lambda z: "请" in z, "吧": lambda z: "吧" in z,
    "谁": lambda z: "谁" in z, "什么": lambda z: "什么" in z, "哪里": lambda z: "哪里" in z, "几": lambda z: "几" in z,
    "多少": lambda z: "多少" in z, "什么时候": lambda z: "什么时候" in z, "为什么": lambda z: "为什么" in z,
    "都": lambda z: "都" in z, "也": lambda z: "也" in z, "们": lambda z: "们" in z, "会": lambda z: "会" in z,
    "要": lambda z: "要" in z, "想": lambda z: "想" in z, "能": lambda z: "能" in z, "可以": lambda z: "可以" in z,
    "从": lambda z: "从" in z, "跟": lambda z: "跟" in z, "坐": lambda z: "坐" in z, "岁": lambda z: "岁" in z,
    "小时": lambda z: "小时" in z, "两": lambda z: "两" in z,
}  # fmt: skip
RARE_CONSTRUCTIONS = {"也", "都", "多少", "吧"}


def test_every_construction_occurs_often(splits):
    for name, test in CONSTRUCTIONS.items():
        count = sum(test(p.target) for p in splits["train"])
        assert count >= (25 if name in RARE_CONSTRUCTIONS else 100), (name, count)


SENSES = {
    "银行": ("bank",), "边": ("bank",), "蝙蝠": ("bat", "bats"), "球棒": ("bat", "bats"), "灯": ("light", "lights"),
    "轻": ("light",), "橙子": ("orange", "oranges"), "橙色": ("orange",), "手表": ("watch", "watches"),
    "看": ("watch", "watches", "watched", "watching"), "罐": ("can", "cans"), "会": ("can",), "能": ("can",),
    "书": ("book", "books"), "订": ("book", "booked"), "踢": ("play", "plays", "played", "playing"),
    "弹": ("play", "plays", "played", "playing"), "打": ("play", "plays", "played", "playing"),
    "穿": ("wearing",), "戴": ("wearing",), "打开": ("open", "opened"), "感冒": ("cold",),
    "冷": ("cold",), "坐": ("take", "takes"), "吃": ("take", "takes"), "拍": ("took",), "老": ("old",), "旧": ("old",),
    "认识": ("know", "knows"), "知道": ("know", "knows"),
}  # fmt: skip


@pytest.mark.parametrize("chinese", SENSES)
def test_each_sense_of_an_ambiguous_word_has_sixty_sentences(splits, chinese):
    found = sum(
        any(p.source[i] in SENSES[chinese] and p.target[j] == chinese for i, j in p.alignment) for p in splits["train"]
    )
    assert found >= 60


def test_articles(every):
    for p in every:
        for a, b in pairwise(p.source):
            if a in ("a", "an"):
                assert (a == "an") == (b[0] in "aeiou"), p


def test_agreement(every):
    for p in every:
        text = " ".join(p.source)
        assert not re.search(r"\b(he|she) (are|am) ", text), p
        assert not re.search(r"^(he|she) (have|do|go|want|like|know|live) ", text), p
        assert not re.search(r"^(they|we) (is|am|has|does|goes|wants|likes|knows|lives|was) ", text), p
        assert not re.search(r"\bi (is|are|has|does|were) ", text), p
        assert not re.search(r"\bthere is (two|three|four|five|many|no)\b|\bthere are an? ", text), p


def test_negation_and_aspect(every):
    for p in every:
        for clause in " ".join(p.target).split("，"):
            z = clause.split()
            if "没" in z:
                assert "了" not in z, p
                assert not {"明天", "每天"} & set(z), p
            assert not {"每天", "每周", "总是", "常常", "通常"} & set(z) or "了" not in z, p
            assert not {"没", "不"} & set(z) or "没 有" not in clause, p
        z = p.target
        for a, b in pairwise(z):
            assert (a, b) not in {("不", "有"), ("没", "是"), ("喜欢", "了"), ("在", "喜欢"), ("在", "知道")}, p
            assert a != "二", p
        if "昨天" in z and "的" not in z:  # within a relative clause 昨天 says nothing about the negation
            assert "不" not in z, p


def test_questions(every):
    words = {"谁", "什么", "哪里", "什么时候", "怎么", "为什么", "几", "多少", "多大"}
    for p in every:
        assert (p.source[-1] == "?") == (p.target[-1] == "？")
        assert not ("吗" in p.target and words & set(p.target)), p
        if p.target[-1] == "？":
            assert "吗" in p.target or words & set(p.target), p


def test_plural_particle_only_for_uncounted_persons(every):
    persons = set("老师 学生 孩子 医生 护士 男孩 女孩".split())
    for p in every:
        for k, token in enumerate(p.target):
            if token == "们":
                assert p.target[k - 1] in persons, p
                assert k < 2 or p.target[k - 2] not in ("个", "位", "很多"), p


# written down independently of the grammar's table: noun, measure words it may take
MEASURES = dict(
    pair.split(":")
    for pair in """书:本 报纸:份 杂志:本 小说:本 词典:本 文章:篇 信:封 邮件:封 故事:个 地图:张 歌:首 电影:部 衬衫:件 大衣:件
    毛衣:件 裙子:条 帽子:顶 手表:块 围巾:条 苹果:个 橙子:个 梨:个 桃子:个 香蕉:根 鸡蛋:个 饺子:个 猫:只 狗:只 鸟:只 马:匹 兔子:只
    牛:头 羊:只 熊猫:只 猴子:只 鸭子:只 老虎:只 大象:头 蛇:条 蝙蝠:只 球棒:根 桌子:张 椅子:把 床:张 灯:盏 雨伞:把 刀:把 钥匙:把
    杯子:个 瓶子:个 包:个 盒子:个 钢笔:支 铅笔:支 手机:部 电脑:台 照相机:台 票:张 照片:张 邮票:张 球:个 礼物:件 花:朵 树:棵
    汽车:辆 自行车:辆 船:条 房子:座 桥:座 山:座 房间:个 问题:个 朋友:个 学生:个 男孩:个 女孩:个 儿子:个 女儿:个 哥哥:个 弟弟:个
    姐姐:个 妹妹:个 词:个 小时:个 星期:个 月:个 茶:杯 咖啡:杯 水:杯瓶 牛奶:杯瓶 果汁:杯瓶 啤酒:瓶罐 可乐:瓶罐 米饭:碗 面条:碗
    汤:碗 蛋糕:块 面包:块 肉:块 巧克力:块 鞋:双 袜子:双 老师:位 医生:位 护士:位 司机:位 工程师:位 作家:位 记者:位 律师:位
    厨师:位 教授:位 歌手:位 服务员:位 钱:块""".split()
)
NUMERALS = set("一 两 三 四 五 六 七 八 九 十 几 这 那 十五 二十 三十 四十 五十 六十 八十".split())
COUNTERS = set("".join(MEASURES.values()))
BETWEEN = set(
    "红色 蓝色 绿色 黑色 白色 黄色 橙色 的 新 旧 老 大 小 长 短 好 厚 有意思 漂亮 便宜 新鲜 安静 干净 中文 英文".split()
)


def test_measure_words_belong_to_their_nouns(every):
    seen = set()
    for p in every:
        for k in range(1, len(p.target) - 1):
            if p.target[k] in COUNTERS and p.target[k - 1] in NUMERALS:
                noun = next(t for t in p.target[k + 1 :] if t not in BETWEEN)
                assert p.target[k] in MEASURES[noun], p
                seen.add(noun)
    assert len(seen) >= 90


# read by eye, one construction each: English | Chinese | links
GOLDEN = """
where did peter write that letter ? | 彼得 是 在 哪里 写 那 封 信 的 ？ | 0-2 0-3 1-1 1-8 2-0 3-4 4-5 4-6 5-7 6-9
the waiter reads stories in the library every day | 服务员 每天 在 图书馆 看 故事 | 1-0 2-4 3-5 4-2 6-3 7-1 8-1
the lawyer thinks that this novel is cheap | 律师 觉得 这 本 小说 很 便宜 | 1-0 2-1 4-2 4-3 5-4 6-5 7-6
i did not borrow any magazines yesterday evening | 我 昨天 晚上 没 借 杂志 | 0-0 2-3 3-4 5-5 6-1 7-2
mrs wang can not speak chinese | 王 太太 不 会 说 中文 | 0-1 1-0 2-3 3-2 4-4 5-5
may i borrow her umbrella ? | 我 可以 借 她 的 雨伞 吗 ？ | 0-1 0-6 1-0 2-2 3-3 3-4 4-5 5-7
we ate five bowls of noodles last sunday | 我们 上个 星期天 吃 了 五 碗 面条 | 0-0 1-3 1-4 2-5 3-6 5-7 6-1 7-2
mr wang always drinks coffee after lunch | 王 先生 午饭 以后 总是 喝 咖啡 | 0-1 1-0 2-4 3-5 4-6 5-3 6-2
there are no pencils in the box | 盒子 里 没有 铅笔 | 0-2 1-2 2-2 3-3 4-1 6-0
it is half past six now | 现在 六 点 半 | 2-3 3-3 4-1 4-2 5-0
who bought that skirt the day before yesterday ? | 谁 前天 买 了 那 条 裙子 ？ | 0-0 1-2 1-3 2-4 2-5 3-6 5-1 6-1 7-1 8-7
when anna came home , the nurse was repairing bicycles | 安娜 回 家 的 时候 ， 护士 在 修 自行车 | 0-3 0-4 1-0 2-1 3-2 4-5 6-6 7-7 8-8 9-9
his father borrowed a magazine in the library last week | 他 爸爸 上周 在 图书馆 借 了 一 本 杂志 | 0-0 1-1 2-5 2-6 3-7 3-8 4-9 5-3 7-4 8-2 9-2
their book is on the bed | 他们 的 书 在 床 上 | 0-0 0-1 1-2 3-3 3-5 5-4
her aunt has already drunk the can of beer | 她 阿姨 已经 喝 了 那 罐 啤酒 | 0-0 1-1 2-4 3-2 4-3 5-5 6-6 8-7
that room is very clean | 那 个 房间 非常 干净 | 0-0 0-1 1-2 3-3 4-4
will mary buy this phone on sunday ? | 玛丽 星期天 会 买 这 部 手机 吗 ？ | 0-2 0-7 1-0 2-3 3-4 3-5 4-6 6-1 7-8
the orange that they bought at the supermarket is very expensive | 他们 在 超市 买 的 橙子 非常 贵 | 1-5 2-4 3-0 4-3 5-1 7-2 9-6 10-7
they never drink beer | 他们 从来 不 喝 啤酒 | 0-0 1-1 1-2 2-3 3-4
he goes to the supermarket by underground every day | 他 每天 坐 地铁 去 超市 | 0-0 1-4 4-5 5-2 6-3 7-1 8-1
the girl who is wearing a blue coat is lucy | 穿 着 蓝色 大衣 的 女孩 是 露西 | 1-5 2-4 3-1 4-0 6-2 7-3 8-6 9-7
tom is not watching films | 汤姆 没 在 看 电影 | 0-0 1-2 2-1 3-3 4-4
please do not repair the table | 请 不要 修 那 张 桌子 | 0-0 1-1 2-1 3-2 4-3 4-4 5-5
mary 's son is wearing a hat | 玛丽 的 儿子 戴 着 一 顶 帽子 | 0-0 1-1 2-2 3-4 4-3 5-5 5-6 6-7
our newspaper is more expensive than zhang wei 's newspaper | 我们 的 报纸 比 张伟 的 报纸 贵 | 0-0 0-1 1-2 3-7 4-7 5-3 6-4 7-4 8-5 9-6
is peter 's scarf white ? | 彼得 的 围巾 是 白色 的 吗 ？ | 0-3 0-6 1-0 2-1 3-2 4-4 4-5 5-7
he put the stamp in the box at ten o'clock yesterday | 他 昨天 十 点 把 邮票 放 在 盒子 里 了 | 0-0 1-4 1-6 1-10 3-5 4-7 4-9 6-8 8-2 9-3 10-1
because the weather is hot , the nurses want to swim | 因为 天气 很 热 ， 所以 护士 们 想 游泳 | 0-0 0-5 2-1 3-2 4-3 5-4 7-6 7-7 8-8 9-8 10-9
my older sister has never eaten dumplings | 我 姐姐 从来 没 吃 过 饺子 | 0-0 1-1 2-1 3-5 4-2 4-3 5-4 6-6
if it rains tomorrow , his uncle will stay at home | 如果 明天 下雨 ， 他 叔叔 就 待 在 家 | 0-0 2-2 3-1 4-3 5-4 6-5 7-6 8-7 9-8 10-9
how much does this ball cost ? | 这 个 球 多少 钱 ？ | 0-3 1-3 3-0 3-1 4-2 5-4 6-5
we met two old friends at the market yesterday | 我们 昨天 在 市场 遇到 了 两 个 老 朋友 | 0-0 1-4 1-5 2-6 2-7 3-8 4-9 5-2 7-3 8-1
"""


@pytest.mark.parametrize("line", GOLDEN.strip().splitlines())
def test_hand_checked_pairs(every, line):
    english, chinese, links = line.split(" | ")
    pair = next(p for p in every if p.source == tuple(english.split()))
    assert pair.target == tuple(chinese.split())
    assert sorted(pair.alignment) == [tuple(map(int, link.split("-"))) for link in links.split()]


def test_join_reports_a_broken_template():
    with pytest.raises(ValueError, match="slots"):
        join("{s} runs", "跑步", s=word("anna", "安娜"))
    with pytest.raises(ValueError, match="labels"):
        join("runs~1", "跑步~2")
    with pytest.raises(ValueError, match="twice"):
        join("{s} {s}", "{s}", s=word("anna", "安娜"))
    phrase = join("{s} ran~v in~p london~l", "{s} 在~p 伦敦~l 跑步~v", s=word("li ming", "李明"))
    assert sorted(phrase.links) == [(0, 0), (1, 0), (2, 3), (3, 1), (4, 2)]

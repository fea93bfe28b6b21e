"""Files of sentence pairs as people have them: read where it is certain what is meant, else told or refused."""

import bz2
import gzip
import lzma
import re
import warnings

import pytest

from transformer_lab.corpus import SPLITS, CorpusError, CorpusWarning, Pair, data_dir, load_pairs, read_pairs

ATTRIBUTION = "CC-BY 2.0 (France) Attribution: tatoeba.org #1 (CK) & #2 (fucongcong)"
HOT, CAT = ("The tea is hot.", "茶很热。"), ("My cat sleeps.", "我的猫睡觉。")
TWO = [Pair(("the", "tea", "is", "hot"), tuple("茶很热")), Pair(("my", "cat", "sleeps"), tuple("我的猫睡觉"))]
PLAIN = f"{HOT[0]}\t{HOT[1]}\n{CAT[0]}\t{CAT[1]}\n"


def write(folder, data, name="pairs.tsv"):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def read(folder, data):
    """The pairs of a file, and its notes without the path."""
    path = write(folder, data)
    found = read_pairs(path)
    return list(found.pairs), [str(note).replace(str(path), "").lstrip(":, ") for note in found.notes]


def rows(*templates):
    return "".join(t.format(*pair) + "\n" for t, pair in zip(templates, (HOT, CAT), strict=True))


@pytest.mark.parametrize(
    ("data", "notes"),
    [
        (PLAIN, []),
        ("\ufeff" + PLAIN.replace("\n", "\r\n"), []),
        (rows("{}\t{}\t", "{}\t{}\t\t"), []),
        (
            "\ufeff" + rows("5001\t{}\t9002\t{}", "5003\t{}\t9004\t{}"),
            ["column 1 holds numbers: not read", "column 3 holds numbers: not read"],
        ),
        (rows("0\t{}\t{}", "1\t{}\t{}"), ["column 1 holds numbers: not read"]),
        (rows("{}\t{}\t" + ATTRIBUTION, "{}\t{}\t" + ATTRIBUTION), ["column 3 holds attributions: not read"]),
        (rows("{}\t{}\tCC0 1.0", "{}\t{}\tCC BY 4.0"), ["column 3 holds attributions: not read"]),
        (
            rows("eng\t{}\tcmn\t{}", "eng\t{}\tcmn\t{}"),
            ["column 1 holds one language code: not read", "column 3 holds one language code: not read"],
        ),
        (rows("{}\t{}\t0.93", "{}\t{}\t1e-3"), ["column 3 holds numbers: not read"]),
        (rows("0.9\t{}\t{}", "-0.2\t{}\t{}"), ["column 1 holds numbers: not read"]),
        (rows("{}\t{}\t2019-05-03", "{}\t{}\tan aside"), ["column 3 holds text: not read"]),
        ("English\tChinese\n" + PLAIN, ["line 1: names of columns (English, Chinese), not read as a pair"]),
        ("en\tzh-CN\n" + PLAIN, ["line 1: names of columns (en, zh-CN), not read as a pair"]),
        (
            "id\tsource\ttarget\n" + rows("0\t{}\t{}", "1\t{}\t{}"),
            ["line 1: names of columns (id, source, target), not read as a pair", "column 1 holds numbers: not read"],
        ),
        (
            rows('"{}"\t"{}"', '"{}"\t"{}"'),
            ['cells in quotes, as a spreadsheet writes them: read without, and "" as "'],
        ),
        (rows("{} ||| {}", "{} ||| {}"), ["sides separated by |||: read so"]),
        (
            rows("http://a.org/1\t2020-01-02 10:00:00\t{}\t{}", "https://b.org\t2021-3-4\t{}\t{}"),
            ["column 1 holds addresses: not read", "column 2 holds dates: not read"],
        ),
        (
            rows("# English\tChinese\n{}\t{}", "{}\t{}"),
            ["line 1: names of columns (# English, Chinese), not read as a pair"],
        ),
        (PLAIN.encode("utf-16"), ["UTF-16, not UTF-8: read as UTF-16"]),
        (PLAIN.replace("\n", "\r\n").encode("utf-32"), ["UTF-32, not UTF-8: read as UTF-32"]),
        (gzip.compress(PLAIN.encode(), mtime=0), ["packed with gzip: unpacked while reading"]),
        (bz2.compress(PLAIN.encode("utf-8-sig")), ["packed with bzip2: unpacked while reading"]),
        (lzma.compress(PLAIN.encode()), ["packed with xz: unpacked while reading"]),
        (PLAIN.replace("\n", "\r"), ["lines end in CR alone, as on an old Macintosh: read as line ends"]),
        ("\n" + PLAIN.replace("\n", "\n \n\t\n"), ["lines 1, 3–4, 6–7: blank, not read"]),
        (PLAIN.replace("tea", "te\u00ada").replace("茶", "\u200b茶"), []),
    ],
)
def test_the_same_two_pairs_in_whatever_form(tmp_path, data, notes):
    assert read(tmp_path, data) == (TWO, notes)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It&#39;s hot", "what look like escapes of HTML (&nbsp; …)"),
        ("hot&nbsp;tea", "what look like escapes of HTML (&nbsp; …)"),
        ("un@@ able", "what look like marks of pieces of words (@@, ▁)"),
        ("▁hot ▁tea", "what look like marks of pieces of words (@@, ▁)"),
        ("hot \ufffd tea", "�, which some program left where it could not read a sign"),
    ],
)
def test_marks_of_other_tools_are_told(tmp_path, text, kind):
    assert read(tmp_path, f"tea\t茶\n{text}\t热茶\n")[1] == [f"line 2: {kind}: read sign by sign"]


def test_quotes_that_may_be_the_sentences_own_stay(tmp_path):
    pairs, notes = read(tmp_path, '"Go!"\t“走！”\n"Hi," he said.\t他说\n')
    assert pairs[0].source == ('"', "go", "!", '"')
    assert notes == []
    pairs, notes = read(tmp_path, '"He said ""go"" twice."\t他说\nHi\t好\n')
    assert pairs[0].source == ("he", "said", '"', "go", '"', "twice")
    assert len(notes) == 1


def test_a_pair_of_words_that_could_be_names_of_columns_is_a_pair(tmp_path):
    assert len(read(tmp_path, "English\t英语\nChinese\t中文\n")[0]) == 2
    assert len(read(tmp_path, "It\tEs\nNo\tNein\n")[0]) == 2


def test_a_file_of_numbers_and_words_is_read_and_told(tmp_path):
    pairs, notes = read(tmp_path, "12\t十二\n7\t七\n")
    assert pairs[0] == Pair(("12",), ("十", "二"))
    assert notes == ["column 1 holds numbers: read as sentences all the same"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("1\tcmn\t我们试试看！\n2\tcmn\t我该去睡觉了。\n", "column 1 holds numbers; column 2 holds one language code"),
        ("1276\t77\t5\n1277\t78\t6\n", "two columns of sentences are needed"),
        ("5001\tHi.\t9002\t嗨。\n5003\tRun!\n", "line 2: 2 column"),
        ("Hi.,嗨。\nRun!,跑！\n", "line 1: 1 column.*name the second one too; commas and semicolons separate nothing"),
        ("chapter one\t第一章\t1-5\nchapter two\t第二章\t6-9\n", "line 1: link 1-5 .*holds no alignments, take it out"),
        (b"PK\x03\x04rest", "an archive"),
        (b"\x1f\x8bnot gzip at all", "a damaged gzip file"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:-9], "a damaged gzip file"),
        (b"\xff\xfeabc", "begins like UTF-16 and is not"),
        ("嗨\t你好\n".encode("gb18030"), "line 1: not valid UTF-8"),
        ("Hi\t嗨\n\nRun\t\n", "line 3: the target side is empty"),
        ("the cat\t猫\tNULL ({ }) the ({ }) cat ({ 1 })\n", r"line 1: .* notation that is not read"),
        ("a b\t我 你\t0-0:0.93 1-1:0.2\n", "line 1: .* notation that is not read"),
        ("a b\t我 你\t[[0,0],[1,1]]\nc\t他\t[[0,0]]\n", "line 1: .* notation that is not read"),
        ("a b\t我 你\t[(0, 0), (1, 1)]\n", "line 1: .* notation that is not read"),
        ("0-0 1-1\ta b\t我 你\n0-0\tc\t他\n", "column 1 holds alignments; they belong into column 3"),
        ("Hi\t嗨\rRun\t跑\nGo\t走\n", "line 1: lines end in CR alone here and in LF elsewhere"),
        ("a b\t我 你\t(0,0) (1,1)\n", "line 1: .* notation that is not read"),
        ("a b\t我 你\t0-0\na\t我\tx\n", "line 2: 'x' is not an alignment link"),
        ("a b c\t我\t0-0 0-1\nd e\t你\t0-1\n", "line 1: link 0-1 is out of range.*target-source"),
        ("a b\t我\t0-0 3-1\n", "line 1: link 3-1 is out of range"),
        ("a b\t我 你\t1-1 2-2\nc\t他\t0-0\n", "line 1: link 2-2 is out of range"),
    ],
)
def test_what_is_not_certain_is_refused(tmp_path, data, message):
    with pytest.raises(CorpusError, match=message) as error:
        read(tmp_path, data)
    assert "pairs.tsv" in str(error.value)


@pytest.mark.parametrize(
    ("column", "sure", "possible", "notes"),
    [
        ("0-0 1-1", {(0, 0), (1, 1)}, set(), []),
        ("0:0 1:1", {(0, 0), (1, 1)}, set(), []),
        ("0-0,1-1", {(0, 0), (1, 1)}, set(), []),
        ("0S0 1s1", {(0, 0), (1, 1)}, set(), []),
        ("0-0 1p1", {(0, 0)}, {(1, 1)}, ["line 1: possible links (1p2, 1?2): kept apart from the sure ones"]),
        (
            "0-0 1?1 1P0",
            {(0, 0)},
            {(1, 1), (1, 0)},
            ["line 1: possible links (1p2, 1?2): kept apart from the sure ones"],
        ),
        ("0-0 0p0", {(0, 0)}, set(), ["line 1: possible links (1p2, 1?2): kept apart from the sure ones"]),
        (
            "1-1 2-2",
            {(0, 0), (1, 1)},
            set(),
            ["the links count tokens from 1 (none names 0, some name the last as n): read so"],
        ),
        ("1-1", {(1, 1)}, set(), ["no link names token 0: read as counted from 0 (were it 1, all are off)"]),
        ("0-0\t", {(0, 0)}, set(), []),
    ],
)
def test_alignments_in_other_spellings(tmp_path, column, sure, possible, notes):
    pairs, told = read(tmp_path, f"a b\t我 你\t{column}\n")
    assert (pairs[0].alignment, pairs[0].possible) == (sure, possible)
    assert told == notes


def test_alignments_in_a_few_lines_only_are_told(tmp_path):
    pairs, notes = read(tmp_path, "a\t我\tsource one\nb\t你\t0-0\nc\t他\tsource two\n")
    assert pairs[1].alignment is None
    assert notes[0] == "line 2: column 3 looks like an alignment here but not in most lines: not read"


def test_tokens_that_links_count_are_left_alone_and_told(tmp_path):
    pairs, notes = read(tmp_path, "He &apos;s well @-@ known\t他 有名\t0-0 2-1\n")
    assert pairs[0].source == ("He", "'s", "well", "@-@", "known")
    assert [note.split(":")[0] for note in notes] == ["line 1", "line 1"]


def test_a_blank_that_does_not_break_is_inside_a_token_that_links_count(tmp_path):
    pairs, _ = read(tmp_path, "10\u00a0000 men\t一万 人\t0-0 1-1\n")
    assert pairs[0].source == ("10\u00a0000", "men")
    assert pairs[0].alignment == {(0, 0), (1, 1)}


def test_alignments_behind_bars_are_read(tmp_path):
    pairs, notes = read(tmp_path, "a b ||| 我 你 ||| 0-1\nc ||| 他 ||| 0-0\n")
    assert [pair.alignment for pair in pairs] == [{(0, 1)}, {(0, 0)}]
    assert notes == ["sides separated by |||: read so"]


def test_a_carriage_return_inside_a_line_is_a_blank_and_told(tmp_path):
    pairs, notes = read(tmp_path, "Go\rnow\t走\r\r\nRun\t跑\r\n")
    assert [pair.source for pair in pairs] == [("go", "now"), ("run",)]
    assert notes == ["line 1: a carriage return inside the line: read as a blank"]


def test_every_pair_knows_its_line_and_doubles_are_told(tmp_path):
    path = write(tmp_path, "a\t我\n\nb\t你\na\t我\nA.\t我。\n")
    found = read_pairs(path)
    assert [(p.file, p.line) for p in found.pairs] == [(str(path), n) for n in (1, 3, 4, 5)]
    assert found.pairs[0] == found.pairs[2] == Pair(("a",), ("我",))
    assert str(found.notes[-1]) == f"{path}, lines 4–5: the pair of an earlier line once more: read every time"


def test_a_long_list_of_lines_is_cut_and_counted(tmp_path):
    lines = "".join(f"w{i}\t我\n\n" for i in range(40))
    found = read_pairs(write(tmp_path, lines))
    assert len(found.notes[0].lines) == 40
    assert str(found.notes[0]).endswith("lines 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24 and 28 more: blank, not read")


def test_a_moses_pair_of_files_is_read_as_it_was_typed(tmp_path):
    english = write(tmp_path, "Anna &apos;s cat\n\nit is well @-@ known .\n", "a.en")
    german = write(tmp_path, "Annas Katze\n\nDas ist bekannt , &quot; sagt man &quot; .\n", "a.de")
    found = read_pairs(english, german)
    assert [p.source for p in found.pairs] == [("anna", "'s", "cat"), ("it", "is", "well-known")]
    assert found.pairs[1].target == ("Das", "ist", "bekannt", ",", '"', "sagt", "man", '"', ".")
    both = f"{english} and {german}"
    assert [str(note) for note in found.notes] == [
        f"{both}, line 2: blank, not read",
        f"{both}, lines 1, 3: signs escaped as the Moses tokenizer does (&apos; …): read as the signs",
        f"{both}: target: written with blanks between words, and read so",
        f"{both}, line 3: target: blanks beside punctuation will be printed in another way",
    ]
    assert [p.line for p in found.pairs] == [1, 3]


def test_a_file_of_both_sides_is_no_half_of_a_pair(tmp_path):
    both = write(tmp_path, PLAIN)
    with pytest.raises(CorpusError, match=r"pairs.tsv, line 1: tabs between columns"):
        read_pairs(both, write(tmp_path, "茶\n猫\n", "b.zh"))


@pytest.mark.parametrize(
    ("data", "writings", "first"),
    [
        ("I am tired.\tIch bin übermüdet.\n", ("spaced", "spaced"), ("Ich", "bin", "übermüdet", ".")),
        ("I like tea\tأنا أحب الشاي\n", ("spaced", "spaced"), ("أنا", "أحب", "الشاي")),
        ("I like tea\t나는 차를 좋아한다\n", ("spaced", "spaced"), ("나는", "차를", "좋아한다")),
        ("我喜欢茶。\tI like Anna's tea.\n", ("unspaced", "spaced"), ("I", "like", "Anna's", "tea", ".")),
        ("I like tea.\tお茶が好きです。\n", ("spaced", "unspaced"), tuple("お茶が好きです")),
        ("I like red tea.\t我喜歡紅茶。\n", ("spaced", "unspaced"), tuple("我喜歡紅茶")),
    ],
)
def test_the_writing_of_each_side_is_found(tmp_path, data, writings, first):
    found = read_pairs(write(tmp_path, data))
    assert (found.source_writing, found.target_writing) == writings
    assert found.pairs[0].target == first
    usual = {"source": ("spaced", "unspaced"), "target": ("unspaced", "spaced")}
    told = [note.text.split(":")[0] for note in found.notes]
    assert told == [side for side, w in zip(("source", "target"), writings, strict=True) if w != usual[side][0]]


def test_lines_in_another_writing_are_told(tmp_path):
    _, notes = read(tmp_path, PLAIN + "tired\tIch bin müde heute\n")
    usual = "without blanks (as Chinese is)"
    assert notes == [f"line 3: target: other letters than most lines, which are written {usual}; read like those"]


def test_blanks_that_only_some_lines_have_are_told(tmp_path):
    pairs, notes = read(tmp_path, "a\t我 喜欢 茶\nb\t你好\nc\t他跑了\n")
    assert [pair.target for pair in pairs] == [("我", "喜欢", "茶"), ("你", "好"), ("他", "跑", "了")]
    assert notes == ["line 1: target: blanks between words, as most lines do not have: each word here is one token"]
    _, notes = read(tmp_path, "a\t我 喜欢 茶\nb\t你 好 吗\nc\t他跑了\n")
    assert notes == ["line 3: target: no blanks between words, as most lines have: read in characters"]
    _, notes = read(tmp_path, "a\tฉันรักชาร้อนมากที่สุด เธอรักกาแฟเย็นมาก\n")
    assert notes == ["line 1: target: blanks between phrases are not kept"]


@pytest.mark.parametrize(
    ("data", "manner"),
    [
        (PLAIN, "source as English: .* without the last full stop; target in characters"),
        ("I run.\tIch laufe.\n", "source as English: .*; target in words, punctuation apart"),
        ("我跑\tI run\n", "source in characters .*; target in words"),
        ("i run\t我 跑\t0-0\n", "tokens are what single spaces separate"),
    ],
)
def test_how_a_file_was_read_is_told(tmp_path, data, manner):
    assert re.match(manner, read_pairs(write(tmp_path, data)).manner)


def test_load_pairs_warns_of_each_note(tmp_path):
    path = write(tmp_path, PLAIN + "\n")
    with pytest.warns(CorpusWarning, match=r"pairs\.tsv, line 3: blank, not read"):
        assert load_pairs(path) == TWO


@pytest.mark.parametrize("split", SPLITS)
def test_the_shipped_corpus_needs_no_note(split):
    path = data_dir() / "corpus" / f"{split}.tsv"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = read_pairs(path)
    assert found.notes == ()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [pair.line for pair in found.pairs] == list(range(1, len(lines) + 1))
    for pair, line in zip(found.pairs, lines, strict=True):
        links = " ".join(f"{i}-{j}" for i, j in sorted(pair.alignment))
        assert f"{' '.join(pair.source)}\t{' '.join(pair.target)}\t{links}" == line

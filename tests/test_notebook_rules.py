"""Each rule passes on a notebook that keeps it and speaks up on one that breaks it: a rule that cannot fail is none."""

import sys
import types

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from notebook_exercises import ALL_RULES, find_exercises
from notebook_file import Notebook
from notebook_sample import QUESTION, SLUG, exercise, sample, store, stream, tagged
from notebook_truth import entries
from series import SECTIONS, THIRTY, after, before

CHECKS = types.SimpleNamespace(
    EXERCISES=[
        types.SimpleNamespace(name="layer_norm", notebook=SLUG),
        types.SimpleNamespace(name="axis_puzzle", notebook=SLUG),
        types.SimpleNamespace(name="rotation", notebook="08_positional_encoding"),
    ]
)


@pytest.fixture(autouse=True)
def _checks(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformer_lab.checks", CHECKS)


def find(notebook, text):
    """The first cell whose source contains ``text``."""
    return next(cell for cell in notebook.cells if text in cell.source)


def replace(text, by):
    """A change that replaces ``text`` in the first cell that contains it."""

    def change(notebook):
        cell = find(notebook, text)
        cell.source = cell.source.replace(text, by)

    return change


def drop(text):
    return lambda notebook: notebook.cells.remove(find(notebook, text))


def insert(cell, before="## Build it"):
    return lambda notebook: notebook.cells.insert(notebook.cells.index(find(notebook, before)), cell)


def edit(text, **values):
    """A change that sets attributes of the first cell that contains ``text``."""
    return lambda notebook: find(notebook, text).update(values)


def bare(text):
    """A change that takes the alt text from the pictures of a cell."""
    return lambda notebook: [output.metadata.clear() for output in find(notebook, text).outputs]


def ignore(*texts):
    return lambda nb: [find(nb, text).metadata.update(tags=["nbval-ignore-output"]) for text in texts]


def count(value):
    return lambda notebook: setattr(find(notebook, "print(1)"), "execution_count", value)


def output(**fields):
    return lambda notebook: find(notebook, "print(1)").outputs.append(new_output(**fields))


WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Slider()"}

BROKEN = [
    ("title", replace("# 02 ·", "# 2 ·"), "must begin"),
    ("title", replace("— 层归一化", ""), "must begin"),
    ("header", replace("**You need**", "You need"), "lacks **You need**"),
    ("header", replace("\uff1f", "。"), "question"),
    ("header", replace("[All notebooks](../README.md)", ""), "../README.md"),
    ("header", replace("01_weighted_sum", "03_positional_normalization"), "01_weighted_sum.ipynb"),
    ("overview", drop("transformer_map"), "must show transformer_map"),
    ("overview", replace("views.transformer_map('norm')", "views"), "must show transformer_map"),
    ("overview", insert(new_code_cell("1"), before="# 02"), "must show transformer_map"),
    ("reseeding", replace("reseed(0)", "reseed"), "it stands in 0"),
    ("reseeding", insert(new_code_cell("reseed(0)")), "it stands in 2"),
    ("reseeding", insert(new_code_cell("torch.manual_seed(0)"), before="views.transformer_map"), "above 'reseed(0)'"),
    (
        "reseeding",
        insert(new_code_cell("random.Random(0)"), before="views.transformer_map"),
        "above 'reseed(0)'",
    ),
    ("reseeding", insert(new_code_cell("from random import Random")), "looked up in its module"),
    ("reseeding", insert(new_code_cell("from torch import Generator, nn")), "looked up in its module"),
    ("bounded", insert(new_code_cell("print(about(loss))")), "without an assert"),
    ("verdicts", insert(new_code_cell("print('right:', x > 3)")), "prints x > 3"),
    ("verdicts", insert(new_code_cell("print(f'{name}: {bool((x < y).all())}')")), "prints bool((x < y).all())"),
    ("verdicts", insert(new_code_cell("torch.allclose(x, y)")), "prints torch.allclose(x, y)"),
    ("verdicts", insert(new_code_cell("print('never' if x else not a < b)")), "prints not a < b"),
    ("verdicts", insert(new_code_cell("print('accuracy above 0.9')")), "prints the words 'accuracy above 0.9'"),
    ("verdicts", insert(new_code_cell("print(f'{n} of them, more than half')")), "prints the words 'of them, more"),
    ("references", replace("Ba et al. 2016, *Layer Normalization*", "He et al. (2016), *Deep*"), "reference He (2016)"),
    ("references", replace("Ba et al. 2016", "He (2016), *A*. He (2015), *B*"), "He (2015)"),
    ("headings", replace("## Build it", "## Build something"), "'## Build something' is not one"),
    ("headings", replace("## Build it", "## See it"), "out of order"),
    ("headings", replace("## Build it", "Words.\n\n## Build it"), "must open its cell"),
    ("sections", drop("## Common mistake"), "no section '## Common mistake'"),
    ("counts", count(None), "execution counts"),
    ("counts", count(7), "execution counts"),
    ("compared", edit("std()", metadata={"tags": ["nbval-skip"]}), "'nbval-skip' has no meaning"),
    ("compared", edit("std()", metadata={"tags": ["raises-exception"]}), "'raises-exception' has no meaning"),
    ("compared", ignore("std()", "print(1)"), "2 of 14 code cells"),
    ("outputs", lambda nb: nb.metadata.update(widgets={}), "metadata.widgets"),
    ("outputs", output(output_type="display_data", data=WIDGET), "widget view"),
    ("outputs", output(output_type="error", ename="E", evalue="", traceback=[]), "stores an error"),
    ("size", replace("Words.", "x" * 410_000), "KB, more than 400"),
    ("pictures", lambda nb: [drop("*Figure")(nb), bare("figure")(nb)], "without alt text"),
    ("pictures", bare("views.Layer"), "without alt text"),
    ("pictures", lambda nb: [cell.update(outputs=[]) for cell in nb.cells if "outputs" in cell], "no picture"),
    ("images", insert(new_markdown_cell("![](../README.md)")), "no alt text"),
    ("images", insert(new_markdown_cell("![a](https://example.org/a.png)")), "not a local file"),
    ("images", insert(new_markdown_cell('<img src="a.png">')), "no alt text"),
    ("links", insert(new_markdown_cell("[gone](../nowhere.md)")), "leads nowhere"),
    ("one_idea", insert(new_markdown_cell("x" * 1201)), "1201 characters"),
    ("code", insert(new_code_cell("")), "empty"),
    ("code", insert(new_code_cell("interact(f, x=1)")), "interact"),
    ("code", insert(new_code_cell("out = widgets.Output()")), "Output"),
    ("code", insert(new_code_cell("import urllib.request")), "network"),
    ("code", insert(new_code_cell("%matplotlib inline")), "magics"),
    ("code", insert(new_code_cell("# NBVAL_SKIP")), "cell tags"),
    ("code", replace("from transformer_lab import", "from torch import"), "does not use transformer_lab"),
    ("asserted", replace("assert torch.zeros(2).shape", "torch.zeros(2).shape"), "'## Build it' asserts nothing"),
    ("asserted", drop("std()"), "runs nothing"),
    ("view", replace("views.LayerNormView", "print"), "no View or Explorer"),
    ("questions", drop("**Why?**"), "2 folded answers"),
    ("questions", replace("<summary>Answer</summary>", ""), "with its <summary>"),
    ("questions", insert(new_markdown_cell(QUESTION + QUESTION), before="## Where next"), "one <details>"),
    ("where_next", replace("References", "Reading"), "References"),
    ("where_next", replace("2016", ""), "year"),
    ("where_next", replace("Next: [03](03_positional_normalization.ipynb)", ""), "does not link"),
    ("exercises", lambda nb: find(nb, "def axis_puzzle").metadata.clear(), "1 exercises"),
    ("exercises", lambda nb: [cell.metadata.clear() for cell in nb.cells], "0 exercises"),
    ("exercises", replace("★☆☆", ""), "difficulty"),
    ("exercises", drop("### Exercise 1"), "no card"),
    ("exercises", replace("check.layer_norm(layer_norm)", "layer_norm(1)"), "must call check"),
    ("exercises", edit("check.layer_norm(layer_norm)", outputs=[stream("Right.\n")]), "not attempted yet"),
    ("exercises", drop("Hint 1"), "no hint"),
    ("exercises", drop("check.layer_norm(lambda"), "0 cells tagged solution"),
    ("exercises", edit("check.layer_norm(lambda", metadata={"tags": ["solution"]}), "not hidden"),
    ("exercises", replace("check.layer_norm(lambda", "check.axis_puzzle(lambda"), "does not call check.layer_norm"),
    ("exercises", edit("check.layer_norm(lambda", outputs=[stream("Not yet: the axis.\n")]), "did not pass"),
    ("exercises", insert(tagged("1", "solution", source_hidden=True)), "where no exercise is"),
    ("exercises", insert(tagged("1", "exercise")), "outside '## Try it'"),
    ("listed", lambda nb: [insert(cell, "## Check")(nb) for cell in exercise(3, "rotation")], "['axis_puzzle', 'lay"),
    ("listed", replace("check.axis_puzzle(axis_puzzle)", "check.axis(axis_puzzle)"), "which asks ['axis', "),
]


@pytest.mark.parametrize("rule", ALL_RULES)
def test_the_sample_keeps(rule, tmp_path):
    assert ALL_RULES[rule](Notebook(store(sample(), tmp_path))) == []


@pytest.mark.parametrize(
    ("rule", "change", "words"), BROKEN, ids=[f"{rule}-{i}" for i, (rule, *_) in enumerate(BROKEN)]
)
def test_the_rule_notices(rule, change, words, tmp_path):
    notebook = sample()
    change(notebook)
    faults = ALL_RULES[rule](Notebook(store(notebook, tmp_path)))
    assert words in " | ".join(faults)


def test_file_name(tmp_path):
    assert ALL_RULES["file_name"](Notebook(store(sample(), tmp_path, "02_layernorm"))) == [
        "02_layernorm.ipynb is not one of the thirty"
    ]


def test_every_rule_is_shown_to_fail():
    assert {rule for rule, *_ in BROKEN} | {"file_name"} == set(ALL_RULES)


def test_exercises_are_found(tmp_path):
    found = find_exercises(Notebook(store(sample(), tmp_path)))
    assert [exercise.name for exercise in found] == ["layer_norm", "axis_puzzle"]


def test_exercises_need_the_checks(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformer_lab.checks", None)
    assert "cannot be read" in ALL_RULES["listed"](Notebook(store(sample(), tmp_path)))[0]


def test_series():
    assert len(THIRTY) == len(set(THIRTY)) == 30
    assert [slug[:2] for slug in THIRTY] == [f"{n:02}" for n in range(1, 31)]
    assert len(SECTIONS) == 8
    assert before(THIRTY[0]) is after(THIRTY[-1]) is None
    assert (before(THIRTY[5]), after(THIRTY[5])) == (THIRTY[4], THIRTY[6])


def test_equality_printed_numbers_and_computed_bounds_are_no_verdicts(tmp_path):
    notebook = sample()
    for source in ("torch.equal(x, y)", "print(a == b, set(c) == {'d'})", "print(f'{x:.2f}', about(y)); assert y < 1"):
        insert(new_code_cell(source))(notebook)
    path = store(notebook, tmp_path)
    assert ALL_RULES["verdicts"](Notebook(path)) == ALL_RULES["bounded"](Notebook(path)) == []


def test_a_reference_is_used_by_its_first_author_and_where_he_is_there_twice_by_the_year_too(tmp_path):
    listed = (
        "**References.** Vaswani et al. (2017), *Attention*, part A.1. [He, Sun (2016)](https://example.org), *One*,"
        " section 3. He et al. (2015), *Two* (it has a bracket). IEEE (2019), *Standard* 754."
    )
    assert entries(listed.partition("References")[2]) == [
        ("Vaswani", "2017"), ("He", "2016"), ("He", "2015"), ("IEEE", "2019"),
    ]  # fmt: skip
    notebook = sample()
    replace("**References.** Ba et al. 2016, *Layer Normalization*, section 3.", listed)(notebook)
    insert(new_markdown_cell("Vaswani and others, and He (2015), and IEEE."))(notebook)
    [fault] = ALL_RULES["references"](Notebook(store(notebook, tmp_path)))
    assert fault == "the reference He (2016) is never used in the text"

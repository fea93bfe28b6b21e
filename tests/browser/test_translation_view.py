"""TranslationView: the stand-alone page, and typing in a real JupyterLab."""

import pytest
from helpers import serious_findings
from playwright.sync_api import expect

from transformer_lab.translation import Translator
from transformer_lab.views import TranslationView
from transformer_lab.vocabulary import SPECIALS, Vocabulary
from transformer_lab.writing import SPACED

SENTENCE = "the teacher bought three books in the park yesterday"


@pytest.fixture(scope="module")
def translator():
    return Translator.load()


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_shows_the_translation_without_a_kernel(show, translator, dark):
    view = TranslationView(translator, SENTENCE)
    page = show(view, dark=dark)
    head = page.root.locator(".tl-sentence")
    assert head.get_by_role("textbox", name="English").input_value() == SENTENCE
    assert head.locator(".tl-target").inner_text() == view.translation
    assert head.locator(".tl-reading").inner_text() == view._facts["prompt"]["pinyin"]
    page.press(page.root.locator("canvas.tl-canvas"), "ArrowDown", "ArrowDown")
    assert view._facts["queries"][2] in page.summary()
    assert not serious_findings(page.page)


TENSORS = """() => {
  const numbers = (name, { buffer, byteOffset, byteLength }) =>
    [...new (name === "mask" ? Uint8Array : Float32Array)(buffer.slice(byteOffset, byteOffset + byteLength))];
  return Object.fromEntries(Object.entries(transformerLabModel.get("_tensors")).map(([name, { shape, data }]) =>
    [name, [shape, numbers(name, data)]]));
}"""


@pytest.mark.parametrize("key", ["Enter", None])
@pytest.mark.parametrize("kind", ["decoder.cross_attention", "encoder.self_attention", "decoder.self_attention"])
def test_a_page_translates_what_is_typed_as_python_does(show, translator, kind, key):
    page = show(TranslationView(translator, SENTENCE, kind=kind, layers=[1], heads=[3, 0]))
    page.set(temperature=2.0, query=3, masked_keys=[1])
    head = page.root.locator(".tl-sentence")
    box = head.get_by_role("textbox", name="English")
    box.fill("Tom's sister doesn't read zebras.")
    box.press(key) if key else head.get_by_role("button", name="Translate").click()
    page.settle()
    wanted = TranslationView(translator, "Tom's sister doesn't read zebras.", kind=kind, layers=[1], heads=[3, 0])
    prompt = wanted._facts["prompt"]
    assert head.locator(".tl-target").inner_text() == wanted.translation
    assert head.locator(".tl-reading").inner_text() == prompt["pinyin"]
    assert "read as <unk>: zebras" in head.get_by_role("alert").inner_text()
    assert page.get("_facts") == wanted._facts
    assert [page.get(name) for name in ("temperature", "query", "masked_keys")] == [1.0, 0, []]
    found, held = page.page.evaluate(TENSORS), wanted._data.tensors()
    assert found.keys() == held.keys()
    for name, tensor in held.items():
        shape, numbers = found[name]
        assert shape == list(tensor.shape)
        if name == "mask":
            assert bytes(numbers) == wanted._tensors["mask"]["data"]
        else:
            assert numbers == pytest.approx(tensor.flatten().tolist(), abs=1e-4)
    assert not serious_findings(page.page)


def test_a_page_says_what_it_cannot_read_and_stays_as_it_was(show, translator):
    page = show(TranslationView(translator, SENTENCE))
    head, target = page.root.locator(".tl-sentence"), page.root.locator(".tl-target").inner_text()
    box = head.get_by_role("textbox", name="English")
    for typed, problem in ((" ", "text is empty"), ("tom " * 70, "70 tokens; this model takes at most 63")):
        box.fill(typed)
        box.press("Enter")
        assert problem in head.get_by_role("alert").inner_text()
        assert head.locator(".tl-target").inner_text() == target
        assert box.input_value() == typed
    box.fill("tom has two dogs")
    box.press("Enter")
    assert head.get_by_role("alert").count() == 0
    assert head.locator(".tl-target").inner_text() == translator.translate("tom has two dogs").text


@pytest.mark.parametrize("key", ["Enter", None])
def test_a_page_without_the_model_answers_in_words(show, translator, key):
    page = show(TranslationView(translator, SENTENCE), translator=False)
    head, target = page.root.locator(".tl-sentence"), page.root.locator(".tl-target").inner_text()
    said = head.locator("[aria-live=polite]")
    assert "kernel" not in said.inner_text()
    box = head.get_by_role("textbox", name="English")
    box.fill("tom has two dogs")
    box.press(key) if key else head.get_by_role("button", name="Translate").click()
    assert "Translating needs a running kernel" in said.inner_text()
    assert SENTENCE in said.inner_text()
    assert page.root.locator(".tl-target").inner_text() == target
    assert box.input_value() == "tom has two dogs"
    assert not serious_findings(page.page)


CELLS = [
    f"""from transformer_lab.translation import Translator
from transformer_lab.views import TranslationView
from transformer_lab.vocabulary import SPECIALS, Vocabulary
from transformer_lab.writing import SPACED
view = TranslationView(Translator.load(), {SENTENCE!r})
view""",
    "print(view.translation, view.layer, sep='|')",
    "view.sentence = 'tom has two dogs'",
    "view.mode = 'cell'",
]


def test_typing_in_jupyterlab(lab, translator):
    notebook = lab(CELLS)
    notebook.run(0)
    root = notebook.view(0)
    target, box = root.locator(".tl-target"), root.get_by_role("textbox", name="English")
    assert target.inner_text() == translator.translate(SENTENCE).text
    assert box.input_value() == SENTENCE

    root.locator("[name=layer]").focus()
    notebook.page.keyboard.press("ArrowDown")
    wanted = translator.translate("she has three cats").text
    box.fill("")
    box.press_sequentially("She has three cats.")
    box.press("Enter")
    root.locator(".tl-target", has_text=wanted).wait_for()
    assert notebook.page.evaluate("() => document.activeElement.name") == "sentence", "the box keeps the focus"
    notebook.ask(1, f"{wanted}|1")

    box.fill("the zyzzyva sleeps")
    root.get_by_role("button", name="Translate").click()
    root.locator(".tl-problem", has_text="Not in the vocabulary, read as <unk>: zyzzyva.").wait_for()
    box.fill("   ")
    box.press("Enter")
    root.locator(".tl-problem", has_text="text is empty").wait_for()

    notebook.run(2)
    root.locator(".tl-target", has_text=translator.translate("tom has two dogs").text).wait_for()
    assert root.locator(".tl-problem").all_text_contents() == ["", ""], "neither a notice nor a warning is left"
    notebook.run(3)
    first = root.locator(".tl-card[data-step='1']")
    first.wait_for()
    before = first.inner_text()
    root.locator("[name=head]").focus()
    notebook.page.keyboard.press("ArrowDown")
    # The vectors of another head come from Python.
    expect(first).not_to_have_text(before, use_inner_text=True)
    expect(first).to_contain_text("q × k")
    assert not [f for f in serious_findings(notebook.page) if "tl-" in f]


def test_a_language_from_right_to_left_is_written_so(show, translator):
    """The shipped model with Arabic words in the place of its Chinese ones."""
    words = [*SPECIALS, *(f"كلمة{i}" for i in range(4, len(translator.target_vocabulary)))]
    arabic = Translator(translator.model, translator.source_vocabulary, Vocabulary(words), target_writing=SPACED)
    view = TranslationView(arabic, SENTENCE)
    page = show(view)
    target = page.root.locator(".tl-target")
    assert target.inner_text() == view.translation == " ".join(arabic.translate(SENTENCE).target_tokens)
    assert target.evaluate("p => [getComputedStyle(p).direction, p.lang]") == ["rtl", ""]
    assert page.root.locator(".tl-prompt input").evaluate("p => getComputedStyle(p).direction") == "ltr"
    page.press(page.root.locator("canvas.tl-canvas"), "ArrowDown", "ArrowDown")
    assert f"\u2068{view._facts['queries'][2]}\u2069" in page.summary()

"""One view of each class on one page, as in a notebook that shows several: each looks as it does alone."""

import pytest
import torch
from attention_samples import translation_view
from decoding_tree_samples import toy_view
from explorer_samples import zoo_view

from transformer_lab.translation import Translator
from transformer_lab.views import LayerNormView, PositionalEncodingView, TranslationView
from transformer_lab.views.common import export

# anywidget appends each view's style to the document's head; the model is the part of Jupyter's that a view uses.
PAGE = """<!doctype html><meta charset="utf-8"><body style="margin: 0"><script>
const views = %s, ids = /tl-[a-z-]+-\\d+-[a-z0-9]+/g;
function makeModel(state) {
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  for (const tensor of Object.values(state._tensors)) tensor.data = bytes(tensor.data.$bytes);
  return { get: (name) => state[name], set() {}, save_changes() {}, on() {}, off() {} };
}
async function open({ script, style, state }) {
  const sheet = document.head.appendChild(Object.assign(document.createElement("style"), { textContent: style }));
  const el = document.body.appendChild(document.createElement("div"));
  el.style.width = "1100px";
  const { default: view } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  const close = await view.render({ model: makeModel(structuredClone(state)), el });
  return { el, close() { close(); el.remove(); sheet.remove(); } };
}
async function settle(el) {
  const frame = () => new Promise((done) => requestAnimationFrame(done)), root = el.querySelector(".tl-view");
  let before;
  do { before = root.dataset.paints; await frame(); await frame(); } while (!before || before !== root.dataset.paints);
}
function looks(el) {
  return [...el.querySelectorAll("*")].map((each) => {
    const style = getComputedStyle(each);
    return [`${each.tagName}.${each.getAttribute("class")}`, Object.fromEntries([...style].map((name) => [name,
      style.getPropertyValue(name).replace(ids, "")]))];
  });
}
async function compare() {
  const alone = {}, found = [];
  for (const [name, view] of Object.entries(views)) {
    const opened = await open(view);
    await settle(opened.el);
    alone[name] = looks(opened.el);
    opened.close();
  }
  const together = {};
  for (const [name, view] of Object.entries(views)) together[name] = await open(view);
  for (const { el } of Object.values(together)) await settle(el);
  const counts = {};
  for (const [name, { el }] of Object.entries(together)) {
    const now = looks(el);
    counts[name] = now.length;
    if (now.length !== alone[name].length) found.push([name, "elements", alone[name].length, now.length]);
    now.forEach(([what, style], i) => {
      for (const [property, value] of Object.entries(style)) {
        const was = alone[name][i]?.[1][property];
        if (was !== value) found.push([name, what, property, was, value]);
      }
    });
  }
  return { found: found.slice(0, 20), total: found.length, counts };
}
</script>"""


def all_views():
    heads = translation_view(mode="heads")
    return {
        "attention": translation_view(),
        "attention, heads": heads,
        "attention, one cell": translation_view(mode="cell"),
        "layer norm": LayerNormView(torch.randn(4, 6, generator=torch.Generator().manual_seed(0))),
        "positions": PositionalEncodingView(16, 32),
        "tree": toy_view(),
        "explorer": zoo_view(),
        "translation": TranslationView(Translator.load(), "the teacher bought three books"),
    }


def packed(view):
    names = ("_facts", "_tensors", "_initial", "theme", *view._touchable)
    extra = ("_now", "_ahead", "_kernel", "sentence", "problem")
    state = {name: getattr(view, name) for name in (*names, *(each for each in extra if view.has_trait(each)))}
    return {"script": view._esm, "style": view._css, "state": state}


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_a_view_among_others_looks_as_it_does_alone(chromium, tmp_path, backwards):
    views = [(name, packed(view)) for name, view in all_views().items()]
    path = tmp_path / "together.html"
    path.write_text(PAGE % export.safe_json(dict(views[::-1] if backwards else views)), "utf-8")
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(path.as_uri())
    result = page.evaluate("compare()")
    context.close()
    assert result["found"] == []
    assert min(result["counts"].values()) > 40

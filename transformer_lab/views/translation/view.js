// TranslationView: the AttentionView of a sentence, and above it the sentence to type and its translation. Python does the
// translating; in a stand-alone page there is no Python, so the sentence is shown and cannot be changed.

import { renderAttention } from "../attention/view.js";
import { h, uid } from "../common/frame.js";

export function render({ model, el }) {
  const live = model.get("sentence") !== undefined,
    id = uid("sentence");
  // JupyterLab swallows the submission that Enter would cause, so Enter is taken from the key itself.
  const input = h("input", {
    type: "text",
    id,
    name: "sentence",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.isComposing) ask(event);
    },
  });
  const send = h("button", { type: "submit" }, "Translate");
  function ask(event) {
    event.preventDefault();
    model.set("sentence", input.value);
    model.save_changes();
  }
  const form = h("form", { class: "tl-prompt", onsubmit: ask }, h("label", { for: id }, "English"), input, send);
  const target = h("p", { class: "tl-target", lang: "zh" }),
    reading = h("p", { class: "tl-reading" });
  const source = h("p", { class: "tl-source" }),
    warning = h("p", { class: "tl-problem", role: "alert", hidden: true });
  const head = h(
    "div",
    { class: "tl-sentence" },
    live ? form : source,
    h("div", { role: "status", "aria-live": "polite" }, target, reading),
    warning,
  );
  const close = renderAttention({ model, el }, "translation");
  el.querySelector(".tl-view").prepend(head);

  function show() {
    const { sentence, translation, pinyin, unknown, finished } = model.get("_facts").prompt,
      problem = model.get("problem") || "";
    source.textContent = sentence;
    if (document.activeElement !== input || input.value === sentence) input.value = sentence;
    target.textContent = translation;
    reading.textContent = pinyin;
    const notes = [
      problem,
      unknown.length ? `Not in the vocabulary, read as <unk>: ${unknown.join(", ")}.` : "",
      finished ? "" : "Stopped at the model's length limit.",
    ].filter(Boolean);
    warning.textContent = notes.join(" ");
    warning.hidden = !notes.length;
  }
  const heard = ["_facts", "problem"];
  for (const name of heard) model.on(`change:${name}`, show);
  show();
  return () => {
    for (const name of heard) model.off(`change:${name}`, show);
    close();
  };
}

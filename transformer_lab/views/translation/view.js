// TranslationView: the AttentionView of a sentence, and above it the sentence to type and its translation. Python does the
// translating; in a stand-alone page there is no Python, so the sentence is shown and cannot be changed.

/** @import { Host } from "../common/types.js" */

import { renderAttention } from "../attention/view.js";
import { h, uid } from "../common/dom.js";
import { shownToken } from "../common/numbers.js";

/** @param {Host} host */
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
    dir: "auto",
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.isComposing) ask(event);
    },
  });
  const label = h("label", { for: id }, "English");
  const send = h("button", { type: "submit" }, "Translate");
  /** @param {Event} event */
  function ask(event) {
    event.preventDefault();
    model.set("sentence", input.value);
    model.save_changes();
  }
  const form = h("form", { class: "tl-prompt", onsubmit: ask }, label, input, send);
  const target = h("p", { class: "tl-target", dir: "auto" }),
    reading = h("p", { class: "tl-reading" });
  const source = h("p", { class: "tl-source", dir: "auto" }),
    warning = h("p", { class: "tl-problem", role: "alert", hidden: true });
  const head = h(
    "div",
    { class: "tl-sentence" },
    live ? form : source,
    h("div", { role: "status", "aria-live": "polite" }, target, reading),
    warning,
  );
  const close = renderAttention({ model, el }, "translation");
  el.querySelector(".tl-view")?.prepend(head);

  function show() {
    const { sentence, language, translation, pinyin, unknown, finished } = model.get("_facts").prompt,
      problem = model.get("problem") || "";
    label.textContent = language;
    source.textContent = sentence;
    if (document.activeElement !== input || input.value === sentence) input.value = sentence;
    target.textContent = translation;
    target.lang = /\p{sc=Han}/u.test(translation) && !/[\p{sc=Hira}\p{sc=Kana}]/u.test(translation) ? "zh" : "";
    reading.textContent = pinyin;
    const notes = [
      problem,
      unknown.length
        ? `Not in the vocabulary, read as <unk>: ${unknown.map((/** @type {string} */ t) => shownToken(t)).join(", ")}.`
        : "",
      translation.includes("<unk>") ? "The model wrote <unk>: it has no word for something here." : "",
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

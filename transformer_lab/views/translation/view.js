// TranslationView: the AttentionView of a sentence, and above it the sentence to type and its translation. Python does the
// translating. A stand-alone page translates by itself where it carries the model; where nothing answers, once the kernel
// is gone, the view says so.

/** @import { Host } from "../common/types.js" */

import { renderAttention } from "../attention/view.js";
import { h, uid } from "../common/dom.js";
import { shownToken } from "../common/numbers.js";

// How long an answer may take, in milliseconds, before the view says what it waits for.
const PATIENCE = 3000;

/** @param {Host} host */
export const render = (host) => renderTranslation(host, null);

/**
 * carried: shows a sentence where no Python does (page.js), and returns why it cannot, or nothing.
 *
 * @param {Host} host
 * @param {((sentence: string) => string) | null} carried
 */
export function renderTranslation({ model, el }, carried) {
  const live = model.get("sentence") !== undefined,
    id = uid("sentence");
  let late = 0;
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
    const { sentence } = model.get("_facts").prompt;
    if (input.value === sentence) return;
    const silent = () => {
      if (!model.get("problem"))
        notice.textContent = `Translating needs a running kernel; this is still “${sentence}”.`;
    };
    if (carried) return show(carried(input.value));
    if (!live) return silent();
    clearTimeout(late);
    late = window.setTimeout(silent, PATIENCE);
    model.set("sentence", input.value);
    model.save_changes();
  }
  const form = h("form", { class: "tl-prompt", onsubmit: ask }, label, input, send);
  const target = h("p", { class: "tl-target", dir: "auto" }),
    reading = h("p", { class: "tl-reading" });
  const notice = h("p", { class: "tl-problem" }),
    warning = h("p", { class: "tl-problem", role: "alert", hidden: true });
  const head = h(
    "div",
    { class: "tl-sentence" },
    form,
    h("div", { role: "status", "aria-live": "polite" }, target, reading, notice),
    warning,
  );
  const close = renderAttention({ model, el }, "translation");
  el.querySelector(".tl-view")?.prepend(head);

  function show(problem = model.get("problem") || "") {
    const { sentence, language, translation, pinyin, unknown, finished } = model.get("_facts").prompt;
    label.textContent = language;
    clearTimeout(late);
    notice.textContent = "";
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
  const again = () => show();
  for (const name of heard) model.on(`change:${name}`, again);
  show();
  return () => {
    clearTimeout(late);
    for (const name of heard) model.off(`change:${name}`, again);
    close();
  };
}

// Native, labelled controls, each bound to one trait. Options and labels are text. enabled() may switch a control off.

import { h, uid } from "./dom.js";
import { format } from "./numbers.js";

/**
 * The makers of controls; each control that is made adds to syncs what brings it up to date before a frame is drawn.
 *
 * @param {Pick<import("./types.d.ts").Frame, "model" | "set" | "watch">} frame
 * @param {(() => void)[]} syncs
 * @returns {import("./types.d.ts").Controls}
 */
export function makeControls(frame, syncs) {
  const { model } = frame;
  /**
   * @param {string} trait
   * @param {(value: any) => void} sync
   * @param {import("./types.d.ts").When} when
   * @param {any} element
   * @param {any} input
   */
  function bind(trait, sync, { shown, enabled }, element, input) {
    syncs.push(() => {
      if (shown) element.hidden = !shown();
      if (shown && element.hidden) return;
      if (enabled) input.disabled = !enabled();
      sync(model.get(trait));
    });
    frame.watch(trait);
  }
  /** @type {import("./types.d.ts").Controls["select"]} */
  const select = ({ trait, label, options, ...when }) => {
    const list = () => (typeof options === "function" ? options() : options);
    const input = h("select", { name: trait, onchange: () => frame.set({ [trait]: list()[input.selectedIndex][0] }) });
    const element = h("label", { class: "tl-control" }, h("span", {}, label), input);
    /** @type {[any, string][] | null} */
    let last = null;
    let drawn = "";
    bind(
      trait,
      (value) => {
        const now = list(),
          key = now === last ? drawn : JSON.stringify(now);
        if (key !== drawn) input.replaceChildren(...now.map(([, said]) => h("option", {}, said)));
        [drawn, last] = [key, now];
        input.selectedIndex = now.findIndex(([each]) => each === value);
      },
      when,
      element,
      input,
    );
    return element;
  };
  // read: trait → position, write: position → trait, for scales that are not linear.
  // min and max may be functions, where the range depends on another state.
  /** @type {import("./types.d.ts").Controls["slider"]} */
  const slider = ({
    trait,
    label,
    min,
    max,
    step,
    name = trait,
    say = (v) => format(v, 2),
    read = (v) => v,
    write = (v) => v,
    ...when
  }) => {
    const edges = /** @type {["min" | "max", number | (() => number)][]} */ (Object.entries({ min, max })).filter(
        ([, at]) => typeof at === "function",
      ),
      fixed = (/** @type {number | (() => number)} */ at) => (typeof at === "function" ? null : at);
    // The name is the label alone: the value that stands in it is spoken as the value.
    const input = h("input", {
      type: "range",
      name,
      "aria-label": label,
      min: fixed(min),
      max: fixed(max),
      step,
      oninput: () => frame.set({ [trait]: write(Number(input.value)) }),
    });
    const shown = h("output", {}),
      element = h("label", { class: "tl-control" }, h("span", {}, label), input, shown);
    bind(
      trait,
      (value) => {
        for (const [edge, at] of edges) input[edge] = String(/** @type {() => number} */ (at)());
        if (Number(input.value) !== read(value)) input.value = read(value);
        // What is as it was is left alone: a text that is written anew is laid out anew.
        const said = say(value);
        if (shown.textContent === said) return;
        shown.textContent = said;
        input.setAttribute("aria-valuetext", said);
      },
      when,
      element,
      input,
    );
    return element;
  };
  /** @type {import("./types.d.ts").Controls["checkbox"]} */
  const checkbox = ({ trait, label, ...when }) => {
    const input = h("input", { type: "checkbox", name: trait, onchange: () => frame.set({ [trait]: input.checked }) });
    const element = h("label", { class: "tl-control tl-check" }, input, h("span", {}, label));
    bind(trait, (value) => (input.checked = value), when, element, input);
    return element;
  };
  // A few options side by side: native radio buttons, dressed as one bar.
  /** @type {import("./types.d.ts").Controls["choice"]} */
  const choice = ({ trait, label, options, ...when }) => {
    const group = uid(trait),
      inputs = options.map(([value]) =>
        h("input", { type: "radio", name: group, onchange: () => frame.set({ [trait]: value }) }),
      );
    const element = h(
      "fieldset",
      { class: "tl-choice" },
      h("legend", { class: "tl-hidden" }, label),
      ...options.map(([, said], i) => h("label", {}, inputs[i], h("span", {}, said))),
    );
    bind(
      trait,
      (value) => {
        for (const [i, [each]] of options.entries()) inputs[i].checked = each === value;
      },
      when,
      element,
      element,
    );
    return element;
  };
  /** @type {import("./types.d.ts").Controls["button"]} */
  const button = ({ label, onclick }) => h("button", { type: "button", onclick }, label);
  return { select, slider, checkbox, choice, button };
}

// An Explorer's controls, as Python describes them.

/** @import { Control, Scene } from "./types.js" */
/** @import { Frame } from "../common/types.js" */

import { h, uid } from "../common/dom.js";
import { nearest, positionText } from "./compute.js";

/**
 * @param {Frame<Scene>} frame
 * @param {Control} control
 */
export function makeControl(frame, control) {
  const { kind, name: trait, label, positions } = control;
  if (kind === "toggle") return control.in_panel ? [] : [frame.checkbox({ trait, label })];
  if (kind === "choice") {
    /** @type {[any, string][]} */
    const options = positions.map((value, i) => [value, control.shown?.[i] ?? String(value)]);
    if (control.menu) return [frame.select({ trait, label, options })];
    return [
      h(
        "span",
        { class: "tl-control tl-ex-choice" },
        h("span", { "aria-hidden": "true" }, label),
        frame.choice({ trait, label, options }),
      ),
    ];
  }
  if (kind === "text") {
    const input = h("input", {
      type: "text",
      name: trait,
      maxlength: control.longest,
      id: uid("text"),
      autocomplete: "off",
      oninput: () => frame.set({ [trait]: input.value }),
    });
    const sync = () => {
      if (input.value !== frame.model.get(trait)) input.value = frame.model.get(trait);
    };
    frame.model.on(`change:${trait}`, sync);
    frame.signal.addEventListener("abort", () => frame.model.off(`change:${trait}`, sync));
    sync();
    return [h("label", { class: "tl-control tl-ex-field" }, h("span", {}, label), input)];
  }
  const last = positions.length - 1,
    at = () => nearest(positions, frame.model.get(trait)),
    go = (/** @type {number} */ i) => frame.set({ [trait]: positions[i] });
  const slider = frame.slider({
    trait,
    label,
    min: 0,
    max: last,
    step: 1,
    read: (value) => nearest(positions, value),
    write: (i) => positions[i],
    say: (value) => positionText(control, value),
  });
  /** @type {HTMLElement} */ (slider.querySelector("output")).style.minWidth =
    `${Math.max(...[0, last >> 1, last].map((i) => positionText(control, positions[i]).length)) * 0.62}em`;
  return control.play
    ? [h("span", { class: "tl-ex-steps" }, slider, ...stepButtons(frame, label, last, at, go))]
    : [slider];
}

/**
 * Step back, step on, play. With reduced motion nothing plays by itself: the step buttons remain.
 *
 * @param {Frame<Scene>} frame
 * @param {string} label
 * @param {number} last
 * @param {() => number} at
 * @param {(i: number) => void} go
 */
function stepButtons(frame, label, last, at, go) {
  let timer = 0;
  /** @type {(text: string, said: string, onclick: () => void) => HTMLButtonElement} */
  const button = (text, said, onclick) => h("button", { type: "button", "aria-label": said, onclick }, text);
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "▶ Play";
    play.setAttribute("aria-pressed", "false");
  };
  const play = button("▶ Play", `Play ${label}`, () => {
    if (timer) return stop();
    if (at() === last) go(0);
    play.textContent = "❚❚ Pause";
    play.setAttribute("aria-pressed", "true");
    timer = window.setInterval(() => (at() < last && !play.disabled ? go(at() + 1) : stop()), 700);
  });
  frame.signal.addEventListener("abort", stop);
  play.setAttribute("aria-pressed", "false");
  play.hidden = frame.calm;
  return [
    button("‹", `${label}: step back`, () => go(Math.max(0, at() - 1))),
    button("›", `${label}: step on`, () => go(Math.min(last, at() + 1))),
    play,
  ];
}

// Explorer: controls, panels in a grid, and where a frame comes from: computed ahead, or Python's last answer.

/** @import { Ahead, Answer, Facts, Panel, Scene } from "./types.js" */
/** @import { Frame, Host } from "../common/types.js" */

import { h } from "../common/dom.js";
import { createFrame } from "../common/frame.js";
import { makeCard, PICTURES } from "./card.js";
import { stateIndex, unpackFrame } from "./compute.js";
import { makeControl } from "./controls.js";
import { upLabel } from "./plots.js";
import { panelSentence, panelTable } from "./words.js";

const AGAIN = "If this notebook was opened again, or its kernel restarted, run the cell again.";

/** @param {Host} host */
export function render({ model, el }) {
  /** @type {Facts} */
  const { title, controls, columns } = model.get("_facts");
  const names = controls.map(({ name }) => name);
  /** @type {{ panels: Panel[], error: string }} */
  let shown = { panels: [], error: "" };
  /** @type {ReturnType<typeof makeCard>[]} */
  let cards = [];
  /** @type {Answer | null} */
  let seen = null;
  /** @type {Panel[] | null} */
  let drawn = null;
  let overdue = false,
    late = 0,
    painted = "";
  const current = () => names.map((name) => model.get(name));
  /** @type {() => Ahead | null} */
  const ahead = () => (model.get("_ahead").frames ? model.get("_ahead") : null);
  const answers = () => Boolean(model.get("_kernel") || ahead());
  /** @type {Frame<Scene>} */
  const frame = createFrame({
    model,
    el,
    name: "explorer",
    title,
    prepare,
    draw,
    summary: ({ panels }) => panels.map(panelSentence).filter(Boolean).join(" "),
    table: ({ panels }) => panels.flatMap(panelTable),
  });
  const notice = h("p", { class: "tl-ex-notice", hidden: true }),
    problem = h("p", { class: "tl-alarm", role: "alert", hidden: true }),
    grid = h("div", { class: "tl-ex-grid" });
  frame.root.prepend(h("div", { class: "tl-ex-title" }, title));
  frame.stage.append(problem, notice, grid);
  frame.toolbar.append(...controls.flatMap((control) => makeControl(frame, control)));
  frame.watch("_now", "_ahead", "_kernel", ...names);

  // The picture of the present state, where there is one; until then the last picture stays.
  function prepare() {
    const values = current(),
      stored = ahead(),
      index = stored ? stateIndex(controls, values) : -1;
    /** @type {Answer} */
    const now = model.get("_now");
    const exact = index >= 0 || JSON.stringify(now.at) === JSON.stringify(values);
    // While the reader drags, answers to earlier positions are shown as they arrive.
    const next = stored && index >= 0 ? unpackFrame(stored, index) : exact || now !== seen ? now : null;
    seen = now;
    if (next) shown = { error: next.error, panels: next.panels.length ? next.panels : shown.panels };
    return { ...shown, waiting: !exact, answers: answers() };
  }

  /** @param {Scene} scene */
  function draw({ panels, error, waiting, answers }) {
    problem.hidden = !error;
    problem.textContent = error ? `${error} (the last picture stays)` : "";
    const why = model.get("_facts").why;
    clearTimeout(late);
    frame.root.dataset.waiting = String(waiting);
    overdue &&= waiting;
    notice.hidden = answers && !overdue;
    notice.textContent = overdue
      ? `Waiting for Python to answer … ${AGAIN}`
      : `One state only, controls off: ${why || "its states were not computed ahead"}. In the notebook, with Python running, they work.`;
    // By a state, not at once: the notice makes the stage taller, which asks for another drawing.
    if (waiting && !overdue)
      late = window.setTimeout(() => {
        overdue = true;
        frame.redraw();
      }, 1000);
    /** @type {NodeListOf<HTMLInputElement>} */
    const inputs = frame.toolbar.querySelectorAll("input, select, button");
    for (const input of inputs) input.disabled = !answers;
    const width = frame.width,
      parts = panels.filter(({ wide }) => !wide).length,
      most = width >= 900 ? 3 : width >= 600 ? 2 : 1;
    const across = Math.max(1, Math.min(columns ?? (parts === 4 ? 2 : parts), most, parts || 1)),
      rows = Math.ceil(parts / across);
    grid.style.setProperty("--tl-columns", String(across));
    const shape = JSON.stringify(panels.map(({ kind, wide }) => [kind, wide]));
    if (grid.dataset.shape !== shape) {
      cards = panels.map((panel) => makeCard(frame, controls, panel));
      grid.replaceChildren(...cards.map(({ element }) => element));
    }
    grid.dataset.shape = shape;
    const tall =
      width < 600
        ? 300
        : rows > 1
          ? 270
          : panels.some(({ kind, wide }) => wide && PICTURES.has(kind))
            ? 290
            : panels.some(({ wide }) => wide)
              ? 340
              : 390;
    const widths = cards.map(({ body }) => body.clientWidth),
      plots = panels.filter(({ kind }) => PICTURES.has(kind) && kind !== "heat");
    const room = { x: plots.some((each) => "x" in each && each.x), y: plots.some((each) => upLabel(each)) };
    // While Python is asked, only what the pointer holds is painted again.
    const look = JSON.stringify([shape, widths, tall, frame.dark, answers]),
      same = drawn === panels && painted === look;
    [drawn, painted] = [panels, look];
    for (const [i, card] of cards.entries())
      if (!same || ("drag" in panels[i] && panels[i].drag))
        card.paint(panels[i], Math.max(160, widths[i]), tall, room, answers);
  }

  return () => {
    clearTimeout(late);
    frame.close();
  };
}

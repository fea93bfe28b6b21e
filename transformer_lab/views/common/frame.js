// What every view's script needs from the page: a frame, a tooltip, a live summary, a table on request.
//
//   export function render({ model, el }) {
//     const frame = createFrame({ model, el, name: "my-view", title: "My view", prepare, draw, summary, table });
//     frame.toolbar.append(frame.select({ trait: "layer", label: "Layer", options: [[0, "1"], [1, "2"]] }),
//                          frame.slider({ trait: "temperature", label: "Temperature", min: 0.1, max: 4, step: 0.1 }));
//     frame.watch("layer", "temperature");        // a change of these traits, from anywhere, repaints
//     return frame.close;
//   }
//
// prepare() returns the scene: everything that one frame draws, from the traits as they are. It runs before the controls
// are brought up to date and draw(scene) paints into frame.stage, at most once per animation frame. summary(scene) returns
// one or two sentences; table(scene) returns { caption, heads: [text…], rows: [[rowHead, number | text, …], …] }, or a list
// of such, and runs only while it is shown. Between two frames, frame.look() is the scene as it would be drawn now.
//
// frame.set({ trait: value, … }) changes states here and in Python, in one message. frame.colours are the colours by name,
// for a canvas; frame.dark says which palette to use; frame.width is the stage's width in CSS pixels. frame.root.dataset.paints counts the painted frames. controls.js makes the controls.

import { makeControls } from "./controls.js";
import { h, uid } from "./dom.js";
import { format } from "./numbers.js";
import { pageIsDark, readColours } from "./theme.js";

/**
 * @template Scene
 * @param {object} given
 * @param {import("./types.d.ts").Model} given.model
 * @param {HTMLElement} given.el
 * @param {string} given.name
 * @param {string} given.title
 * @param {() => Scene} given.prepare
 * @param {(scene: Scene) => void} given.draw
 * @param {(scene: Scene) => string} given.summary
 * @param {(scene: Scene) => import("./types.d.ts").Table | import("./types.d.ts").Table[]} given.table
 * @returns {import("./types.d.ts").Frame<Scene>}
 */
export function createFrame({ model, el, name, title, prepare, draw, summary, table }) {
  const stop = new AbortController(),
    { signal } = stop;
  /** @type {(() => void)[]} */
  const undo = [];
  /** @type {(() => void)[]} */
  const syncs = [];
  const toolbar = h("div", { class: "tl-toolbar" }),
    stage = h("div", { class: "tl-stage" });
  const text = h("p", { class: "tl-summary" }),
    live = h("p", { class: "tl-hidden", role: "status", "aria-live": "polite" });
  const box = h("div", {
    class: "tl-table",
    id: uid("table"),
    hidden: true,
    tabindex: 0,
    role: "region",
    "aria-label": `${title}: table`,
  });
  const tip = h("div", { class: "tl-tip", "aria-hidden": "true", hidden: true });
  const foot = h("div", { class: "tl-foot" }),
    alarm = h("p", { class: "tl-alarm", role: "alert", hidden: true });
  const root = h(
    "div",
    { class: `tl-view tl-${name}`, role: "group", "aria-label": title },
    toolbar,
    stage,
    text,
    alarm,
    foot,
    box,
    live,
    tip,
  );
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let pending = 0,
    paints = 0,
    saying = 0,
    hidden = false;
  /** @type {Scene | null} */
  let scene = null;

  /** @type {Omit<import("./types.d.ts").Frame<Scene>, keyof import("./types.d.ts").Controls>} */
  const own = {
    model,
    root,
    toolbar,
    stage,
    foot,
    signal,
    width: 0,
    dark: false,
    colours: readColours(root),
    look() {
      scene ??= prepare();
      return scene;
    },
    get calm() {
      return calm.matches;
    },
    set(values) {
      for (const [trait, value] of Object.entries(values)) if (model.get(trait) !== value) model.set(trait, value);
      model.save_changes();
      scene = null;
    },
    redraw() {
      scene = null;
      if (!pending && !signal.aborted) pending = requestAnimationFrame(paint);
    },
    watch(...traits) {
      for (const trait of traits) {
        model.on(`change:${trait}`, frame.redraw);
        undo.push(() => model.off(`change:${trait}`, frame.redraw));
      }
    },
    // Calls step(milliseconds since start) before each frame until it returns false; returns a function that stops it.
    animate(step) {
      let id = 0,
        start = -1;
      const tick = (/** @type {number} */ now) => {
        if (start < 0) start = now;
        if (!signal.aborted && step(now - start) !== false) id = requestAnimationFrame(tick);
      };
      id = requestAnimationFrame(tick);
      return () => cancelAnimationFrame(id);
    },
    reset: () => frame.set(model.get("_initial")),
    tooltip(lines, event) {
      tip.hidden = !lines;
      if (!lines || !event) return;
      tip.replaceChildren(...lines.map((line) => h("div", {}, line)));
      const view = root.getBoundingClientRect();
      const x = event.clientX - view.left + 14,
        y = event.clientY - view.top + 14;
      tip.style.left = `${Math.max(0, Math.min(x, view.width - tip.offsetWidth - 4))}px`;
      tip.style.top = `${y + tip.offsetHeight > view.height ? Math.max(0, y - tip.offsetHeight - 28) : y}px`;
    },
    close() {
      stop.abort();
      cancelAnimationFrame(pending);
      clearTimeout(saying);
      for (const step of undo) step();
      root.remove();
    },
  };
  const frame = Object.assign(own, makeControls(own, syncs));

  function paint() {
    pending = 0;
    // Hidden (a folded output, a cell far from the window): nothing has a size; the observer asks again when it is shown.
    // Begun anew, it takes the size for 0: a page that changes its theme has none for less than a frame.
    if (!stage.clientWidth) {
      if (!hidden) {
        sizes.unobserve(stage);
        sizes.observe(stage);
      }
      hidden = true;
      return;
    }
    hidden = false;
    const dark = pageIsDark(model.get("theme")),
      width = stage.clientWidth;
    if (dark !== frame.dark || width !== frame.width) scene = null;
    root.dataset.theme = dark ? "dark" : "light";
    Object.assign(frame, { dark, width, colours: readColours(root) });
    try {
      const now = frame.look();
      for (const sync of syncs) sync();
      draw(now);
      say(summary(now));
      if (!box.hidden) fillTable([table(now)].flat());
      alarm.hidden = true;
    } catch (error) {
      alarm.textContent = `This view stopped: ${/** @type {Error} */ (error).message}`;
      alarm.hidden = false;
      console.error(error);
    }
    root.dataset.paints = String(++paints);
  }
  // Seen at once; spoken when the reader pauses, so that a drag does not flood a screen reader.
  function say(/** @type {string} */ sentence) {
    if (text.textContent === sentence) return;
    text.textContent = sentence;
    clearTimeout(saying);
    saying = window.setTimeout(() => (live.textContent = sentence), 500);
  }
  function fillTable(/** @type {import("./types.d.ts").Table[]} */ tables) {
    const cell = (/** @type {string | number} */ value) =>
      typeof value === "number" ? h("data", { value: String(value) }, format(value, 4)) : value;
    box.replaceChildren(
      ...tables.map(({ caption, heads, rows }) =>
        h(
          "table",
          {},
          h("caption", {}, caption),
          h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
          h(
            "tbody",
            {},
            ...rows.map(([head, ...cells]) =>
              h("tr", {}, h("th", { scope: "row" }, head), ...cells.map((value) => h("td", {}, cell(value)))),
            ),
          ),
        ),
      ),
    );
  }

  foot.append(frame.button({ label: "Reset", onclick: frame.reset }));
  const toggle = frame.button({
    label: "Show as table",
    onclick: () => {
      box.hidden = !box.hidden;
      toggle.setAttribute("aria-expanded", String(!box.hidden));
      frame.redraw();
    },
  });
  toggle.setAttribute("aria-expanded", "false");
  toggle.setAttribute("aria-controls", box.id);
  foot.append(toggle);
  const looks = new MutationObserver(frame.redraw),
    sizes = new ResizeObserver(frame.redraw);
  looks.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  sizes.observe(stage);
  undo.push(
    () => looks.disconnect(),
    () => sizes.disconnect(),
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", frame.redraw, { signal });
  frame.watch("theme", "_facts", "_tensors");
  el.append(root);
  frame.redraw();
  return frame;
}

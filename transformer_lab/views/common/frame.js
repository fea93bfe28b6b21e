// What every view's script needs from the page: a frame, controls, a tooltip, a live summary, a table on request.
//
//   export function render({ model, el }) {
//     const frame = createFrame({ model, el, name: "my-view", title: "My view", draw, summary, table });
//     frame.toolbar.append(frame.select({ trait: "layer", label: "Layer", options: [[0, "1"], [1, "2"]] }),
//                          frame.slider({ trait: "temperature", label: "Temperature", min: 0.1, max: 4, step: 0.1 }));
//     frame.watch("layer", "temperature");        // a change of these traits, from anywhere, repaints
//     return frame.close;
//   }
//
// draw(frame) paints into frame.stage and runs at most once per animation frame; summary() returns one or two sentences;
// table() returns { caption, heads: [text…], rows: [[rowHead, number | text, …], …] }, or a list of such, and runs only
// while it is shown; prepare(), where given, runs before the controls are brought up to date and draw() is called.
// frame.root.dataset.paints counts the painted frames. frame.set(trait, value) changes the state here and in Python;
// frame.dark says which palette to use; frame.width is the stage's width in CSS pixels.
import { format } from "./math.js";

const FOCUSABLE = new Set(["a", "button", "input", "select", "summary", "textarea"]);
let serial = 0;
export const uid = (prefix) => `tl-${prefix}-${++serial}-${Math.random().toString(36).slice(2, 8)}`;

// An HTML element. Children are elements or strings; strings become text, never markup. Everything focusable tells
// JupyterLab to leave its keys alone (JupyterLab looks for this on the element itself, not on its ancestors).
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  if (FOCUSABLE.has(tag) || "tabindex" in attributes) element.dataset.lmSuppressShortcuts = "true";
  element.append(...children.filter((child) => child != null));
  return element;
}

// A stored tensor as { shape, data }: Float32Array, or Uint8Array of 0 and 1. The bytes arrive as a DataView that may
// start anywhere.
export function readTensor(model, name) {
  const entry = model.get("_tensors")?.[name];
  if (!entry) return null;
  const { buffer, byteOffset, byteLength } = entry.data;
  const copy = buffer.slice(byteOffset, byteOffset + byteLength);
  if (entry.dtype !== "bits") return { shape: entry.shape, data: new Float32Array(copy) };
  const bits = new Uint8Array(copy),
    count = entry.shape.reduce((a, b) => a * b, 1);
  return { shape: entry.shape, data: Uint8Array.from({ length: count }, (_, i) => (bits[i >> 3] >> (i & 7)) & 1) };
}

function pageIsDark(theme) {
  if (theme !== "auto") return theme === "dark";
  const body = document.body;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  if (/\bvscode-(dark|light)/.test(body.className)) return body.classList.contains("vscode-dark");
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export function createFrame({ model, el, name, title, prepare, draw, summary, table }) {
  const stop = new AbortController(),
    { signal } = stop,
    undo = [],
    controls = [];
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
    saying = 0;

  const frame = {
    model,
    root,
    toolbar,
    stage,
    foot,
    signal,
    width: 0,
    dark: false,
    get calm() {
      return calm.matches;
    },
    set(trait, value) {
      model.set(trait, value);
      model.save_changes();
    },
    redraw() {
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
      let id, start;
      const tick = (now) => {
        start ??= now;
        if (!signal.aborted && step(now - start) !== false) id = requestAnimationFrame(tick);
      };
      id = requestAnimationFrame(tick);
      return () => cancelAnimationFrame(id);
    },
    reset() {
      for (const [trait, value] of Object.entries(model.get("_initial"))) model.set(trait, value);
      model.save_changes();
    },
    tooltip(lines, event) {
      tip.hidden = !lines;
      if (!lines) return;
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

  function paint() {
    pending = 0;
    // Hidden (a folded output, a cell far from the window): nothing has a size; the observer asks again when it is shown.
    if (!stage.clientWidth) return;
    frame.dark = pageIsDark(model.get("theme"));
    root.dataset.theme = frame.dark ? "dark" : "light";
    frame.width = stage.clientWidth;
    try {
      prepare?.();
      for (const control of controls) control.sync();
      draw(frame);
      say(summary ? summary() : "");
      if (!box.hidden) fillTable();
      alarm.hidden = true;
    } catch (error) {
      alarm.textContent = `This view stopped: ${error.message}`;
      alarm.hidden = false;
      console.error(error);
    }
    root.dataset.paints = ++paints;
  }
  // Seen at once; spoken when the reader pauses, so that a drag does not flood a screen reader.
  function say(sentence) {
    if (text.textContent === sentence) return;
    text.textContent = sentence;
    clearTimeout(saying);
    saying = setTimeout(() => (live.textContent = sentence), 500);
  }
  function fillTable() {
    const cell = (value) =>
      typeof value === "number" ? h("data", { value: String(value) }, format(value, 4)) : String(value);
    box.replaceChildren(
      ...[table()]
        .flat()
        .map(({ caption, heads, rows }) =>
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

  addControls(frame, controls);
  foot.append(frame.button({ label: "Reset", onclick: frame.reset }));
  if (table) {
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
  }
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

// Native, labelled controls, each bound to one trait. Options and labels are text. enabled() may switch a control off.
function addControls(frame, controls) {
  const { model } = frame;
  const bind = (trait, sync, { shown, enabled } = {}, element, input) => {
    controls.push({
      sync() {
        if (shown) element.hidden = !shown();
        if (shown && element.hidden) return;
        if (enabled) input.disabled = !enabled();
        sync(model.get(trait));
      },
    });
    frame.watch(trait);
  };
  frame.select = ({ trait, label, options, ...when }) => {
    const list = () => (typeof options === "function" ? options() : options);
    const input = h("select", { name: trait, onchange: () => frame.set(trait, list()[input.selectedIndex][0]) });
    const element = h("label", { class: "tl-control" }, h("span", {}, label), input);
    let drawn = "",
      last = null;
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
  frame.slider = ({
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
    const edges = Object.entries({ min, max }).filter(([, at]) => typeof at === "function"),
      fixed = (at) => (typeof at === "function" ? null : at);
    // The name is the label alone: the value that stands in it is spoken as the value.
    const input = h("input", {
      type: "range",
      name,
      "aria-label": label,
      min: fixed(min),
      max: fixed(max),
      step,
      oninput: () => frame.set(trait, write(Number(input.value))),
    });
    const shown = h("output", {}),
      element = h("label", { class: "tl-control" }, h("span", {}, label), input, shown);
    bind(
      trait,
      (value) => {
        for (const [edge, at] of edges) input[edge] = at();
        if (Number(input.value) !== read(value)) input.value = read(value);
        shown.textContent = say(value);
        input.setAttribute("aria-valuetext", shown.textContent);
      },
      when,
      element,
      input,
    );
    return element;
  };
  frame.checkbox = ({ trait, label, ...when }) => {
    const input = h("input", { type: "checkbox", name: trait, onchange: () => frame.set(trait, input.checked) });
    const element = h("label", { class: "tl-control tl-check" }, input, h("span", {}, label));
    bind(trait, (value) => (input.checked = value), when, element, input);
    return element;
  };
  // A few options side by side: native radio buttons, dressed as one bar.
  frame.choice = ({ trait, label, options, ...when }) => {
    const group = uid(trait),
      inputs = options.map(([value]) =>
        h("input", { type: "radio", name: group, onchange: () => frame.set(trait, value) }),
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
  frame.button = ({ label, onclick }) => h("button", { type: "button", onclick }, label);
}

// Explorer: controls, panels in a grid, and where a frame comes from: computed ahead, or Python's last answer.
import { svg } from "../common/drawing.js";
import { createFrame, h, uid } from "../common/frame.js";
import { seriesColour, seriesDash } from "./axes.js";
import { nearest, positionText, stateIndex, unpackFrame } from "./compute.js";
import { paintPlanePanel } from "./plane.js";
import { paintBarPanel, paintLinePanel, upLabel } from "./plots.js";
import { fillCells, fillNumbers, fillTablePanel, fillText, paintHeatPanel } from "./tiles.js";
import { panelGaps, panelSentence, panelTable } from "./words.js";

const PICTURES = new Set(["bars", "lines", "points", "heat"]);

export function render({ model, el }) {
  const { title, controls, columns } = model.get("_facts"),
    names = controls.map(({ name }) => name);
  let panels = [],
    error = "",
    waiting = false,
    cards = [],
    late = 0,
    seen = null,
    painted = "",
    drawn = null;
  const current = () => names.map((name) => model.get(name));
  const ahead = () => (model.get("_ahead").frames ? model.get("_ahead") : null),
    answers = () => model.get("_kernel") || ahead();
  const frame = createFrame({
    model,
    el,
    name: "explorer",
    title,
    prepare,
    draw,
    summary: () => panels.map(panelSentence).filter(Boolean).join(" "),
    table: () => panels.flatMap(panelTable),
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
      index = stored ? stateIndex(controls, values) : -1,
      now = model.get("_now");
    const exact = index >= 0 || JSON.stringify(now.at) === JSON.stringify(values);
    // While the reader drags, answers to earlier positions are shown as they arrive.
    const next = index >= 0 ? unpackFrame(stored, index) : exact || now !== seen ? now : null;
    seen = now;
    waiting = !exact;
    if (!next) return;
    error = next.error;
    if (next.panels.length) panels = next.panels;
  }

  function change(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  }

  function draw() {
    problem.hidden = !error;
    problem.textContent = error ? `${error} (the last picture stays)` : "";
    const why = model.get("_facts").why;
    clearTimeout(late);
    frame.root.dataset.waiting = waiting;
    notice.hidden = Boolean(answers());
    notice.textContent = `One state only, controls off: ${why || "its states were not computed ahead"}. In the notebook, with Python running, they work.`;
    if (waiting)
      late = setTimeout(
        () => Object.assign(notice, { hidden: false, textContent: "Waiting for Python to answer …" }),
        1000,
      );
    for (const input of frame.toolbar.querySelectorAll("input, select, button")) input.disabled = !answers();
    const width = frame.width,
      parts = panels.filter(({ wide }) => !wide).length,
      most = width >= 900 ? 3 : width >= 600 ? 2 : 1;
    const across = Math.max(1, Math.min(columns ?? (parts === 4 ? 2 : parts), most, parts || 1)),
      rows = Math.ceil(parts / across);
    grid.style.setProperty("--tl-columns", across);
    const shape = JSON.stringify(panels.map(({ kind, wide }) => [kind, wide]));
    if (grid.dataset.shape !== shape) {
      cards = panels.map(makeCard);
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
    const room = { x: plots.some(({ x }) => x), y: plots.some(upLabel) };
    // While Python is asked, only what the pointer holds is painted again.
    const look = JSON.stringify([shape, widths, tall, frame.dark, Boolean(answers())]),
      same = drawn === panels && painted === look;
    [drawn, painted] = [panels, look];
    for (const [i, card] of cards.entries())
      if (!same || panels[i].drag) card.paint(panels[i], Math.max(160, widths[i]), tall, room);
  }

  function makeCard({ kind, wide }) {
    const head = h("div", { class: "tl-ex-head" }),
      legend = h("div", { class: "tl-ex-legend" }),
      note = h("p", { class: "tl-ex-note" });
    const picture =
      kind === "heat"
        ? h("canvas", { role: "img" })
        : PICTURES.has(kind)
          ? svg("svg", { role: "img", width: "100%" })
          : h("div", { class: `tl-ex-${kind}` });
    const body = h("div", { class: "tl-ex-body" }, picture),
      element = h("div", { class: wide ? "tl-ex-panel tl-ex-wide" : "tl-ex-panel" }, head, legend, body, note);
    const dragging = kind === "points" ? makeDraggable(picture, frame, controls, change) : null;
    function paint(p, width, height, room) {
      head.textContent = p.title;
      head.hidden = !p.title;
      fillLegend(legend, p);
      note.textContent = [p.note, panelGaps(p)].filter(Boolean).join(" ");
      note.hidden = !note.textContent;
      if (PICTURES.has(kind)) picture.setAttribute("aria-label", panelSentence(p));
      if (kind === "bars") paintBarPanel(picture, p, width, height, room);
      else if (kind === "lines") paintLinePanel(picture, p, width, height, room);
      else if (kind === "heat") paintHeatPanel(picture, p, width, height, frame.dark);
      else if (kind === "points") dragging.paint(p, width, height, room);
      else if (kind === "cells") fillCells(picture, p, change, answers());
      else ({ numbers: fillNumbers, text: fillText, table: fillTablePanel })[kind](picture, p);
    }
    return { element, body, paint };
  }
  return () => {
    clearTimeout(late);
    frame.close();
  };
}

// A point at two sliders' values: the pointer moves both; the keyboard has the sliders.
function makeDraggable(picture, frame, controls, change) {
  let back = null,
    asked = null,
    held = false;
  const to = (event) => {
    const view = picture.getBoundingClientRect(),
      at = [back.x(event.clientX - view.left), back.y(event.clientY - view.top)];
    change(
      Object.fromEntries(
        asked.map((name, i) => {
          const { positions } = controls.find((each) => each.name === name);
          return [name, positions[nearest(positions, at[i])]];
        }),
      ),
    );
  };
  const listen = { signal: frame.signal };
  picture.addEventListener(
    "pointerdown",
    (event) => {
      if (!asked || event.button !== 0) return;
      event.preventDefault();
      picture.setPointerCapture(event.pointerId);
      held = true;
      to(event);
    },
    listen,
  );
  picture.addEventListener("pointermove", (event) => held && to(event), listen);
  picture.addEventListener("lostpointercapture", () => (held = false), listen);
  return {
    paint(p, width, height, room) {
      asked = p.drag && (frame.model.get("_kernel") || frame.model.get("_ahead").frames) ? p.drag : null;
      picture.classList.toggle("tl-ex-drag", Boolean(asked));
      const view = paintPlanePanel(
        picture,
        p,
        width,
        height,
        room,
        p.drag ? { x: frame.model.get(p.drag[0]), y: frame.model.get(p.drag[1]) } : null,
      );
      if (!held || !back) back = view;
    },
  };
}

// Names of what is drawn, with its colour and line; only where there is more than one, or a name to tell.
function fillLegend(legend, p) {
  const lines = p.kind === "lines",
    entries = (p.series ?? []).map(({ name, x, labels, path }, i) => ({
      name,
      i,
      shape: lines || path ? "line" : "dot",
      own: p.kind === "points" && x.length === 1 && !labels,
    }));
  for (const [i, { name }] of (p.arrows ?? []).entries())
    entries.push({ name, i: p.series.length + i, shape: "arrow" });
  if (lines) for (const [i, { name }] of p.bands.entries()) entries.push({ name, i, shape: "band" });
  if (p.kind === "cells") for (const [i, name] of p.names.entries()) entries.push({ name, i, shape: "square" });
  const shown = entries.filter(({ name, own }) => name && !own);
  legend.hidden = !shown.length || (shown.length === 1 && upLabel({ ...p, y: "" }) !== "");
  const key = JSON.stringify(shown);
  if (legend.dataset.key === key) return;
  legend.dataset.key = key;
  legend.replaceChildren(
    ...shown.map(({ name, i, shape }) => {
      const mark = svg("svg", {
        width: shape === "line" || shape === "arrow" ? 38 : 18,
        height: 16,
        "aria-hidden": "true",
      });
      if (shape === "line")
        mark.append(
          svg("line", {
            x1: 1,
            x2: 37,
            y1: 8,
            y2: 8,
            stroke: seriesColour(i),
            "stroke-width": 4,
            "stroke-dasharray": seriesDash(i),
          }),
        );
      else if (shape === "arrow")
        mark.append(svg("path", { d: "M1 5.5H22V1L37 8L22 15V10.5H1Z", fill: seriesColour(i) }));
      else
        mark.append(
          svg("rect", {
            x: 1,
            y: 1,
            width: 15,
            height: 14,
            rx: shape === "dot" ? 7 : 2,
            fill: seriesColour(i),
            "fill-opacity": shape === "band" ? 0.3 : 1,
          }),
        );
      return h("span", {}, mark, name);
    }),
  );
}

function makeControl(frame, control) {
  const { kind, name: trait, label, positions } = control;
  if (kind === "toggle") return [frame.checkbox({ trait, label })];
  if (kind === "choice") {
    const options = positions.map((value, i) => [value, control.shown[i]]);
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
      oninput: () => frame.set(trait, input.value),
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
    go = (i) => frame.set(trait, positions[i]);
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
  slider.querySelector("output").style.minWidth =
    `${Math.max(...[0, last >> 1, last].map((i) => positionText(control, positions[i]).length)) * 0.62}em`;
  return control.play
    ? [h("span", { class: "tl-ex-steps" }, slider, ...stepButtons(frame, label, last, at, go))]
    : [slider];
}

// Step back, step on, play. With reduced motion nothing plays by itself: the step buttons remain.
function stepButtons(frame, label, last, at, go) {
  let timer = 0;
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
    timer = setInterval(() => (at() < last && !play.disabled ? go(at() + 1) : stop()), 700);
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

// DecodingTreeView: the tree drawn left to right (bands as thick as the mass that flows through them, tokens as buttons on
// top), and below it the path walked, the mass that went elsewhere at each step, and what the last step chose from.

import { svg } from "../common/drawing.js";
import { createFrame, h, readTensor } from "../common/frame.js";
import { clamp, format, shownToken } from "../common/math.js";
import { idsOf, layoutTree, nodesOf, readTree, splitMass, stepFocus, stepsOf, treeProbabilities } from "./compute.js";
import { sayP, treeWords } from "./words.js";

const ROW = 38,
  BAND = 30,
  GAP = 84,
  PAD = 14;
// Line styles of the named paths: they differ in dashes, in colour and in place.
const PATH_STYLES = [
  { dash: "", light: "#b34700", dark: "#ff9a4d" },
  { dash: "9 5", light: "#00704f", dark: "#4fd6ac" },
  { dash: "2.5 4.5", light: "#9c3d76", dark: "#f09ccb" },
  { dash: "12 4 2.5 4", light: "#7a5c00", dark: "#f0c440" },
  { dash: "5 3", light: "#5a35a8", dark: "#c3a6ff" },
  { dash: "16 5", light: "#3c4650", dark: "#cdd6de" },
];

export function render({ model, el }) {
  const facts = model.get("_facts"),
    logits = readTensor(model, "logits"),
    nodes = readTree(facts),
    words = treeWords(facts, nodes);
  const { rows, otherRows, count, columns } = layoutTree(nodes),
    longest = Math.max(...nodes.map(({ id }) => 11 * words.text(id).length + 9 * (words.ends.get(id) ?? "").length));
  const NODE = facts.notes.length ? 212 : clamp(96 + longest, 130, 240);
  const named = facts.paths.map(({ name, ids }) => ({ name, path: nodesOf(nodes, ids) }));
  const x = (id) => PAD + nodes[id].depth * (NODE + GAP),
    y = (row) => PAD + (row + 0.5) * ROW;
  let at = 0,
    shown = "",
    path = [],
    steps = [],
    now = null;

  const frame = createFrame({
    model,
    el,
    name: "decoding-tree",
    title: facts.title,
    draw,
    prepare() {
      path = nodesOf(nodes, model.get("path"));
      now = treeProbabilities(nodes, logits?.data, facts.size, logits ? model.get("temperature") : 1);
      steps = stepsOf(path, now);
    },
    summary: () => words.summary(path, steps, now),
    table: () => words.tables(path, steps, now),
  });
  frame.watch("path");
  const walk = (id) => {
    at = id;
    frame.set("path", idsOf(nodes, id));
  };

  // Toolbar: the named paths, and the temperature where it can be exact.
  const sample = (i) =>
    svg(
      "svg",
      { width: 44, height: 12, "aria-hidden": "true" },
      svg("path", { class: `tl-dt-line tl-dt-line-${i}`, d: "M0 6H44" }),
    );
  const legend = named.map(({ name, path: own }, i) =>
    h("button", { type: "button", onclick: () => walk(own.at(-1)) }, sample(i), h("span", {}, shownToken(name, 24))),
  );
  if (named.length) frame.toolbar.append(h("span", { class: "tl-dt-label" }, "Walk"), ...legend);
  if (logits)
    frame.toolbar.append(
      frame.slider({
        trait: "temperature",
        label: "Temperature",
        min: 0.2,
        max: 3,
        step: 0.1,
        say: (v) => format(v, 1),
      }),
    );
  else
    frame.toolbar.append(
      h("span", { class: "tl-dt-label" }, "Temperature 1: the logits of all nodes are too large to store here."),
    );
  const source = h("p", { class: "tl-dt-source" }, facts.source),
    limits = h("p", { class: "tl-dt-limits" }, words.limits());
  frame.toolbar.before(h("p", { class: "tl-dt-title" }, facts.title), ...(facts.source ? [source] : []));

  // The tree: one button for each node, made once; its bands and numbers follow the temperature.
  const width = 2 * PAD + columns * (NODE + GAP) + 40,
    height = 2 * PAD + count * ROW;
  const bands = svg("svg", { width, height, "aria-hidden": "true", class: "tl-dt-bands" });
  const buttons = nodes.map(({ id }) => {
    const p = h("b", {}),
      button = h(
        "button",
        {
          type: "button",
          class: "tl-dt-node",
          tabindex: -1,
          "data-node": id,
          onclick: () => walk(id),
          onfocus: () => focused(id),
          onkeydown: (event) => move(event, id),
        },
        h("span", { class: "tl-dt-token" }, words.text(id)),
        h("small", {}, words.ends.has(id) ? h("span", { class: "tl-dt-tag" }, words.ends.get(id)) : words.note(id)),
        p,
      );
    Object.assign(button.style, { left: `${x(id)}px`, top: `${y(rows[id]) - 16}px`, width: `${NODE}px` });
    return { button, p };
  });
  const rests = [...otherRows].map(([id, row]) => {
    const element = h("span", { class: "tl-dt-rest" });
    Object.assign(element.style, { left: `${x(id) + NODE + GAP}px`, top: `${y(row) - 13}px` });
    return { id, row, element };
  });
  const sheet = h(
    "div",
    { class: "tl-dt-sheet" },
    bands,
    ...rests.map(({ element }) => element),
    ...buttons.map(({ button }) => button),
  );
  Object.assign(sheet.style, { width: `${width}px`, height: `${height}px` });
  const scroll = h(
    "div",
    { class: "tl-dt-scroll", role: "group", "aria-label": "Tree of next tokens: arrow keys move, Enter walks" },
    sheet,
  );
  const strip = h("ol", { class: "tl-dt-strip", "aria-label": "Steps of the path walked" }),
    totals = h("div", { class: "tl-dt-totals" }),
    choices = h("div", { class: "tl-dt-choices" });
  frame.stage.append(limits, scroll, h("div", { class: "tl-dt-below" }, h("div", {}, totals, strip), choices));

  function focused(id) {
    if (at === id) return;
    buttons[at].button.tabIndex = -1;
    buttons[id].button.tabIndex = 0;
    at = id;
    reveal(id);
  }
  function move(event, id) {
    if (
      !["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home"].includes(event.key) ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    buttons[stepFocus(nodes, id, event.key, new Set(path))].button.focus();
  }
  // Scrolls the tree, never the page, until a node and the place of its children are in sight.
  function reveal(id) {
    const left = x(id) - GAP,
      right = x(id) + (NODE + GAP) * (nodes[id].children.length ? 2 : 1.4),
      top = y(rows[id]) - 2 * ROW,
      bottom = y(rows[id]) + 3 * ROW;
    const { scrollLeft: sx, scrollTop: sy, clientWidth: w, clientHeight: t } = scroll;
    const goX = Math.min(left, Math.max(sx, right - w)),
      goY = Math.min(top, Math.max(sy, bottom - t));
    if (goX !== sx || goY !== sy) scroll.scrollTo({ left: goX, top: goY, behavior: frame.calm ? "auto" : "smooth" });
  }

  function draw() {
    const walked = new Set(path),
      last = path.at(-1) ?? 0;
    // Where the path changed, from here or from Python, the tab stop follows it and the tree scrolls to its end.
    if (shown !== path.join()) {
      if (!scroll.contains(document.activeElement)) at = last;
      if (shown || path.length) reveal(last);
      shown = path.join();
    }
    nodes.forEach(({ id }) => {
      const { button, p } = buttons[id];
      p.textContent = id ? sayP(Math.exp(now.logP[id])) : "1";
      button.setAttribute("aria-label", words.label(id, now, walked.has(id)));
      button.tabIndex = id === at ? 0 : -1;
      button.classList.toggle("tl-dt-walked", id === 0 || walked.has(id));
      if (id === last) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    for (const { id, element } of rests) element.textContent = words.others(nodes[id].others, now.others[id]);
    drawBands(walked);
    drawPath();
    drawChoices(last);
  }

  function drawBands(walked) {
    const shapes = [[], [], []],
      lines = [],
      centre = new Map([[0, y(rows[0])]]);
    for (const node of nodes) {
      if (!node.children.length) continue;
      const from = x(node.id) + NODE,
        to = from + GAP,
        middle = y(rows[node.id]),
        half = (from + to) / 2;
      for (const part of splitMass(node, now, BAND)) {
        const other = part.to < 0,
          end = y(other ? otherRows.get(node.id) : rows[part.to]),
          start = middle + part.middle,
          r = Math.max(part.size, 1) / 2;
        const d = `M${from} ${start - r}C${half} ${start - r} ${half} ${end - r} ${to} ${end - r}V${end + r}C${half} ${end + r} ${half} ${start + r} ${from} ${start + r}Z`;
        shapes[other ? 0 : walked.has(part.to) ? 2 : 1].push(
          svg("path", {
            class: ["tl-dt-away", "tl-dt-band", "tl-dt-band tl-dt-walked"][other ? 0 : walked.has(part.to) ? 2 : 1],
            d,
          }),
        );
        if (!other) centre.set(part.to, start);
      }
    }
    named.forEach(({ path: own }, i) => {
      const shift = 5 * (i - (named.length - 1) / 2);
      for (const id of own) {
        const from = x(nodes[id].parent) + NODE,
          to = x(id),
          half = (from + to) / 2,
          start = y(rows[nodes[id].parent]) + shift,
          end = y(rows[id]) + shift;
        lines.push(
          svg("path", {
            class: `tl-dt-line tl-dt-line-${i}`,
            d: `M${from} ${start}C${half} ${start} ${half} ${end} ${to} ${end}`,
          }),
        );
      }
    });
    bands.replaceChildren(...shapes.flat(), ...lines);
    for (const line of frame.root.querySelectorAll(".tl-dt-line")) {
      const { dash, light, dark } = PATH_STYLES[Number(/line-(\d)/.exec(line.getAttribute("class"))[1])];
      line.setAttribute("stroke", frame.dark ? dark : light);
      if (dash) line.setAttribute("stroke-dasharray", dash);
    }
  }

  function drawPath() {
    const last = path.at(-1) ?? 0,
      said = (name, value) => h("div", {}, h("span", {}, name), h("b", {}, value));
    totals.replaceChildren(
      said("Text", words.reading(path) || "(nothing yet)"),
      said("Probability", sayP(now.mass[last])),
      said("Log-probability", format(now.total[last], 3)),
      said("Went elsewhere", sayP(steps.reduce((all, step) => all + step.elsewhere, 0))),
    );
    strip.replaceChildren(
      ...steps.map(({ id, p, elsewhere }) =>
        h(
          "li",
          {},
          h("b", {}, words.text(id)),
          h("span", {}, words.note(id)),
          h("span", {}, sayP(p)),
          h("em", {}, `elsewhere ${sayP(elsewhere)}`),
        ),
      ),
    );
  }
  function drawChoices(last) {
    const node = nodes[last ? nodes[last].parent : 0],
      bar = (text, p, chosen) => {
        const fill = h("i", {});
        fill.style.width = `${100 * p}%`;
        return h(
          "div",
          { class: chosen ? "tl-dt-bar tl-dt-chosen" : "tl-dt-bar" },
          h("span", {}, chosen ? `✓ ${text}` : text),
          h("div", {}, fill),
          h("b", {}, sayP(p)),
        );
      };
    choices.replaceChildren(
      h("p", {}, last ? `After “${words.text(node.id)}” the choice was:` : "The first step can choose:"),
      ...node.children.map((c) => bar(words.text(c), Math.exp(now.logP[c]), c === last)),
      ...(node.others?.count ? [bar(`${node.others.count} others`, now.others[node.id], false)] : []),
    );
  }
  return frame.close;
}

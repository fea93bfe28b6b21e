// The tree itself: a button for each node, made once, and behind them bands as thick as the mass that flows through them.
// A frame touches only what is not as it was: after a step of the walk, two or three nodes of four hundred. Where all
// change, at another temperature, those in sight come first, and the others in the frames after it.

/** @import { Facts, Named, Node, Probabilities, Scene } from "./types.js" */
/** @import { Frame } from "../common/types.js" */

import { h, svg } from "../common/dom.js";
import { clamp } from "../common/math.js";
import { probability } from "../common/numbers.js";
import { layoutTree, splitMass, stepFocus } from "./compute.js";

const ROW = 38,
  BAND = 30,
  GAP = 84,
  SWEEP = 60,
  PAUSE = 120,
  PAD = 14,
  KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home"];

/** @type {WeakMap<Element, Record<string, string | null>>} */
const kept = new WeakMap();

/**
 * Sets a text or an attribute where it differs from what was set before: comparing is cheap, layout is not.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value
 */
function put(element, name, value) {
  const before = kept.get(element) ?? {};
  kept.set(element, before);
  if (before[name] === value) return;
  before[name] = value;
  if (name === "text") /** @type {Text} */ (element.firstChild).data = value ?? "";
  else if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

const fresh = () => document.createTextNode("");

/**
 * Returns the element, whose tab stop is one node, and draw(scene); walk(id) is called when a node is chosen.
 *
 * @param {{ frame: Frame<Scene>, facts: Facts, nodes: Node[], words: ReturnType<typeof import("./words.js").treeWords>, named: Named[], walk: (id: number) => void }} given
 */
export function treeSheet({ frame, facts, nodes, words, named, walk }) {
  const { rows, otherRows, count, columns } = layoutTree(nodes),
    longest = Math.max(...nodes.map(({ id }) => 11 * words.text(id).length + 9 * (words.ends.get(id) ?? "").length)),
    wide = facts.notes.length ? 212 : clamp(96 + longest, 130, 240);
  const x = (/** @type {number} */ id) => PAD + nodes[id].depth * (wide + GAP),
    y = (/** @type {number} */ row) => PAD + (row + 0.5) * ROW;
  const width = 2 * PAD + columns * (wide + GAP) + 40,
    height = 2 * PAD + count * ROW;
  /** @type {Set<number>} */
  let walked = new Set();
  // The tab stop as it shall be, and as it is.
  let at = 0,
    tabbed = 0,
    shown = "",
    stop = () => {};
  /** @type {Scene | null} */
  let scene = null;
  // Where the tree's window lies, until it is scrolled or the view grows: to ask for it is to lay the page out.
  /** @type {{ stage: number, left: number, top: number, width: number, height: number } | null} */
  let sight = null;
  // Nodes that still show an earlier scene.
  /** @type {Set<number>} */
  const due = new Set();

  const buttons = nodes.map(({ id }) => {
    const p = h("b", {}, fresh()),
      name = words.ends.get(id),
      end = name === undefined ? words.note(id) : h("span", { class: "tl-dt-tag" }, name),
      label = h("span", { class: "tl-dt-token" }, words.text(id));
    const on = {
      onclick: () => choose(id),
      onfocus: () => focused(id),
      onkeydown: (/** @type {KeyboardEvent} */ event) => move(event, id),
    };
    const given = { type: "button", class: "tl-dt-node", tabindex: -1, "data-node": id, ...on };
    const button = h("button", given, label, h("small", {}, end), p);
    Object.assign(button.style, { left: `${x(id)}px`, top: `${y(rows[id]) - 16}px`, width: `${wide}px` });
    return { button, p };
  });
  /** @type {Map<number, HTMLElement>} */
  const rests = new Map();
  for (const [id, row] of otherRows) {
    const element = h("span", { class: "tl-dt-rest" }, fresh());
    Object.assign(element.style, { left: `${x(id) + wide + GAP}px`, top: `${y(row) - 13}px`, width: `${wide}px` });
    rests.set(id, element);
  }
  // A band for each child and each rest, in the order in which they lie on each other; then the named paths.
  /** @type {Map<number | string, SVGPathElement>} */
  const bands = new Map();
  const layers = [0, 1, 2].map(() => svg("g", {}));
  const picture = svg("svg", { width, height, "aria-hidden": "true", class: "tl-dt-bands" }, ...layers, ...pathLines());
  const sheet = h("div", { class: "tl-dt-sheet" }, picture, ...rests.values());
  sheet.append(...buttons.map(({ button }) => button));
  Object.assign(sheet.style, { width: `${width}px`, height: `${height}px` });
  const said = "Tree of next tokens: arrow keys move, Enter walks";
  const element = h("div", { class: "tl-dt-scroll", role: "group", "aria-label": said }, sheet);
  element.addEventListener("scroll", () => (sight = null), { signal: frame.signal, passive: true });

  /** @param {number} id */
  function choose(id) {
    at = id;
    walk(id);
  }
  /** @param {number} id */
  function focused(id) {
    if (at === id) return;
    put(buttons[tabbed].button, "tabindex", "-1");
    put(buttons[id].button, "tabindex", "0");
    at = tabbed = id;
    reveal(id);
  }
  /**
   * @param {KeyboardEvent} event
   * @param {number} id
   */
  function move(event, id) {
    if (!KEYS.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    buttons[stepFocus(nodes, id, event.key, walked)].button.focus();
  }
  /**
   * Scrolls the tree, never the page, until a node and the place of its children are in sight.
   *
   * @param {number} id
   */
  function reveal(id) {
    const left = x(id) - GAP,
      right = x(id) + (wide + GAP) * (nodes[id].children.length ? 2 : 1.4),
      top = y(rows[id]) - 2 * ROW,
      bottom = y(rows[id]) + 3 * ROW;
    const { scrollLeft: sx, scrollTop: sy, clientWidth: w, clientHeight: t } = element;
    const goX = Math.min(left, Math.max(sx, right - w)),
      goY = Math.min(top, Math.max(sy, bottom - t));
    if (goX !== sx || goY !== sy) element.scrollTo({ left: goX, top: goY, behavior: frame.calm ? "auto" : "smooth" });
  }

  function pathLines() {
    return named.flatMap(({ path: own }, i) => {
      const shift = 5 * (i - (named.length - 1) / 2);
      return own.map((id) => {
        const from = x(nodes[id].parent) + wide,
          to = x(id),
          half = (from + to) / 2,
          [start, end] = [y(rows[nodes[id].parent]) + shift, y(rows[id]) + shift];
        const d = `M${from} ${start}C${half} ${start} ${half} ${end} ${to} ${end}`;
        return svg("path", { class: `tl-dt-line tl-dt-line-${i}`, d });
      });
    });
  }

  /**
   * Whether a node, or what it leads to, lies in the window.
   *
   * @param {number} id
   */
  function inSight(id) {
    if (sight?.stage !== frame.width) {
      const { scrollLeft: left, scrollTop: top, clientWidth: width, clientHeight: height } = element;
      sight = { stage: frame.width, left, top, width, height };
    }
    const { left, top, width, height } = sight,
      { children } = nodes[id],
      end = children.length ? rows[children[children.length - 1]] + 2 : rows[id] + 1;
    const across = x(id) < left + width && x(id) + 2 * (wide + GAP) > left;
    return across && y(rows[id]) - ROW < top + height && y(end) > top;
  }

  /** @param {Scene} next */
  function draw(next) {
    const { path, last, now } = next,
      before = scene;
    walked = new Set(path);
    // Where the path changed, from here or from Python, the tab stop follows it and the tree scrolls to its end.
    if (shown !== path.join()) {
      if (!element.contains(document.activeElement)) at = last;
      if (shown || path.length) reveal(last);
      shown = path.join();
    }
    const moved = before?.now === now ? new Set([0, ...path, ...before.path, tabbed, at]) : null;
    for (const id of moved ?? nodes.keys()) due.add(id);
    scene = next;
    tabbed = at;
    for (const id of due) if (!before || moved?.has(id) || inSight(id)) drawNode(id, next);
    stop();
    put(element, "aria-busy", due.size ? "true" : null);
    if (!due.size) return;
    stop = frame.animate((milliseconds) => {
      if (milliseconds < PAUSE) return true;
      for (const id of [...due].slice(0, SWEEP)) drawNode(id, next);
      if (!due.size) put(element, "aria-busy", null);
      return due.size > 0;
    });
  }

  /**
   * @param {number} id
   * @param {Scene} scene
   */
  function drawNode(id, { last, now }) {
    const { button, p } = buttons[id],
      on = id === 0 || walked.has(id),
      rest = rests.get(id);
    due.delete(id);
    put(p, "text", id ? probability(Math.exp(now.logP[id])) : "1");
    put(button, "aria-label", words.label(id, now, walked.has(id)));
    put(button, "tabindex", id === at ? "0" : "-1");
    put(button, "class", on ? "tl-dt-node tl-dt-walked" : "tl-dt-node");
    put(button, "aria-current", id === last ? "true" : null);
    if (nodes[id].children.length) drawBands(nodes[id], now);
    if (rest) put(rest, "text", words.others(nodes[id].others?.count ?? 0, now.others[id]));
  }

  /**
   * @param {Node} node
   * @param {Probabilities} now
   */
  function drawBands(node, now) {
    const from = x(node.id) + wide,
      to = from + GAP,
      half = (from + to) / 2;
    for (const part of splitMass(node, now, BAND)) {
      const other = part.to < 0,
        level = other ? 0 : walked.has(part.to) ? 2 : 1,
        band = bandOf(other ? `rest ${node.id}` : part.to, level);
      const end = y(other ? (otherRows.get(node.id) ?? 0) : rows[part.to]),
        start = y(rows[node.id]) + part.middle,
        r = Math.max(part.size, 1) / 2;
      const there = `C${half} ${start - r} ${half} ${end - r} ${to} ${end - r}`,
        back = `C${half} ${end + r} ${half} ${start + r} ${from} ${start + r}`;
      put(band, "d", `M${from} ${start - r}${there}V${end + r}${back}Z`);
    }
  }
  /**
   * @param {number | string} key
   * @param {number} level
   */
  function bandOf(key, level) {
    let band = bands.get(key);
    if (!band) {
      band = svg("path", {});
      bands.set(key, band);
    }
    if (band.parentNode !== layers[level]) layers[level].append(band);
    put(band, "class", ["tl-dt-away", "tl-dt-band", "tl-dt-band tl-dt-walked"][level]);
    return band;
  }
  return { element, draw };
}

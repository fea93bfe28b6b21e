// DecodingTreeView: the tree drawn left to right, and below it the path walked, the mass that went elsewhere at each step,
// and what the last step chose from.

/** @import { Facts, Scene } from "./types.js" */
/** @import { Frame, Host } from "../common/types.js" */

import { h, readTensor, svg } from "../common/dom.js";
import { createFrame } from "../common/frame.js";
import { format, probability, shownToken } from "../common/numbers.js";
import { idsOf, nodesOf, readTree, stepsOf, treeProbabilities } from "./compute.js";
import { treeSheet } from "./sheet.js";
import { treeWords } from "./words.js";

/** @param {Host} host */
export function render({ model, el }) {
  /** @type {Facts} */
  const facts = model.get("_facts");
  const logits = readTensor(model, "logits"),
    nodes = readTree(facts),
    words = treeWords(facts, nodes),
    named = facts.paths.map(({ name, ids }) => ({ name, path: nodesOf(nodes, ids) }));

  // The probabilities are the same ones, not equal ones, until the temperature changes: the sheet looks for that.
  let kept = { temperature: 1, now: treeProbabilities(nodes, logits?.data, facts.size, 1) };
  /** @returns {Scene} */
  function prepare() {
    const path = nodesOf(nodes, model.get("path")),
      temperature = logits ? model.get("temperature") : 1;
    if (kept.temperature !== temperature)
      kept = { temperature, now: treeProbabilities(nodes, logits?.data, facts.size, temperature) };
    const { now } = kept;
    return { path, last: path.at(-1) ?? 0, now, steps: stepsOf(path, now) };
  }
  /** @type {Frame<Scene>} */
  const frame = createFrame({
    model,
    el,
    name: "decoding-tree",
    title: facts.title,
    prepare,
    draw,
    summary: ({ path, steps, now }) => words.summary(path, steps, now),
    table: ({ path, steps, now }) => words.tables(path, steps, now),
  });
  frame.watch("path");
  const walk = (/** @type {number} */ id) => frame.set({ path: idsOf(nodes, id) });

  // Toolbar: the named paths, and the temperature where it can be exact.
  const sample = (/** @type {number} */ i) =>
    svg(
      "svg",
      { width: 44, height: 12, "aria-hidden": "true" },
      svg("path", { class: `tl-dt-line tl-dt-line-${i}`, d: "M0 6H44" }),
    );
  const legend = named.map(({ name, path: own }, i) =>
    h(
      "button",
      { type: "button", onclick: () => walk(own.at(-1) ?? 0) },
      sample(i),
      h("span", {}, shownToken(name, 24)),
    ),
  );
  if (named.length) frame.toolbar.append(h("span", { class: "tl-dt-label" }, "Walk"), ...legend);
  const say = (/** @type {number} */ v) => format(v, 1),
    fixed = "Temperature 1: the logits of all nodes are too large to store here.";
  frame.toolbar.append(
    logits
      ? frame.slider({ trait: "temperature", label: "Temperature", min: 0.2, max: 3, step: 0.1, say })
      : h("span", { class: "tl-dt-label" }, fixed),
  );
  const source = h("p", { class: "tl-dt-source" }, facts.source),
    limits = h("p", { class: "tl-dt-limits" }, words.limits());
  frame.toolbar.before(h("p", { class: "tl-dt-title" }, facts.title), ...(facts.source ? [source] : []));

  const sheet = treeSheet({ frame, facts, nodes, words, named, walk });
  const strip = h("ol", { class: "tl-dt-strip", "aria-label": "Steps of the path walked" }),
    totals = h("div", { class: "tl-dt-totals" }),
    choices = h("div", { class: "tl-dt-choices" });
  frame.stage.append(limits, sheet.element, h("div", { class: "tl-dt-below" }, h("div", {}, totals, strip), choices));

  /** @param {Scene} scene */
  function draw(scene) {
    sheet.draw(scene);
    drawPath(scene);
    drawChoices(scene);
  }

  /** @param {Scene} scene */
  function drawPath({ path, last, now, steps }) {
    const said = (/** @type {string} */ name, /** @type {string} */ value) =>
      h("div", {}, h("span", {}, name), h("b", {}, value));
    totals.replaceChildren(
      said("Text", words.reading(path) || "(nothing yet)"),
      said("Probability", probability(now.mass[last])),
      said("Log-probability", format(now.total[last], 3)),
      said("Went elsewhere", probability(steps.reduce((all, step) => all + step.elsewhere, 0))),
    );
    strip.replaceChildren(
      ...steps.map(({ id, p, elsewhere }) =>
        h(
          "li",
          {},
          h("b", {}, words.text(id)),
          h("span", {}, words.note(id)),
          h("span", {}, probability(p)),
          h("em", {}, `elsewhere ${probability(elsewhere)}`),
        ),
      ),
    );
  }
  /** @param {Scene} scene */
  function drawChoices({ last, now }) {
    const node = nodes[last ? nodes[last].parent : 0],
      bar = (/** @type {string} */ text, /** @type {number} */ p, /** @type {boolean} */ chosen) => {
        const fill = h("i", {});
        fill.style.width = `${100 * p}%`;
        return h(
          "div",
          { class: chosen ? "tl-dt-bar tl-dt-chosen" : "tl-dt-bar" },
          h("span", {}, chosen ? `✓ ${text}` : text),
          h("div", {}, fill),
          h("b", {}, probability(p)),
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

// Dot product against distance: one curve whatever the reference, for sinusoids; a different one for each, for a learned
// table. Beside it the cosine similarity of every position with every other.

/** @import { Mode, Panel, PeTable, Scene } from "./types.js" */

import { h } from "../common/dom.js";
import { format, smallText } from "../common/numbers.js";
import { cosineSimilarity, gramMatrix, spreadOf } from "./compute.js";
import { drawAxes, drawColourBar, drawMatrix, drawTitle, panelsFor, wholeTicks } from "./draw.js";

/**
 * Dot products, similarities and spread of a table, computed once.
 *
 * @param {PeTable} table
 */
function productsOf(table) {
  if (!table.products) {
    const gram = gramMatrix(table.data, table.rows, table.cols);
    table.products = { gram, cosine: cosineSimilarity(gram, table.rows), ...spreadOf(gram, table.rows) };
  }
  return table.products;
}

/**
 * @param {Scene} scene
 * @param {PeTable} table
 */
function referenceOf(scene, table) {
  return Math.min(scene.position, table.rows - 1);
}

/**
 * Whether the dot product depends on the distance alone (up to float32 rounding of stored numbers).
 *
 * @param {{ widest: number, gram: Float64Array }} products
 */
function distanceAlone({ widest, gram }) {
  return (
    widest <
    1e-5 *
      Math.max(
        1e-30,
        gram.reduce((most, v) => Math.max(most, v), 0),
      )
  );
}

/**
 * The curve of one reference position: [distance, dot product].
 *
 * @param {{ gram: Float64Array }} products
 * @param {number} rows
 * @param {number} reference
 * @returns {[number, number][]}
 */
function curveOf({ gram }, rows, reference) {
  return Array.from({ length: rows }, (_, p) => [p - reference, gram[reference * rows + p]]);
}

/** @type {Mode} */
export const dotMode = {
  label: "Dot product",
  keys: { x: "position", y: "position" },
  draw(scene, pen) {
    /** @type {(Panel & { hover: (x: number, y: number) => string[], press?: (x: number, y: number) => void })[]} */
    const spots = [];
    panelsFor(scene.tables.length, scene.width, scene.height).forEach((panel, which) => {
      const table = scene.tables[which],
        { rows } = table,
        products = productsOf(table),
        beside = panel.width > 760;
      const reference = referenceOf(scene, table),
        far = Math.max(1, rows - 1);
      const size = beside
        ? Math.min(panel.height - 90, panel.width * 0.36)
        : Math.min(panel.height * 0.42, panel.width - 140);
      const plot = {
        x: panel.x + 56,
        y: panel.y + 62,
        width: beside ? panel.width - size - 230 : panel.width - 64,
        height: beside ? panel.height - 62 - 52 : panel.height - size - 182,
      };
      const least = Math.min(0, ...products.least),
        most = Math.max(...products.most),
        room = 0.06 * (most - least || 1);
      drawTitle(pen, panel.x, panel.y + 20, table, panel.width);
      const { sx, sy } = drawAxes(pen, plot, {
        x: [-far, far],
        y: [least - (least < 0 ? room : 0), most + room],
        yName: `PE(${reference}) · PE(q)`,
        xName: "distance q − p in positions",
      });
      const point = (/** @type {number[]} */ [d, v]) => [sx(d), sy(v)];
      if (scene.every) {
        // From least to most and back, on both sides of zero: the dot product does not mind which of the two comes first.
        const edge = (/** @type {ArrayLike<number>} */ values) =>
          Array.from({ length: 2 * rows - 1 }, (_, i) => [i - rows + 1, values[Math.abs(i - rows + 1)]]).map(point);
        pen.area([...edge(products.most), ...edge(products.least).reverse()], "band");
        const hop = Math.max(1, Math.round(rows / 12));
        for (let p = 0; p < rows; p += hop) pen.path(curveOf(products, rows, p).map(point), "other");
      }
      pen.path(curveOf(products, rows, reference).map(point), "sine heavy");
      pen.circle(sx(0), sy(products.gram[reference * (rows + 1)]), 6, "sine-fill");
      spots.push({
        ...plot,
        hover: (x) => {
          const distance = Math.round(((x - plot.x) / plot.width) * 2 * far - far),
            q = reference + distance,
            size = Math.abs(distance);
          return [
            `distance ${distance}`,
            q >= 0 && q < rows
              ? `PE(${reference}) · PE(${q}) = ${format(products.gram[reference * rows + q], 4)}`
              : `position ${q} is outside the table`,
            `over all references: ${format(products.least[size], 3)} to ${format(products.most[size], 3)}`,
          ];
        },
      });
      const map = {
        x: beside ? panel.x + panel.width - size - 80 : panel.x + 56,
        y: beside ? panel.y + 62 : panel.y + panel.height - size - 28,
        width: size,
        height: size,
      };
      drawMatrix(pen, scene.canvas(`dot${which}`), map, {
        rows,
        cols: rows,
        values: products.cosine,
        limit: 1,
        dark: scene.dark,
        key: table.key,
      });
      pen.text(
        map.x,
        map.y - 12,
        panel.width < 420 ? "cosine similarity" : "cosine similarity of p (down) and q (across)",
        "ink",
      );
      const alone = distanceAlone(products),
        room2 = panel.x + panel.width - map.x - size - 100;
      if (!beside && room2 > 190) {
        pen.text(
          map.x + size + 96,
          map.y + size / 2 - 14,
          alone ? "distance alone" : "the reference",
          `verdict ${alone ? "sine-text" : "error-text"}`,
        );
        pen.text(
          map.x + size + 96,
          map.y + size / 2 + 20,
          alone ? "decides" : "matters",
          `verdict ${alone ? "sine-text" : "error-text"}`,
        );
      }
      for (const [p, text] of wholeTicks(0, rows - 1, size / 70)) {
        pen.text(map.x - 8, map.y + ((p + 0.5) * size) / rows + 5, text, "faint", "end");
        pen.text(map.x + ((p + 0.5) * size) / rows, map.y + size + 20, text, "faint", "middle");
      }
      const y = map.y + (reference * size) / rows;
      pen.rect(map.x - 2, y - 2, size + 4, size / rows + 4, "halo");
      pen.rect(map.x - 2, y - 2, size + 4, size / rows + 4, "row");
      drawColourBar(pen, { x: map.x + size + 14, y: map.y, height: size }, 1, scene.dark);
      const cell = (/** @type {number} */ at, /** @type {number} */ start) =>
        Math.max(0, Math.min(rows - 1, Math.floor(((at - start) / size) * rows)));
      spots.push({
        ...map,
        hover: (x, y) => {
          const p = cell(y, map.y),
            q = cell(x, map.x);
          return [
            `p = ${p}, q = ${q}`,
            `cosine similarity ${format(products.cosine[p * rows + q], 4)}`,
            `dot product ${format(products.gram[p * rows + q], 4)}`,
          ];
        },
        press: (_x, y) => scene.set({ position: cell(y, map.y) }),
      });
    });
    const find = (/** @type {number} */ x, /** @type {number} */ y) =>
      spots.find((s) => x >= s.x && x < s.x + s.width && y >= s.y && y < s.y + s.height);
    return { hover: (x, y) => find(x, y)?.hover(x, y) ?? null, press: (x, y) => find(x, y)?.press?.(x, y) };
  },
  headline(scene) {
    return scene.tables.length < 2
      ? [
          h(
            "span",
            {},
            "At one distance, references differ by up to ",
            h("b", {}, smallText(productsOf(scene.table).widest, 2)),
          ),
        ]
      : [
          h("span", {}, "At one distance, references differ by"),
          ...scene.tables.map((table) =>
            h(
              "span",
              { class: distanceAlone(productsOf(table)) ? "tl-pe-is-sine" : "tl-pe-is-error" },
              `${table.name} `,
              h("b", {}, smallText(productsOf(table).widest, 2)),
            ),
          ),
        ];
  },
  say(scene) {
    return scene.tables
      .map((table) => {
        const products = productsOf(table),
          reference = referenceOf(scene, table),
          own = products.gram[reference * (table.rows + 1)];
        return (
          `${table.name[0].toUpperCase()}${table.name.slice(1)}: PE(${reference}) · PE(${reference}) = ${format(own, 3)}; ` +
          (distanceAlone(products)
            ? "the curve is the same from every reference position, so the distance alone decides."
            : `at one distance the dot product differs by up to ${format(products.widest, 3)} between references.`)
        );
      })
      .join(" ");
  },
  table(scene) {
    const rows = Math.max(...scene.tables.map((t) => t.rows)),
      names = (/** @type {PeTable} */ table) => (scene.tables.length > 1 ? `${table.name}: ` : "");
    return {
      caption: `Dot product with position ${scene.position}, and its range over all reference positions, by distance`,
      heads: ["distance", ...scene.tables.flatMap((t) => [`${names(t)}PE(p)·PE(p + distance)`, "least", "most"])],
      rows: Array.from({ length: rows }, (_, d) => [
        String(d),
        ...scene.tables.flatMap((t) => {
          const { gram, least, most } = productsOf(t),
            p = referenceOf(scene, t);
          return [
            p + d < t.rows ? gram[p * t.rows + p + d] : "—",
            d < t.rows ? least[d] : "—",
            d < t.rows ? most[d] : "—",
          ];
        }),
      ]),
    };
  },
};

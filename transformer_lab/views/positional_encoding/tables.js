// The tables as the modes want them: computed by the formula, or stored.

/** @import { Facts, PeTable } from "./types.js" */
/** @import { Model } from "../common/types.js" */

import { dot } from "../common/math.js";
import { pairFrequencies, sinusoidalTable } from "./compute.js";

/**
 * The tables as the modes want them; each is rebuilt only when what it is made from changed.
 *
 * @param {Model} model
 * @param {(ArrayLike<number> | undefined)[]} stored
 * @param {PeTable[]} kept
 */
export function makeTables(model, stored, kept) {
  /** @type {Facts} */
  const facts = model.get("_facts");
  const base = model.get("base"),
    layout = model.get("feature_layout");
  const rows = model.get("length"),
    cols = model.get("d_model"),
    frequencies = pairFrequencies(cols, base);
  return facts.tables.map(({ kind, computed }, which) => {
    const key = computed ? [rows, cols, base, layout].join() : `${which},${layout}`;
    if (kept[which]?.key !== key)
      kept[which] = makeTable({ key, name: kind, computed, rows, cols, layout, base, stored: stored[which] });
    return Object.assign(kept[which], { frequencies });
  });
}

/**
 * @param {{ key: string, name: string, computed: boolean, rows: number, cols: number, layout: PeTable["layout"], base: number, stored: ArrayLike<number> | undefined }} given
 * @returns {PeTable}
 */
function makeTable({ key, name, computed, rows, cols, layout, base, stored }) {
  const data = computed ? sinusoidalTable(rows, cols, base, layout) : Float64Array.from(stored ?? []);
  /** @type {PeTable} */
  const table = {
    key,
    name,
    computed,
    rows,
    cols,
    layout,
    base,
    data,
    limit: 1,
    reach: 1,
    frequencies: new Float64Array(0),
  };
  if (computed) return table;
  // Where numbers are stored, the palette reaches as far as they do, and a dial twice as far as a usual hand.
  table.limit = data.reduce((most, v) => Math.max(most, Math.abs(v)), 0) || 1;
  table.reach = 2 * Math.sqrt((2 * dot(data, data)) / data.length) || 1;
  return table;
}

// Colours. The named ones are declared once, in style.css, for light and for dark; a canvas gets them
// from here. Palettes are monotone in lightness and of one hue (diverging: blue and orange), so that they survive colour
// blindness and a projector; nothing attended has the colour of the page, in light and in dark.

const NAMES = ["page", "ink", "faint", "line", "panel", "accent", "gold", "alarm"];

export const PALETTES = {
  light: ["#ffffff", "#e3edf8", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b"],
  dark: ["#111921", "#122c47", "#14416b", "#1b5a92", "#2f78b7", "#5598d2", "#86b9e6", "#bcdaf5", "#f4f9ff"],
  lightDiverging: ["#053061", "#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806", "#7f3b08"],
  darkDiverging: ["#b5dcff", "#7fbcf5", "#3f8ccb", "#1f4a70", "#161d24", "#6b4214", "#b96f1d", "#f0a144", "#ffd9a0"],
};

/**
 * Whether the page is dark, where the reader leaves it to the page: JupyterLab, VS Code, or the system.
 *
 * @param {string} theme
 */
export function pageIsDark(theme) {
  if (theme !== "auto") return theme === "dark";
  const body = document.body;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  if (/\bvscode-(dark|light)/.test(body.className)) return body.classList.contains("vscode-dark");
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/**
 * The named colours, as they are now at a view's root.
 *
 * @param {HTMLElement} root
 * @returns {import("./types.d.ts").Colours}
 */
export function readColours(root) {
  const style = getComputedStyle(root),
    read = (/** @type {string} */ name) => [name, style.getPropertyValue(`--tl-${name}`).trim()];
  return Object.fromEntries(NAMES.map(read));
}

/** @type {Record<string, Uint8Array>} */
const tables = {};

/**
 * A table of 256 colours as Uint8 [r, g, b, …], interpolated between the anchors. diverging: entry 128 is zero.
 *
 * @param {boolean} dark
 * @param {boolean} [diverging]
 */
export function colourTable(dark, diverging = false) {
  const name = `${dark ? "dark" : "light"}${diverging ? "Diverging" : ""}`;
  if (tables[name]) return tables[name];
  const anchors = PALETTES[/** @type {keyof typeof PALETTES} */ (name)].map((hex) =>
    [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)),
  );
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (anchors.length - 1),
      low = Math.min(Math.floor(at), anchors.length - 2);
    for (let c = 0; c < 3; c++)
      table[3 * i + c] = anchors[low][c] + (at - low) * (anchors[low + 1][c] - anchors[low][c]);
  }
  tables[name] = table;
  return table;
}

/**
 * Index into a colour table for a share between 0 and 1.
 *
 * @param {number} share
 */
export function shade(share) {
  return share <= 0 ? 0 : share >= 1 ? 255 : Math.round(share * 255);
}

/**
 * @param {Uint8Array} table
 * @param {number} share
 */
export function cssColour(table, share) {
  const i = 3 * shade(share);
  return `rgb(${table[i]},${table[i + 1]},${table[i + 2]})`;
}

/**
 * Black or white, whichever reads better on this colour (WCAG relative luminance).
 *
 * @param {Uint8Array} table
 * @param {number} share
 */
export function inkOn(table, share) {
  const i = 3 * shade(share);
  const [r, g, b] = [0, 1, 2].map((c) => ((table[i + c] / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff";
}

// Palettes, canvas and SVG. Palettes are monotone in lightness and of one hue (diverging: blue and orange), so that
// they survive colour blindness and a projector; nothing attended has the colour of the page, in light and in dark.
const PALETTES = {
  light: ["#ffffff", "#e3edf8", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b"],
  dark: ["#111921", "#122c47", "#14416b", "#1b5a92", "#2f78b7", "#5598d2", "#86b9e6", "#bcdaf5", "#f4f9ff"],
  lightDiverging: ["#053061", "#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806", "#7f3b08"],
  darkDiverging: ["#b5dcff", "#7fbcf5", "#3f8ccb", "#1f4a70", "#161d24", "#6b4214", "#b96f1d", "#f0a144", "#ffd9a0"],
};

// A table of 256 colours as Uint8 [r, g, b, …], interpolated between the anchors. diverging: entry 128 is zero.
const tables = {};
export function colourTable(dark, diverging = false) {
  const name = (dark ? "dark" : "light") + (diverging ? "Diverging" : "");
  if (tables[name]) return tables[name];
  const anchors = PALETTES[name].map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
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

// Index into a colour table for a share between 0 and 1.
export function shade(share) {
  return share <= 0 ? 0 : share >= 1 ? 255 : Math.round(share * 255);
}

export function cssColour(table, share) {
  const i = 3 * shade(share);
  return `rgb(${table[i]},${table[i + 1]},${table[i + 2]})`;
}

// Black or white, whichever reads better on this colour (WCAG relative luminance).
export function inkOn(table, share) {
  const i = 3 * shade(share);
  const [r, g, b] = [0, 1, 2].map((c) => ((table[i + c] / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff";
}

// Size a canvas in CSS pixels for this screen's density; returns the context, scaled, with a clean sheet.
export function fitCanvas(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// Paint rows × cols shares (0…1; diverging: 0.5 is zero) into a rectangle, one image, so that 256² stays quick.
const sheets = new WeakMap();
export function paintMatrix(context, { rows, cols, shares, x = 0, y = 0, width, height, table, gap = 0, gapColour }) {
  let sheet = sheets.get(context.canvas);
  if (!sheet) {
    sheet = document.createElement("canvas");
    sheets.set(context.canvas, sheet);
  }
  if (sheet.width !== cols || sheet.height !== rows) Object.assign(sheet, { width: cols, height: rows });
  const pen = sheet.getContext("2d", { willReadFrequently: true }),
    image = pen.createImageData(cols, rows);
  const { data } = image;
  for (let i = 0, to = 0; i < rows * cols; i++) {
    const c = 3 * shade(shares[i]);
    data[to++] = table[c];
    data[to++] = table[c + 1];
    data[to++] = table[c + 2];
    data[to++] = 255;
  }
  pen.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(sheet, x, y, width, height);
  if (!gap) return;
  context.fillStyle = gapColour;
  for (let i = 1; i < rows; i++) context.fillRect(x, y + (i * height) / rows - gap / 2, width, gap);
  for (let j = 1; j < cols; j++) context.fillRect(x + (j * width) / cols - gap / 2, y, gap, height);
}

// An SVG element; text only ever through textContent.
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// The d of a polyline through [x, y] points.
export function linePath(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
}

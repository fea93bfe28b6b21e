// Elements, and the tensors that a view stores.

const FOCUSABLE = new Set(["a", "button", "input", "select", "summary", "textarea"]);
let serial = 0;

/** @param {string} prefix */
export const uid = (prefix) => `tl-${prefix}-${++serial}-${Math.random().toString(36).slice(2, 8)}`;

/**
 * An HTML element. Children are elements or strings; strings become text, never markup. Everything focusable tells
 * JupyterLab to leave its keys alone (JupyterLab looks for this on the element itself, not on its ancestors).
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {import("./types.d.ts").Attributes} [attributes]
 * @param {...(Node | string | number | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  if (FOCUSABLE.has(tag) || "tabindex" in attributes) element.dataset.lmSuppressShortcuts = "true";
  for (const child of children) if (child != null) element.append(typeof child === "number" ? String(child) : child);
  return element;
}

/**
 * An SVG element; text only ever through textContent.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Puts parts into an SVG picture of this size.
 *
 * @param {SVGElement} picture
 * @param {number} width
 * @param {number} height
 * @param {Node[]} parts
 */
export function fillPicture(picture, width, height, parts) {
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("height", String(height));
  picture.replaceChildren(...parts);
}

/**
 * A stored tensor as { shape, data }: Float32Array, or Uint8Array of 0 and 1. The bytes arrive as a DataView that may
 * start anywhere.
 *
 * @param {import("./types.d.ts").Model} model
 * @param {string} name
 * @returns {import("./types.d.ts").Tensor | null}
 */
export function readTensor(model, name) {
  const entry = model.get("_tensors")?.[name];
  if (!entry) return null;
  const { buffer, byteOffset, byteLength } = entry.data;
  const copy = buffer.slice(byteOffset, byteOffset + byteLength);
  if (entry.dtype !== "bits") return { shape: entry.shape, data: new Float32Array(copy) };
  const bits = new Uint8Array(copy),
    count = entry.shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
  return { shape: entry.shape, data: Uint8Array.from({ length: count }, (_, i) => (bits[i >> 3] >> (i & 7)) & 1) };
}

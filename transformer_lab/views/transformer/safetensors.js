// Reads a checkpoint's safetensors bytes as they are: eight bytes of length, a JSON header, then the numbers.

/** @import { Weights } from "./types.js" */

const HEADER_LIMIT = 100_000_000; // bytes; the format's own limit

/**
 * Every tensor by name, as 32-bit numbers. A float32 tensor shares the buffer's memory where its place allows.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Weights}
 */
export function readSafetensors(buffer) {
  if (buffer.byteLength < 8) throw new RangeError(`safetensors: ${buffer.byteLength} bytes are no file of this format`);
  const length = Number(new DataView(buffer).getBigUint64(0, true)),
    start = 8 + length;
  if (length > HEADER_LIMIT || start > buffer.byteLength)
    throw new RangeError(`safetensors: a header of ${length} bytes does not fit into ${buffer.byteLength}`);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  /** @type {Weights} */
  const found = new Map();
  for (const [name, { dtype, shape, data_offsets: ends }] of Object.entries(header).filter(
    ([key]) => key !== "__metadata__",
  )) {
    const [from, to] = ends,
      count = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1),
      read = READERS[dtype];
    if (!read) throw new TypeError(`safetensors: ${name} holds ${dtype}; read are ${Object.keys(READERS).join(", ")}`);
    if (to - from !== count * read.bytes || start + to > buffer.byteLength)
      throw new RangeError(`safetensors: ${name} of shape [${shape.join(", ")}] has ${to - from} bytes`);
    found.set(name, { shape, data: read.numbers(buffer, start + from, count) });
  }
  return found;
}

/** @type {Record<string, { bytes: number, numbers: (buffer: ArrayBuffer, at: number, count: number) => Float32Array }>} */
const READERS = {
  F32: {
    bytes: 4,
    numbers: (buffer, at, count) =>
      new Float32Array(at % 4 ? buffer.slice(at, at + 4 * count) : buffer, at % 4 ? 0 : at, count),
  },
  F16: { bytes: 2, numbers: (buffer, at, count) => sixteenBits(buffer, at, count, half) },
  // The upper half of a float32.
  BF16: { bytes: 2, numbers: (buffer, at, count) => sixteenBits(buffer, at, count, (bits) => bits << 16) },
};

/**
 * @param {ArrayBuffer} buffer
 * @param {number} at
 * @param {number} count
 * @param {(bits: number) => number} widen the 32 bits of a float32 from 16
 */
function sixteenBits(buffer, at, count, widen) {
  const view = new DataView(buffer),
    wide = new Uint32Array(count);
  for (let i = 0; i < count; i++) wide[i] = widen(view.getUint16(at + 2 * i, true));
  return new Float32Array(wide.buffer);
}

/**
 * A float16's bits as a float32's: five bits of exponent become eight.
 *
 * @param {number} bits
 */
function half(bits) {
  const sign = (bits & 0x8000) << 16,
    exponent = (bits >> 10) & 31,
    fraction = bits & 1023;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13);
  if (exponent) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (!fraction) return sign;
  // Subnormal there, normal here: shift until the leading one falls off.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 1023) << 13);
}

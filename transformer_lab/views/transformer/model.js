// The Transformer of models.py, in evaluation, on one sequence at a time: encoder, decoder with a cache, logits.

/** @import { Config, Past, Watch, Weight, Weights } from "./types.js" */
import { normalise } from "../layer_norm/compute.js";
import { attention } from "./attention.js";
import { hiddenUnits, linear, project, tensor } from "./layers.js";
import { makePositions } from "./positions.js";

export class Transformer {
  /**
   * @param {Config} config
   * @param {Weights} weights
   */
  constructor(config, weights) {
    const { d_model: d, num_heads: heads } = config;
    this.config = config;
    this.weights = weights;
    this.layers = { encoder: config.num_layers, decoder: config.num_decoder_layers ?? config.num_layers };
    this.finalNorm = config.final_norm ?? config.norm_first;
    this.positions = {
      source: makePositions(config, weights, "positions"),
      target: makePositions(config, weights, "target_positions"),
    };
    this.output = weights.get("output.weight") ?? tensor(weights, "target_embedding.weight");
    this.setting = { weights, heads, keyHeads: config.num_kv_heads ?? heads, dHead: d / heads };
  }

  /** How many tokens the output can choose from. */
  get targets() {
    return this.output.shape[0];
  }

  /**
   * One vector for each source token: the memory [length, d_model]. The sequence holds no padding.
   *
   * @param {number[]} ids
   * @param {Watch} [watch]
   */
  encode(ids, watch) {
    const positions = this.positions.source,
      pass = new Pass(this, watch);
    let x = this.embed("source_embedding", ids, 0, watch);
    for (let n = 0; n < this.layers.encoder; n++) {
      const name = `encoder.layers.${n}`;
      x = pass.add(x, name, 1, "self_attention", (h) => pass.attend(h, `${name}.self_attention`, h, { positions }).out);
      if (this.config.d_ff) x = pass.add(x, name, 2, "feed_forward", (h) => pass.feedForward(h, name));
    }
    return this.finalNorm ? pass.norm(x, "encoder.norm") : x;
  }

  /**
   * Logits [new tokens, vocabulary] of the token after each of these, and what to hand on to the next call.
   *
   * @param {number[]} ids the tokens that are not in `past` yet
   * @param {Float64Array} memory
   * @param {Past} [past]
   * @param {Watch} [watch]
   */
  decode(ids, memory, past = { length: 0, own: [], memory: [] }, watch = undefined) {
    const positions = this.positions.target,
      pass = new Pass(this, watch);
    /** @type {Past} */
    const next = { length: past.length + ids.length, own: [], memory: [] };
    let x = this.embed("target_embedding", ids, past.length, watch);
    for (let n = 0; n < this.layers.decoder; n++) {
      const name = `decoder.layers.${n}`;
      x = pass.add(x, name, 1, "self_attention", (h) => {
        const { out, kept } = pass.attend(h, `${name}.self_attention`, h, {
          causal: true,
          positions,
          past: past.own[n],
        });
        next.own.push(kept);
        return out;
      });
      x = pass.add(x, name, 2, "cross_attention", (h) => {
        const known = past.memory[n],
          { out, kept } = pass.attend(h, `${name}.cross_attention`, known ? null : memory, { past: known });
        next.memory.push(kept);
        return out;
      });
      x = pass.add(x, name, 3, "feed_forward", (h) => pass.feedForward(h, name));
    }
    if (this.finalNorm) x = pass.norm(x, "decoder.norm");
    return { logits: linear(x, ids.length, this.output), past: next };
  }

  /**
   * E[token] · √d_model + position.
   *
   * @param {"source_embedding" | "target_embedding"} name
   * @param {number[]} ids
   * @param {number} offset the position of the first
   * @param {Watch} [watch]
   */
  embed(name, ids, offset, watch) {
    const { d_model: d, max_length: most } = this.config,
      { shape, data } = tensor(this.weights, `${name}.weight`),
      wrong = ids.find((id) => !(id >= 0 && id < shape[0]));
    if (!ids.length) throw new RangeError("ids are empty: give at least one token");
    if (wrong !== undefined)
      throw new RangeError(`${wrong} is not a token id; this vocabulary has 0 to ${shape[0] - 1}`);
    if (offset + ids.length > most)
      throw new RangeError(`the sequence has ${offset + ids.length} tokens; this model takes at most ${most}`);
    let x = new Float64Array(ids.length * d);
    for (const [i, id] of ids.entries()) for (let j = 0; j < d; j++) x[i * d + j] = data[id * d + j] * Math.sqrt(d);
    // A watcher keeps what it sees: positions are added to a copy.
    if (watch) x = Float64Array.from(watch(`${name}.hook_tokens`, x, [ids.length, d]) ?? x);
    const positions = name === "source_embedding" ? this.positions.source : this.positions.target;
    positions.embed?.(x, ids.length, offset);
    return watch?.(name, x, [ids.length, d]) ?? x;
  }
}

/** One pass through a stack: the parts that encoder and decoder layers share, seen by one watcher. */
class Pass {
  /**
   * @param {Transformer} model
   * @param {Watch} [watch]
   */
  constructor(model, watch) {
    this.config = model.config;
    this.weights = model.weights;
    this.setting = { ...model.setting, watch };
    this.watch = watch;
  }

  /**
   * One residual connection: x + f(norm(x)), or norm(x + f(x)) with the norm last.
   *
   * @param {Float64Array} x
   * @param {string} layer
   * @param {number} norm its number
   * @param {string} sublayer
   * @param {(h: Float64Array) => Float64Array} f
   */
  add(x, layer, norm, sublayer, f) {
    const d = this.config.d_model,
      first = this.config.norm_first,
      found = f(first ? this.norm(x, `${layer}.norm${norm}`) : x),
      added = this.watch?.(`${layer}.hook_${sublayer}`, found, [x.length / d, d]) ?? found,
      sum = x.map((value, i) => value + added[i]);
    return first ? sum : this.norm(sum, `${layer}.norm${norm}`);
  }

  /**
   * @param {Float64Array} x
   * @param {string} name
   */
  norm(x, name) {
    const { d_model: d, norm: kind, eps } = this.config,
      { data: weight } = tensor(this.weights, `${name}.weight`),
      bias = this.weights.get(`${name}.bias`)?.data,
      y = normalise(x, d, { kind, eps, weight, bias }).affine;
    return this.watch?.(name, y, [x.length / d, d]) ?? y;
  }

  /**
   * @param {Float64Array} x
   * @param {string} layer
   */
  feedForward(x, layer) {
    const count = x.length / this.config.d_model,
      name = `${layer}.feed_forward`,
      hidden = hiddenUnits(x, count, this.config.activation, this.weights, name),
      seen = this.watch?.(`${name}.hook_hidden`, hidden, [count, this.config.d_ff]) ?? hidden;
    return project(seen, count, this.weights, `${name}.linear2`);
  }

  /**
   * @param {Float64Array} x
   * @param {string} name
   * @param {Float64Array | null} other
   * @param {Parameters<typeof attention>[5]} how
   */
  attend(x, name, other, how) {
    return attention(this.setting, name, x, x.length / this.config.d_model, other, how);
  }
}

// Counts what a view's script asks of what outlives it, until it gives that back: in `held`, a name and a stack each.
// A detached element takes its own listeners with it, so elements are not counted; `body` is. Where other scripts share
// the page, `onlyBlobs` leaves out what they ask for: anywidget loads a view's script as a blob.
(() => {
  const held = (globalThis.held = new Map()), ours = (stack) => !globalThis.onlyBlobs || stack.includes("blob:");
  const lasting = (target) => !(target instanceof Element) || [document.body, document.documentElement].includes(target);
  const hold = (key) => held.set(key, new Error().stack), drop = (key) => held.delete(key);
  const keys = new WeakMap(); let serial = 0;
  const id = (object) => (keys.has(object) || keys.set(object, ++serial), keys.get(object));
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const name = (target, type, heard) => `${target.constructor.name} ${id(target)} ${type} ${id(heard)}`;
  EventTarget.prototype.addEventListener = function (type, heard, options) {
    const target = this ?? globalThis;
    if (heard && lasting(target) && !(target instanceof AbortSignal) && ours(new Error().stack)) {
      hold(name(target, type, heard));
      if (options?.signal) addEventListener.call(options.signal, "abort", () => drop(name(target, type, heard)));
    }
    return addEventListener.call(target, type, heard, options);
  };
  EventTarget.prototype.removeEventListener = function (type, heard, options) {
    const target = this ?? globalThis;
    if (heard) drop(name(target, type, heard));
    return removeEventListener.call(target, type, heard, options);
  };
  for (const kind of ["MutationObserver", "ResizeObserver", "IntersectionObserver"]) {
    const { observe, disconnect } = globalThis[kind].prototype;
    globalThis[kind].prototype.observe = function (...all) {
      if (ours(new Error().stack)) hold(`${kind} ${id(this)}`);
      return observe.apply(this, all);
    };
    globalThis[kind].prototype.disconnect = function () { drop(`${kind} ${id(this)}`); return disconnect.call(this); };
  }
  for (const [start, stop, once] of [["setInterval", "clearInterval"], ["setTimeout", "clearTimeout", true],
    ["requestAnimationFrame", "cancelAnimationFrame", true]]) {
    const [began, ended] = [globalThis[start], globalThis[stop]];
    globalThis[start] = (heard, ...more) => {
      const key = began((...all) => { if (once) drop(`${start} ${key}`); return heard(...all); }, ...more);
      if (ours(new Error().stack)) hold(`${start} ${key}`);
      return key;
    };
    globalThis[stop] = (key) => { drop(`${start} ${key}`); return ended(key); };
  }
  // A model of which every listener is counted.
  globalThis.counted = (model) => new Proxy(model, { get(target, property) {
    const own = target[property];
    if (property === "on") return (event, heard, ...more) => { hold(`model ${event} ${id(heard)}`); return own.call(target, event, heard, ...more); };
    if (property === "off") return (event, heard, ...more) => { drop(`model ${event} ${id(heard)}`); return own.call(target, event, heard, ...more); };
    return typeof own === "function" ? own.bind(target) : own;
  } });
})();

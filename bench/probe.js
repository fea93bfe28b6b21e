// Runs in JupyterLab's page. Watches what is drawn inside an element, frame by frame: pixels of canvases, SVG, images.
// The look comes after a frame's own work (in a message sent from its requestAnimationFrame), so a view that paints in
// the first frame after a key press is seen in that frame.
window.bench = (() => {
  function pixels(canvas) {
    if (!canvas.width || !canvas.height) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const words = new Uint32Array(data.buffer);
    let hash = 2166136261;
    for (let i = 0; i < words.length; i += 3) hash = Math.imul(hash ^ words[i], 16777619);
    return hash;
  }
  // An empty string where nothing is drawn: an image counts once it is decoded.
  function picture(root) {
    const parts = [];
    for (const each of root.querySelectorAll("canvas, svg, img")) {
      if (!each.getClientRects().length || each.parentElement.closest("svg")) continue;
      if (each.tagName === "CANVAS") parts.push(pixels(each));
      else if (each.tagName !== "IMG") parts.push(each.outerHTML);
      else if (each.complete && each.naturalWidth) parts.push(each.src);
    }
    return parts.join("\n");
  }
  // Calls look(number of the frame) after each frame until it returns true.
  function frames(look) {
    return new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      let frame = 0;
      const tick = () => {
        frame += 1;
        port2.postMessage(frame);
      };
      port1.onmessage = ({ data }) => (look(data) ? done() : requestAnimationFrame(tick));
      requestAnimationFrame(tick);
    });
  }
  // From the next key press to a changed picture, in frames and seconds since the browser got the key; null after 30 s.
  async function key(root) {
    const before = picture(root),
      begun = performance.now();
    let pressed = null,
      first = 0,
      found = null;
    document.addEventListener("keydown", (event) => (pressed = event.timeStamp), { capture: true, once: true });
    await frames((frame) => {
      if (pressed === null) first = frame;
      else {
        const now = performance.now(),
          after = picture(root);
        if (after && after !== before) found = { frames: frame - first, seconds: (now - pressed) / 1000 };
      }
      return found || performance.now() - begun > 30_000;
    });
    return found;
  }
  // One step of the control per animation frame. Counts the frames in which the picture changed, up to two frames after
  // the last step, and the time for each of them.
  async function drag(root, control, steps) {
    let last = picture(root),
      painted = 0;
    const start = performance.now();
    await frames((frame) => {
      if (frame > 1) {
        const now = picture(root);
        painted += Boolean(now) && now !== last;
        last = now || last;
      }
      if (frame <= steps) move(control);
      return frame > steps + 2;
    });
    return { painted, seconds: (performance.now() - start) / 1000 / Math.max(1, painted) };
  }
  // Where a control can still go; turns round at its ends. A native slider, a native menu, or ipywidgets' own slider.
  function ahead(control) {
    const native = control.type === "range",
      menu = control.tagName === "SELECT";
    const [low, high, at] = menu
      ? [0, control.options.length - 1, control.selectedIndex]
      : native
        ? [control.min, control.max, control.value].map(Number)
        : ["valuemin", "valuemax", "valuenow"].map((name) => Number(control.getAttribute(`aria-${name}`)));
    const step = native ? Number(control.step) || 1 : 1,
      way = Number(control.dataset.way ?? 1);
    control.dataset.way = at + step * way > high + 1e-9 ? -1 : at + step * way < low - 1e-9 ? 1 : way;
    return { way: Number(control.dataset.way), step, menu, native };
  }
  function move(control) {
    const { way, step, native } = ahead(control);
    if (!native) {
      control.dispatchEvent(
        new KeyboardEvent("keydown", { key: way > 0 ? "ArrowRight" : "ArrowLeft", bubbles: true, cancelable: true }),
      );
      return;
    }
    control.value = Number(control.value) + way * step;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  // The key that moves it on, with the keyboard given to it. JupyterLab would keep the arrow keys of ipywidgets' slider.
  function arm(control) {
    control.dataset.lmSuppressShortcuts = "true";
    control.focus({ preventScroll: true });
    const { way, menu } = ahead(control);
    return menu ? (way > 0 ? "ArrowDown" : "ArrowUp") : way > 0 ? "ArrowRight" : "ArrowLeft";
  }
  // Runs a cell; seconds until it has drawn what the selector names.
  async function open(cell, selector) {
    const notebook = jupyterapp.shell.currentWidget.content,
      start = performance.now();
    notebook.activeCellIndex = cell;
    jupyterapp.commands.execute("notebook:run-cell");
    let seconds = null;
    await frames(() => {
      const now = performance.now(),
        area = document.querySelectorAll(".jp-Notebook .jp-Cell")[cell].querySelector(".jp-OutputArea");
      if (area?.querySelector(selector) && picture(area)) seconds = (now - start) / 1000;
      return seconds !== null || now - start > 120_000;
    });
    return seconds;
  }
  // Until Python rests and five frames in a row look the same.
  async function rest(root) {
    let last = null,
      same = 0;
    await frames(() => {
      const now = picture(root),
        idle = jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === "idle";
      same = idle && now === last ? same + 1 : 0;
      last = now;
      return same >= 5;
    });
  }
  return { key, drag, arm, open, rest, picture };
})();

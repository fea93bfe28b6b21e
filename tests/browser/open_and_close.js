// Opens a view three times; each time touches every control, moves pointer and keys over all of it, hides it, closes it.
async (script) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: view } = await import(url);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (let time = 0; time < 3; time++) {
    const el = document.createElement("div");
    document.body.append(el);
    const close = await view.render({ model: counted(transformerLabModel), el });
    if (el.querySelector(".tl-view").isConnected !== true) throw new Error("nothing was shown");
    await frame(); await frame();
    const seen = (kinds) => [...el.querySelectorAll(kinds)].filter((each) => each.checkVisibility());
    for (const input of seen("input[type=range]")) {
      input.stepUp();
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (const select of seen("select")) {
      select.selectedIndex = select.options.length - 1;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      await frame();
    }
    for (const each of seen("input[type=checkbox], input[type=radio], button")) {
      each.click();
      await frame();
    }
    for (const each of seen("canvas, svg, [tabindex]")) {
      each.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: 9, clientY: 9 }));
      each.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    }
    for (const play of seen("button")) if (play.textContent.includes("Play")) play.click();
    await frame();
    // A hidden view has no width: it must not stop for that.
    el.hidden = true;
    await frame(); await frame();
    const alarm = [...el.querySelectorAll(".tl-alarm")].find((each) => !each.hidden);
    if (alarm) throw new Error(alarm.textContent);
    close();
    el.remove();
  }
}

/**
 * The page's half of widgets.py: what a student does to each widget, and how long the page takes.
 *
 * A kind of event is a function that makes everything ready, and gives the event itself.
 */
(() => {
  let seed = 1;
  const below = (count) => (seed = (seed * 48271) % 2147483647) % count;
  const any = (list) => list[below(list.length)];
  const next = (list, now) => list[(list.indexOf(now) + 1) % list.length];
  const frame = () => new Promise((done) => requestAnimationFrame(done));

  /** A page's tools on one widget. */
  function tools(root) {
    const all = (selector) => [...root.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const cells = (tensor) => all(`.tl-tensor[data-tensor="${tensor}"] > .tl-planes`).flatMap((one) => [...one.querySelectorAll(".tl-cell")]);
    const cell = (tensor) => any(cells(tensor));
    const fire = (target, type, more = {}) => {
      const kind = type.startsWith("key") ? KeyboardEvent : type.startsWith("pointer") ? PointerEvent : type === "click" ? MouseEvent : Event;
      target.dispatchEvent(new kind(type, { bubbles: true, cancelable: true, composed: true, ...more }));
    };
    const key = (target, name, more = {}) => fire(target, "keydown", { key: name, ...more });
    const labelled = (label) => all("input, select, button").find((one) => one.ariaLabel === label || one.labels?.[0]?.textContent === label || one.textContent === label);
    const point = (target) => () => fire(target, "pointermove", { pointerType: "mouse" });
    const arrow = (target) => {
      target.focus();
      const to = any(["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"]);
      return () => key(target, to);
    };
    const enter = (target, text) => {
      key(target, "F2");
      const field = target.querySelector("input");
      field.value = text;
      return () => key(field, "Enter");
    };
    const press = (target) => () => fire(target, "click", { detail: 1 });
    const write = (field, value, type = "input") => () => {
      field.value = value;
      fire(field, type);
    };
    const option = (label) => {
      const field = labelled(label);
      return write(field, next([...field.options].map((one) => one.value), field.value), "change");
    };
    const tick = (label) => {
      const field = labelled(label);
      return () => field.click();
    };
    return { all, cells, cell, fire, key, labelled, point, arrow, enter, press, write, option, tick };
  }

  const number = () => String((below(2000) - 1000) / 100);
  const counted = (label, values) => ({ labelled, write }) => write(labelled(label), next(values, labelled(label).value));
  const pressed = (label) => ({ labelled, press }) => press(labelled(label));
  const over = (tensor) => ({ point, cell }) => point(cell(tensor));
  const moved = (tensor) => ({ arrow, cell }) => arrow(cell(tensor));
  const typed = (tensor) => ({ enter, cell }) => enter(cell(tensor), number());
  const opened = (tensor) => ({ key, cell, all }) => {
    for (const field of all(".tl-edit")) key(field, "Escape");
    const at = cell(tensor);
    return () => key(at, "F2");
  };
  const dragged = (tensor) => ({ fire, cell }) => {
    const [from, to] = [cell(tensor), cell(tensor)];
    fire(from, "pointerdown", { buttons: 1, pointerType: "mouse" });
    return () => fire(to, "pointermove", { buttons: 1, pointerType: "mouse" });
  };
  const written = (texts) => ({ labelled, write }, n) => write(labelled("index"), texts[n % texts.length]);
  const shapes = (label, values) => ({ labelled, key }, n) => {
    const field = labelled(label);
    field.value = values[n % values.length];
    return () => key(field, "Enter");
  };
  const added = ({ labelled, key, press }, n) => {
    press(labelled("Back to the numbers and views at the start"))();
    const field = labelled("another view");
    field.value = ["x.transpose(1, 2)", "x[:, ::2]", "x.view(-1)", "x + 1", "x.permute(2, 0, 1)"][n % 5];
    return () => key(field, "Enter");
  };
  const removed = (page, n) => {
    added(page, n)();
    return page.press(page.all("button[aria-label^='Remove ']").at(-1));
  };
  const windows = {
    "pointer over y": over("y"),
    "pointer over x": over("x"),
    "arrow keys in y": moved("y"),
    "a number of x": typed("x"),
    "stride": counted("stride height", ["1", "2", "3"]),
    "padding": counted("padding width", ["0", "1"]),
    "dilation": counted("dilation width", ["1", "2"]),
    "kernel": counted("kernel height", ["2", "3", "4"]),
    "step forward": pressed("Step forward"),
    "play, pause": ({ labelled, press }) => press(labelled("Play") ?? labelled("Pause")),
    "reset": (page, n) => {
      counted("stride height", ["1", "2", "3"])(page, n)();
      return pressed("Back to the numbers at the start")(page);
    },
  };
  const lens = {
    "pointer over x": over("x"),
    "pointer over out": over("out"),
    "arrow keys in out": moved("out"),
    "a cell opened": opened("x"),
    "a number of x": typed("x"),
    "a number of y": typed("y"),
    "operator": ({ option }) => option("operator"),
    "dtype": (page) => page.write(page.labelled("dtype of y"), next(["float32", "float64", "float32"], page.labelled("dtype of y").value), "change"),
    "reset": (page) => {
      page.option("operator")();
      return pressed("Back to the numbers at the start")(page);
    },
  };
  const picks = {
    "pointer over the mask": over("mask"),
    "pointer over x": over("a"),
    "pointer over y": over("y"),
    "arrow keys in the mask": moved("mask"),
    "a click in the mask": ({ press, cell }) => press(cell("mask")),
    "a number of x": typed("a"),
    "threshold": ({ labelled, write }) => {
      labelled("compare").value === "by hand" && write(labelled("compare"), ">", "change")();
      return write(labelled("threshold, on a scale"), String((below(40) - 20) / 10));
    },
    "comparison": ({ option }) => option("compare"),
    "reset": pressed("Back to the numbers at the start"),
  };
  const moving = {
    "pointer over x": over("a"),
    "pointer over y": over("y"),
    "arrow keys in y": moved("y"),
    "a number of x": typed("a"),
    "op": ({ option }) => option("op"),
    "dim": ({ option, labelled }) => (labelled("dim") ? option("dim") : option("op")),
  };

  /** Names as widgets.py has them. */
  const KINDS = {
    IndexLens: {
      "pointer over x": over("x"),
      "pointer over y": over("y"),
      "arrow keys in x": moved("x"),
      "a click": ({ press, cell }) => press(cell("x")),
      "a block dragged": dragged("x"),
      "an expression typed": written(["x[1:, ::2]", "x[x > 0.5", "x[x > 0.5]", "x[:, [0, -1], None]", "x[..., 3:12]", "x[::2]"]),
      "back": (page, n) => {
        page.press(page.cell("x"))();
        return pressed("Back to the first index")(page);
      },
    },
    MemoryStrip: {
      "pointer over the memory": over("memory of x"),
      "pointer over a view": over("x.t"),
      "arrow keys in a view": moved("x.t"),
      "a number": typed("memory of x"),
      "a number of a view": typed("x.t"),
      "a view added": added,
      "a view removed": removed,
      "dtype": ({ all, press }) => press(all(".tl-dtypes button").find((one, i, list) => list.at(i - 1).ariaPressed === "true")),
      "reset": (page, n) => {
        added(page, n)();
        return pressed("Back to the numbers and views at the start")(page);
      },
    },
    BroadcastLens: { ...lens, shape: shapes("shape of y", ["(16, 1)", "(16,)", "(4, 1, 16)", "(3,)"]) },
    "BroadcastLens, @": { ...lens, shape: shapes("shape of y", ["(16, 16)", "(16, 8)", "(16,)", "(3, 3)"]) },
    "PickLens, mask": picks,
    "PickLens, where": picks,
    "PickLens, sort": moving,
    "PickLens, cat": moving,
    ConvWindow: {
      ...windows,
      "pointer over the filter": over("weight"),
      "a weight": typed("weight"),
      "a bias": typed("bias"),
      "bias": ({ tick }) => tick("bias"),
      "groups": counted("groups", ["1", "2", "4"]),
    },
    PoolWindow: {
      ...windows,
      "largest or mean": (page) => page.option("keep"),
      "indices": ({ tick, labelled }) => tick(labelled("return_indices") ? "return_indices" : "count_include_pad"),
      "ceil_mode": ({ tick }) => tick("ceil_mode"),
    },
    ModuleFlow: {
      "step forward": (page) => {
        if (page.all(".tl-known").length === page.all(".tl-box, .tl-value").length) pressed("To the start")(page)();
        return pressed("Step forward")(page);
      },
      "step back": pressed("Step back"),
      "all of forward": (page) => {
        pressed("To the start")(page)();
        return pressed("All of forward: y = model(x)")(page);
      },
      "all of backward": (page) => {
        pressed("To the start")(page)();
        return pressed("All of backward: y.sum().backward()")(page);
      },
      "a tensor opened": ({ all, press }, n) => {
        const rows = all(".tl-map .tl-value, .tl-map .tl-box");
        return press(rows[n % rows.length]);
      },
      "arrow keys in the model": ({ all, key }) => {
        const row = any(all(".tl-map [role=option]"));
        row.focus();
        return () => key(row, any(["ArrowDown", "ArrowUp", "Home", "End"]));
      },
      "pointer over numbers": ({ all, press, point }) => {
        press(all(".tl-map .tl-value")[0])();
        return point(any(all(".tl-panel .tl-planes").flatMap((one) => [...one.querySelectorAll(".tl-cell")])));
      },
    },
    Predict: {
      "a choice": ({ all }) => {
        const radio = any(all("input[type=radio]"));
        return () => radio.click();
      },
      "an answer typed": ({ all, write }, n) => write(all(".tl-typed")[0], "tensor([4, 16, 16])".slice(0, 1 + (n % 18))),
      "show me": ({ all, press }) => {
        press(all(".tl-check")[0])();
        return press(all("button").at(-1));
      },
    },
  };

  let act = () => {};

  /** Make an event ready; what came before is done, and painted. */
  async function ready(root, name, kind, n, pause) {
    act = KINDS[name][kind](tools(root), n);
    await frame();
    await new Promise((done) => setTimeout(done, pause));
  }

  /** Milliseconds of the event: its handlers; until all has its place; until all is painted. */
  async function timed(root) {
    const channel = new MessageChannel();
    const ended = new Promise((done) => (channel.port1.onmessage = () => done(performance.now())));
    const began = frame().then(() => performance.now());
    const start = performance.now();
    act();
    const handled = performance.now() - start;
    root.getBoundingClientRect();
    const laid = performance.now() - start;
    const later = root.querySelector('[data-drawn="later"]');
    // In the next frame, behind what the widget asked for.
    const placed = frame().then(() => {
      root.getBoundingClientRect();
      channel.port2.postMessage(null);
      return performance.now();
    });
    const from = await began;
    const [place, end] = [laid + (await placed) - from, laid + (await ended) - from];
    if (!later) return [handled, place, end];
    // What is new, and in sight, is placed once the browser has said that it is in sight.
    const again = await frame().then(() => performance.now());
    root.getBoundingClientRect();
    const more = performance.now() - again;
    return [handled, place + more, end + more];
  }

  /** What can be done to the widget of that name. */
  const kinds = (name) => Object.keys(KINDS[name]);

  window.tensorlabSpeed = { kinds, ready, timed };
})();

// On every page of the browser edition: starts Python early, says how far it is, and keeps what is
// saved in the form that Jupyter and nbgrader know.
"use strict";

(() => {
  const root = new URL(".", document.currentScript.src).href;
  const settings = self.tensorlabSettings;
  const PATIENCE = 8000; // milliseconds without a sign of life
  const notebook = /\.ipynb$/.test(new URLSearchParams(location.search).get("path") ?? "");

  // ---- the words at the foot of the page

  const panel = document.createElement("div");
  panel.id = "tensorlab-python";
  panel.setAttribute("role", "status");
  const line = document.createElement("p");
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", "Python is starting");
  panel.append(line, bar);

  function say(words) {
    line.textContent = words;
    if (!panel.isConnected) document.body?.append(panel);
  }

  function explain(title, sentences) {
    clearTimeout(silence);
    panel.setAttribute("role", "alert");
    panel.className = "failed";
    const heading = document.createElement("h2");
    heading.textContent = title;
    const paragraphs = sentences.map((sentence) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = sentence;
      return paragraph;
    });
    const buttons = document.createElement("p");
    buttons.append(
      button("Try again", () => location.reload()),
      button("Read on without Python", () => panel.remove()),
    );
    panel.replaceChildren(heading, ...paragraphs, buttons);
    const show = () => document.body.append(panel);
    if (document.body) show();
    else addEventListener("DOMContentLoaded", show, { once: true });
  }

  function button(words, press) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", press);
    return made;
  }

  // ---- how far Python is

  let silence = 0;
  let got = new Set();
  const total = settings.files;

  function waitForNews() {
    clearTimeout(silence);
    silence = setTimeout(() => {
      say(
        got.size < total
          ? `Python is still being fetched from ${settings.host}: ${got.size} of ${total} parts. ` +
              "The connection is slow, or blocked. You can read on meanwhile."
          : "Python is still starting. You can read on meanwhile.",
      );
      panel.className = "slow";
    }, PATIENCE);
  }

  function hear(news) {
    waitForNews();
    if (news.got) {
      got.add(news.got);
      bar.max = total + 2;
      bar.value = Math.min(got.size, total);
      panel.className = "";
      say(`Python is being fetched: ${Math.min(got.size, total)} of ${total} parts.`);
    } else if (news.stage === "course") {
      bar.value = total;
      say("Python is there. The course is starting.");
    } else if (news.stage === "ready") {
      clearTimeout(silence);
      panel.remove();
    } else if (news.failed) {
      const { url, words } = news.failed;
      explain("Python cannot start here", [
        url
          ? `This page needs a file that could not be fetched: ${url}`
          : `It stopped with these words: ${words}`,
        settings.advice,
        "You can read the lesson meanwhile, and what you saved in this browser is kept.",
      ]);
    }
  }

  // ---- Python's worker, ahead of the kernel that will ask for it

  const PlainWorker = self.Worker;

  function startPython(kernel) {
    got = new Set();
    panel.className = "";
    panel.replaceChildren(line, bar);
    panel.setAttribute("role", "status");
    bar.removeAttribute("value");
    const worker = new PlainWorker(`${root}worker.js?kernel=${encodeURIComponent(kernel)}`);
    worker.addEventListener("message", ({ data }) => data?.tensorlab && hear(data.tensorlab));
    worker.addEventListener("error", (event) =>
      hear({ failed: { url: "", words: event.message || "the worker did not load" } }),
    );
    waitForNews();
    return worker;
  }

  const kernel = new URL(settings.kernel, root).href;
  let early = notebook && !self.crossOriginIsolated ? startPython(kernel) : null;

  self.Worker = class extends PlainWorker {
    constructor(url, options) {
      // webpack adds a query to the name
      if (new URL(url, location.href).pathname !== new URL(kernel).pathname) {
        super(url, options);
        return;
      }
      const taken = early;
      early = null;
      return taken ?? startPython(kernel);
    }
  };

  addEventListener("DOMContentLoaded", () => {
    if (early) say("Python is starting.");
  });

  // ---- what is saved

  const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";

  // Live widgets end with the kernel; the page that each leaves beside it works without one.
  function cleaned(content) {
    const metadata = {
      ...content.metadata,
      kernelspec: { display_name: "Python 3 (ipykernel)", language: "python", name: "python3" },
      language_info: { name: "python" },
    };
    for (const cell of content.cells ?? []) {
      for (const { data } of cell.outputs ?? []) {
        const html = [data?.["text/html"] ?? ""].flat().join("");
        if (html.includes('<iframe class="tensorlab"')) delete data[WIDGET_VIEW];
      }
    }
    return { ...content, metadata };
  }

  function guard(contents) {
    const save = contents.save.bind(contents);
    contents.save = (path, model) => {
      navigator.storage?.persist?.();
      const isNotebook = model?.type === "notebook" && model.content?.cells;
      return save(path, isNotebook ? { ...model, content: cleaned(model.content) } : model);
    };
  }

  // A cell that is run before there is a kernel waits for it; else a dialog would ask for one.
  function makePatient({ commands, shell }) {
    const execute = commands.execute.bind(commands);
    const kernel = () => shell.currentWidget?.sessionContext?.session?.kernel;
    let waiting = null;
    async function wait() {
      for (let turn = 0; turn < 1200 && !kernel(); turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      waiting = null;
    }
    commands.execute = (id, given) => {
      const runs = /^notebook:run|^runmenu:run/.test(id) && shell.currentWidget?.sessionContext;
      if (!runs || kernel()) return execute(id, given);
      waiting ??= wait();
      return waiting.then(() => execute(id, given));
    };
  }

  let app;
  Object.defineProperty(self, "jupyterapp", {
    configurable: true,
    get: () => app,
    set(started) {
      app = started;
      guard(started.serviceManager.contents);
      makePatient(started);
    },
  });
})();

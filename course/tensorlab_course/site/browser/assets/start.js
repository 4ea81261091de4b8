// Starts Python in a worker, once, and tells the page how far it is or why it cannot.
// JupyterLite's kernel takes this file for Pyodide's own: it loads it, and calls loadPyodide.
"use strict";

self.tensorlab ??= (() => {
  const said = { stdout: console.log, stderr: console.warn };
  let started = null;
  let failed = null; // the first file that did not come

  const tell = (news) => self.postMessage({ tensorlab: news });

  // Counts the files as they come, and notes which one does not.
  function watchFetches() {
    const plain = self.fetch;
    self.fetch = async (resource, options) => {
      const url = String(resource?.url ?? resource);
      try {
        const answer = await plain(resource, options);
        if (!answer.ok) failed ??= `${url} (${answer.status} ${answer.statusText})`;
        else tell({ got: url });
        return answer;
      } catch (error) {
        failed ??= url;
        throw error;
      }
    };
  }

  async function run(root) {
    importScripts(`${root}settings.js`);
    const { core, packages, boot } = self.tensorlabSettings;
    const base = new URL(core, root).href;
    watchFetches();
    try {
      try {
        importScripts(`${base}pyodide.js`);
      } catch (error) {
        failed ??= `${base}pyodide.js`;
        throw error;
      }
      const load = self.loadPyodide;
      self.loadPyodide = wait;
      const pyodide = await load({
        indexURL: base,
        lockFileURL: `${root}pyodide-lock.json`,
        packages,
        stdout: (text) => said.stdout(text),
        stderr: (text) => said.stderr(text),
      });
      tell({ stage: "course" });
      pyodide.runPython(boot);
      tell({ stage: "ready" });
      return pyodide;
    } catch (error) {
      const words = String(error?.message ?? error);
      tell({ failed: { url: failed, words: words.trim().split("\n").pop() } });
      throw error;
    }
  }

  function start(root) {
    started ??= run(root);
    return started;
  }

  // What the kernel calls; it wants to hear what Python prints from then on.
  function wait(options) {
    if (options.stdout) said.stdout = options.stdout;
    if (options.stderr) said.stderr = options.stderr;
    return start(options.indexURL);
  }

  return { start, wait };
})();

self.loadPyodide = self.tensorlab.wait;

/** The bundle's way in: anywidget calls `render`; a page with no kernel holds its state as JSON. */

import { convWindow } from "./conv-window.js";
import { poolWindow } from "./pool-window.js";
import { passOnControl } from "./ui/dom.js";
import { StaticModel } from "./ui/model.js";

/** @type {Record<string, (model: import("./ui/model.js").Model) => { root: HTMLElement, stop: () => void }>} */
const WIDGETS = { ConvWindow: convWindow, PoolWindow: poolWindow };

/** @param {{ model: import("./ui/model.js").Model, el: HTMLElement }} given */
function render({ model, el }) {
  const { root, stop } = WIDGETS[model.get("_kind")](model);
  const unlisten = passOnControl(root);
  el.append(root);
  return () => (unlisten(), stop());
}

const saved = document.getElementById("tensorlab-state");
if (saved) alone(JSON.parse(saved.textContent ?? "{}"));

/**
 * In a frame of its own, in a saved notebook or an exported page.
 * @param {Record<string, any>} state
 */
function alone(state) {
  document.documentElement.classList.add("tl-alone");
  render({ model: new StaticModel(state), el: document.body });
  // The page around may be of another theme, and has to make room.
  window.addEventListener("message", ({ data }) => {
    if (typeof data?.tensorlabDark === "boolean") {
      document.documentElement.dataset.theme = data.tensorlabDark ? "dark" : "light";
    }
  });
  new ResizeObserver(() => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    window.parent.postMessage({ tensorlabHeight: height }, "*");
  }).observe(document.documentElement);
}

export default { render };

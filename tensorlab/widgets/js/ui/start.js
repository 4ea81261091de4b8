/** How a widget begins: anywidget calls `render`; a page with no kernel holds its state as JSON. */

import "./theme.css";
import { passOnControl } from "./dom.js";
import { StaticModel } from "./model.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {(model: Model) => { root: HTMLElement, stop: () => void }} Draw makes the widget */

/**
 * What a bundle exports.
 * @param {Draw} draw
 */
export function start(draw) {
  const saved = document.getElementById("tensorlab-state");
  if (saved) alone(draw, JSON.parse(saved.textContent ?? "{}"));
  return {
    /** @param {{ model: Model, el: HTMLElement }} given */
    render: ({ model, el }) => render(draw, model, el),
  };
}

/**
 * @param {Draw} draw
 * @param {Model} model
 * @param {HTMLElement} around
 */
function render(draw, model, around) {
  const { root, stop } = draw(model);
  const unlisten = passOnControl(root);
  around.append(root);
  return () => (unlisten(), stop());
}

/**
 * In a frame of its own, in a saved notebook or an exported page.
 * @param {Draw} draw
 * @param {Record<string, any>} state
 */
function alone(draw, state) {
  document.documentElement.classList.add("tl-alone");
  render(draw, new StaticModel(state), document.body);
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

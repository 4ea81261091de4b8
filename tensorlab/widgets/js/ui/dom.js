/**
 * Elements in one line each.
 *
 * JupyterLab takes arrow keys, Enter and letters for itself. It lets them be where the focused
 * element itself says so, so everything that takes the focus is made here.
 */

const FOCUSABLE = new Set(["button", "input", "select", "summary"]);

const NAME = "data-lm-suppress-shortcuts";

/** What keeps the notebook's shortcuts away; on an element that has the focus, not around it. */
export const SUPPRESS = { [NAME]: "true" };

/**
 * Leave the notebook its shortcuts with Control or Command, such as the one that saves; gives what
 * ends it. It listens on the window, which hears a key before the notebook does.
 * @param {HTMLElement} root
 */
export function passOnControl(root) {
  const listener = (/** @type {KeyboardEvent} */ event) => {
    const target = event.target;
    if (!(target instanceof Element) || !root.contains(target)) return;
    const own = event.key === "Home" || event.key === "End" || !(event.ctrlKey || event.metaKey);
    if (own) target.setAttribute(NAME, "true");
    else target.removeAttribute(NAME);
  };
  window.addEventListener("keydown", listener, true);
  return () => window.removeEventListener("keydown", listener, true);
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined>} attributes
 * @param {(Node | string | null | undefined)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  const all = FOCUSABLE.has(tag) ? { ...SUPPRESS, ...attributes } : attributes;
  for (const [name, value] of Object.entries(all)) {
    if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Let an element have these children, in this order; those that stay in their place are not drawn anew.
 * @param {Element} parent
 * @param {Element[]} children
 */
export function arrange(parent, children) {
  for (const child of [...parent.children]) if (!children.includes(child)) child.remove();
  for (const [n, child] of children.entries()) {
    if (parent.children[n] !== child) parent.insertBefore(child, parent.children[n] ?? null);
  }
}

let count = 0;

/** An id that no other element of the page has. */
export function newId() {
  count += 1;
  return `tl-${count}-${Math.random().toString(36).slice(2, 8)}`;
}

/**
 * Plain words, in which what stands between backticks is code.
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function prose(text) {
  const pieces = text.split("`");
  if (pieces.length % 2 === 0) return [text]; // a backtick without its partner
  return pieces.map((piece, i) => (i % 2 ? el("code", {}, piece) : piece)).filter((piece) => piece !== "");
}

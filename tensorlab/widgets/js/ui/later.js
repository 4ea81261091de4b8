/**
 * What is out of sight is laid out after what is in sight.
 *
 * Texts and marks are right at once everywhere. What a part out of sight looks like is worked out
 * when it comes into sight, or when nothing has happened for a while, one part in each frame.
 */

/** Milliseconds without a change. */
const REST = 100;

/** Parts that are watched, and whether they are in sight. @type {WeakMap<Element, boolean>} */
const watched = new WeakMap();
/** @type {Set<Element>} */
const held = new Set();
let timer = 0;
let frame = 0;

const observer =
  typeof IntersectionObserver === "undefined"
    ? null
    : new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) {
          if (!watched.has(target)) continue;
          watched.set(target, isIntersecting);
          if (isIntersecting) release(target);
        }
      });

/** Notice when a part comes into sight. @param {Element} part whose size its style sheet knows */
export function watch(part) {
  if (!observer || watched.has(part)) return;
  part.setAttribute("data-drawn", "seen");
  watched.set(part, false);
  observer.observe(part);
}

/** A part that has changed can wait, if it is out of sight. @param {Element} part */
export function hold(part) {
  if (watched.get(part) !== false || !part.isConnected || part.contains(part.ownerDocument.activeElement)) return;
  part.setAttribute("data-drawn", "later");
  held.add(part);
  clearTimeout(timer);
  cancelAnimationFrame(frame);
  timer = setTimeout(next, REST);
}

/** Let an element be seen, and take the focus. @param {Element | undefined} element */
export const reach = (element) => release(element?.closest("[data-drawn]"));

/** @param {Element | null | undefined} part */
function release(part) {
  if (part && held.delete(part)) part.setAttribute("data-drawn", "seen");
}

function next() {
  frame = requestAnimationFrame(() => {
    for (const part of held) {
      release(part);
      if (part.isConnected) break;
    }
    if (held.size) next();
  });
}

/** Predict: a question that one answers before its answer shows. */

import { LETTERS, matches, read, verdict } from "./core/answers.js";
import "./predict.css";
import { el, newId, prose } from "./ui/dom.js";
import { State } from "./ui/model.js";
import { start } from "./ui/start.js";

/**
 * @typedef {import("./core/answers.js").Question & {
 *   listing: string, question: string, printed: string, asked: number, ran: number,
 * }} Now
 */

/** @param {import("./ui/model.js").Model} model */
function predict(model) {
  /** @type {State<Now>} */
  const state = new State(
    model,
    ["listing", "question", "offered", "because", "chosen", "came", "printed", "asked", "ran"],
    { problem: () => "", draw, complain: () => {} },
  );
  const { listing, question, offered, because } = state.now;
  const name = newId();
  const asks = newId();

  const radios = offered.map(({ answer }) => el("input", { type: "radio", name, value: answer }));
  const signs = offered.map(() => el("span", { class: "tl-sign", "aria-hidden": "true" }));
  const labels = offered.map(({ answer }, i) =>
    el("label", { class: "tl-choice" }, radios[i], signs[i], el("span", { class: "tl-letter" }, LETTERS[i]), el("code", {}, answer)),
  );
  const typed = el("input", { type: "text", class: "tl-typed", id: newId(), autocomplete: "off", spellcheck: "false" });
  const check = el("button", { type: "button", class: "tl-button tl-check" }, "Check my answer");
  const show = el("button", { type: "button", class: "tl-button" }, "Show me");
  const said = el("div", { class: "tl-said", role: "status" });
  const others = el("div", { class: "tl-others" });
  const output = el("div", { class: "tl-output", role: "status" });
  const own = el("div", { class: "tl-choice tl-own" }, el("label", { for: typed.id }, "or type it"), typed);
  const choices = el(
    "div",
    { role: "radiogroup", "aria-labelledby": asks, class: "tl-choices" },
    ...labels,
    own,
  );
  const root = el(
    "div",
    { class: "tl tl-predict", role: "group", "aria-label": "A question" },
    el("p", { class: "tl-asks", id: asks }, el("strong", {}, "Predict, then run. "), ...prose(question)),
    el("pre", { class: "tl-listing" }, el("code", {}, listing)),
    el(
      "div",
      { class: "tl-beside" },
      el("div", { class: "tl-answers" }, choices, el("p", { class: "tl-buttons" }, check, show), said, others),
      output,
    ),
  );

  check.addEventListener("click", commit);
  show.addEventListener("click", () => state.apply({ asked: state.now.asked + 1 }));
  typed.addEventListener("input", () => {
    for (const radio of radios) radio.checked = false;
    ready();
  });
  choices.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.type === "radio") typed.value = "";
    ready();
  });
  choices.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") commit();
    else if (event.target === typed) event.stopPropagation();
    else pick(event);
  });
  draw();
  return { root, stop: () => state.stop() };

  /** A letter picks its choice. @param {KeyboardEvent} event */
  function pick(event) {
    const radio = radios[LETTERS.indexOf(event.key.toUpperCase())];
    if (!radio || event.key.length !== 1 || radio.disabled) return;
    radio.checked = true;
    radio.focus();
    typed.value = "";
    ready();
  }

  /** The answer as it stands, or null. */
  function answer() {
    return radios.find((radio) => radio.checked)?.value ?? read(state.now, typed.value);
  }

  /** Take back that there is no answer yet. */
  function ready() {
    if (answer() !== null && said.classList.contains("tl-wrong")) said.replaceChildren();
  }

  /** The first answer counts. */
  function commit() {
    if (state.now.chosen !== null) return;
    const chosen = answer();
    if (chosen === null) {
      said.classList.add("tl-wrong");
      said.replaceChildren(el("p", {}, "Pick an answer first, or type what you expect."));
      return;
    }
    // What had the focus is about to be closed.
    const inside = choices.contains(root.ownerDocument.activeElement);
    state.apply({ chosen });
    if (inside) show.focus();
  }

  function draw() {
    const { now } = state;
    const answered = now.chosen !== null;
    root.classList.toggle("tl-answered", answered);
    for (const [i, radio] of radios.entries()) {
      const chosen = radio.value === now.chosen;
      const right = answered && matches(radio.value, now.came);
      if (answered) radio.checked = chosen;
      radio.disabled = answered;
      signs[i].textContent = right ? "✓" : answered && chosen ? "✗" : "";
      labels[i].classList.toggle("tl-right", right);
      labels[i].classList.toggle("tl-chosen", answered && chosen);
    }
    typed.disabled = answered;
    check.textContent = answered ? "Checked" : "Check my answer";
    show.hidden = !answered;
    if (answered) {
      check.setAttribute("aria-disabled", "true");
      settle();
    } else ready();
    own.hidden = answered && typed.value === "";
    output.hidden = now.asked === 0;
    if (now.asked) {
      const when = now.ran >= now.asked ? "Run here, just now:" : "What it gave when it was run:";
      output.replaceChildren(el("p", {}, when), el("pre", {}, el("code", {}, now.printed)));
    }
  }

  /** Say what came of the answer; once, or a screen reader would hear it again. */
  function settle() {
    if (said.dataset.settled) return;
    said.dataset.settled = "true";
    said.classList.remove("tl-wrong");
    const { now } = state;
    const { right, why } = verdict(now);
    const known = offered.some((one) => one.answer === now.chosen);
    if (!known && typed.value !== now.chosen) typed.value = now.chosen ?? "";
    const head = right
      ? [el("strong", {}, "✓ Right."), " Python says:"]
      : [el("strong", {}, "✗ Not this time."), " You said ", el("code", {}, now.chosen ?? ""), "; Python says:"];
    const words = [why, because].filter((text) => text !== null);
    said.replaceChildren(
      el("p", {}, ...head),
      el("pre", {}, el("code", {}, now.came)),
      ...words.map((text) => el("p", {}, ...prose(text))),
    );
    others.replaceChildren(
      ...offered
        .filter((one) => one.why && one.answer !== now.chosen)
        .map((one) =>
          el(
            "details",
            {},
            el("summary", {}, "Why not ", el("code", {}, one.answer), "?"),
            el("p", {}, ...prose(one.why ?? "")),
          ),
        ),
    );
  }
}

export default start(predict);

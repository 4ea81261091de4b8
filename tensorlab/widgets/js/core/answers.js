/**
 * An answer to a question, held to what the code gave.
 *
 * @typedef {object} Question
 * @property {{ answer: string, why: string | null }[]} offered in the order of showing
 * @property {string | null} because
 * @property {string | null} chosen
 * @property {string} came what the code gave
 */

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** @param {string} text */
export const squash = (text) => text.replace(/\s+/gu, "");

/**
 * Is the answer what came? White space aside; an exception may be given by its beginning.
 * @param {string} answer
 * @param {string} truth
 */
export function matches(answer, truth) {
  let wanted = squash(answer);
  const came = squash(truth);
  const kind = truth.split(":")[0].trim().split(".").at(-1) ?? "";
  if (/^[\p{L}_][\p{L}\p{N}_]*(?<=Error|Exception|Warning)$/u.test(kind)) {
    wanted = wanted.replace(/(\.\.\.)$/, "").replace(/…$/, "");
    return wanted.startsWith(kind) && came.startsWith(wanted);
  }
  return wanted === came;
}

/**
 * What was typed as the choice that it is, by its text or its letter; else as it is. Null where
 * nothing was typed.
 * @param {Question} question
 * @param {string} typed
 */
export function read({ offered }, typed) {
  const given = squash(typed);
  if (!given) return null;
  const found = offered.find(({ answer }, i) => given === squash(answer) || given === LETTERS[i]);
  return found ? found.answer : typed;
}

/**
 * What there is to say to an answer: whether it is right, the misconception behind it where it is
 * known, and the reason for the truth.
 * @param {Question} question
 */
export function verdict({ offered, because, chosen, came }) {
  const right = chosen !== null && matches(chosen, came);
  const why = right ? null : (offered.find(({ answer }) => answer === chosen)?.why ?? null);
  return { right, why, because };
}

/**
 * The same in words, as Python's `feedback` says it.
 * @param {Question} question
 */
export function feedback(question) {
  const { right, why, because } = verdict(question);
  const truth = question.came.split(/\s+/u).filter(Boolean).join(" ");
  const first = right
    ? `Right. Python says ${truth}.`
    : `Not this time. You said ${question.chosen}; Python says ${truth}.`;
  return [first, why, because].filter((line) => line).join("\n");
}

/** Numbers as text: what a student types, and what a cell shows. */

/**
 * A number as a person types it: `3`, `-0.5`, `1e-3`, with a comma or a true minus sign too; as
 * float32 holds it, unless `round` says otherwise.
 * @param {string} text
 * @param {(value: number) => number} [round] to what the tensor holds
 * @returns {{ value: number } | { problem: string }}
 */
export function parseNumber(text, round = Math.fround) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  if (plain === "") return { problem: "The cell is empty. Type a number, such as 0.5." };
  const value = Number(plain);
  if (/^[-+]?(nan|inf(inity)?|∞)$/i.test(plain) || Math.abs(value) === Infinity) {
    return { problem: `${text.trim()} cannot be computed with here. Type a finite number.` };
  }
  if (Number.isNaN(value) || /^[-+]?0[xob]/i.test(plain)) {
    return { problem: `“${text.trim()}” is not a number. Type one, such as 0.5.` };
  }
  return { value: round(value) };
}

/**
 * The same in all its digits.
 * @param {string} text
 */
export const parseReal = (text) => parseNumber(text, (value) => value);

/**
 * A whole number from `least` on.
 * @param {string} text
 * @param {string} name what it is, as in "stride"
 * @param {number} least
 * @returns {{ value: number } | { problem: string }}
 */
export function parseCount(text, name, least) {
  const value = Number(text.trim());
  if (text.trim() === "" || !Number.isInteger(value) || value < least) {
    return { problem: `The ${name} is a whole number from ${least} on. Type one.` };
  }
  return { value };
}

/**
 * A number in as many digits as float32 holds, without noise: 0.1 and not 0.10000000149.
 * @param {number} value
 * @param {number} [digits] of another type
 */
export function exact(value, digits = 7) {
  return tidy(String(Number(value.toPrecision(digits))));
}

/**
 * A number in a line of arithmetic: four decimals at most.
 * @param {number} value
 */
export function short(value) {
  if (value === -Infinity) return "−∞";
  if (value !== 0 && Math.abs(value) < 5e-5) return tidy(value.toExponential(1));
  return tidy(String(Number(value.toFixed(4))));
}

/**
 * How to write the numbers of one tensor so that they line up: as many decimals each.
 * @param {number[]} values
 * @param {number} [limit] decimals at most
 * @returns {(value: number) => string}
 */
export function format(values, limit = 2) {
  const most = Math.min(limit, Math.max(0, ...values.map(decimals)));
  return (value) => {
    if (value === -Infinity) return "−∞";
    if (Math.abs(value) >= 100000) return tidy(value.toExponential(1));
    const text = value.toFixed(most);
    if (text[0] !== "-") return text;
    return Number(text) === 0 ? text.slice(1) : `−${text.slice(1)}`;
  };
}

/** @param {number} value */
function decimals(value) {
  if (Number.isInteger(value)) return 0;
  return Math.abs(value * 10 - Math.round(value * 10)) < 1e-5 ? 1 : 2;
}

/** @param {string} text */
function tidy(text) {
  return text.replace("-", "−").replace("e+", "e").replace(/^−?0$/, "0");
}

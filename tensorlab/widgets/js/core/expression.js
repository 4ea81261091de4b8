/** Shape expressions as text, such as `x.t().reshape(3, 4)`, taken apart. */

/**
 * How the parts of an expression become what they stand for.
 * @template V
 * @typedef {object} Meaning
 * @property {(name: string) => V} name
 * @property {(name: string) => V} dtype
 * @property {(value: number | null | "...") => V} constant
 * @property {(parts: V[], list: boolean) => V} several
 * @property {(ends: (V | null)[]) => V} slice
 * @property {(of: V, name: string) => V} attribute
 * @property {(of: V, index: V) => V} item
 * @property {(of: V, name: string, args: () => V[]) => V} call
 */

/**
 * A part that has been read: what it stands for is asked later, when all has been read.
 * @template V
 * @typedef {{ value: (means: Meaning<V>) => V, name?: string, of?: Part<V>, bare?: boolean }} Part
 */

const TOKEN = /[ \t]*(?:[A-Za-z_]\w*|(?:0|[1-9]\d*)(?![\w.])|\.\.\.|[.()[\],:-])/y;
const NAMED = /^\s*([A-Za-z_]\w*)\s*=(?!=)\s*([^]*)$/;
// What is longer, or larger, has nothing to do with what can be shown.
const LONGEST = 200;
const LARGEST = 2 ** 31;

/** What cannot be read or done, in a sentence. */
export class Refusal extends Error {}

/**
 * The name and the expression of `y = x.t()`; without a name, the expression is its own.
 * @param {string} text
 */
export function named(text) {
  const found = NAMED.exec(text);
  const code = (found ? found[2] : text).trim();
  return { name: found ? found[1] : code, code };
}

/**
 * Reads all of it before anything is done. Throws a Refusal.
 * @template V
 * @param {string} code
 * @returns {(means: Meaning<V>) => V}
 */
export function parse(code) {
  /** @type {Reader<V>} */
  const reader = new Reader(code);
  const { value } = reader.expression(false);
  if (reader.token || code.length > LONGEST) throw reader.unread();
  return value;
}

/** @template V */
class Reader {
  /** @param {string} code */
  constructor(code) {
    this.code = code;
    this.at = 0;
    this.token = "";
    this.next();
  }

  unread() {
    return new Refusal(
      `“${this.code}” cannot be read here. Write shape operations on x, one after another, such as ` +
        "x.t().reshape(3, 4) or x[:, 0].",
    );
  }

  /** Go on, and give what was there. */
  next() {
    const before = this.token;
    TOKEN.lastIndex = this.at;
    const found = TOKEN.exec(this.code);
    if (!found && this.code.slice(this.at).trim()) throw this.unread();
    this.token = found ? found[0].trim() : "";
    this.at = TOKEN.lastIndex || this.code.length;
    return before;
  }

  /** Go on if this is there. @param {string} token */
  has(token) {
    if (this.token !== token) return false;
    this.next();
    return true;
  }

  name() {
    if (!/^[A-Za-z_]/.test(this.token) || /^(None|True|False)$/.test(this.token)) throw this.unread();
    return this.next();
  }

  /**
   * @param {boolean} inside an index, where None and ... may stand
   * @returns {Part<V>}
   */
  expression(inside) {
    let part = this.#atom(inside);
    for (;;) {
      const of = part;
      if (this.has(".")) {
        const name = this.name();
        const value = of.name === "torch" && !of.of
          ? (/** @type {Meaning<V>} */ means) => means.dtype(name)
          : (/** @type {Meaning<V>} */ means) => means.attribute(of.value(means), name);
        part = { value, name, of };
      } else if (this.has("[")) {
        if (this.token === "]") throw this.unread();
        const index = this.#list(false, "]", () => this.#part());
        part = { value: (means) => means.item(of.value(means), index.value(means)) };
      } else if (of.of && this.has("(")) {
        part = this.#call(of.of, of.name ?? "");
      } else {
        return part;
      }
    }
  }

  /**
   * @param {boolean} inside
   * @returns {Part<V>}
   */
  #atom(inside) {
    if (this.has("(")) return this.#list(false, ")", () => this.expression(inside));
    if (this.has("[")) return this.#list(true, "]", () => this.expression(false));
    const minus = this.has("-");
    if (/^\d/.test(this.token)) {
      const size = Number(this.next());
      if (size >= LARGEST) throw this.unread();
      return { value: (means) => means.constant(minus ? -size : size) };
    }
    if (minus) throw this.unread();
    if (inside && this.has("None")) return { value: (means) => means.constant(null), bare: true };
    if (inside && this.has("...")) return { value: (means) => means.constant("..."), bare: true };
    const name = this.name();
    return { value: (means) => means.name(name), name };
  }

  /**
   * What stands between brackets; one thing in round ones, without a comma, is itself.
   * @param {boolean} list
   * @param {string} end
   * @param {() => Part<V>} read
   * @returns {Part<V>}
   */
  #list(list, end, read) {
    const { parts, comma } = this.#parts(end, read);
    if (!list && !comma && parts.length === 1) return parts[0];
    return { value: (means) => means.several(parts.map((part) => part.value(means)), list) };
  }

  /**
   * @param {string} end
   * @param {() => Part<V>} read
   */
  #parts(end, read) {
    /** @type {Part<V>[]} */
    const parts = [];
    let comma = true;
    while (!this.has(end)) {
      if (!comma) throw this.unread();
      parts.push(read());
      comma = this.has(",");
    }
    return { parts, comma };
  }

  /** @returns {Part<V>} */
  #part() {
    /** @type {(Part<V> | null)[]} */
    const ends = [this.token === ":" ? null : this.expression(true)];
    while (ends.length < 3 && this.has(":")) {
      ends.push([":", ",", "]"].includes(this.token) ? null : this.expression(true));
    }
    const [first] = ends;
    if (first && ends.length === 1) return first;
    if (ends.some((end) => end?.bare)) throw this.unread();
    return { value: (means) => means.slice(ends.map((end) => end && end.value(means))) };
  }

  /**
   * @param {Part<V>} of
   * @param {string} name
   * @returns {Part<V>}
   */
  #call(of, name) {
    const { parts } = this.#parts(")", () => this.expression(false));
    return { value: (means) => means.call(of.value(means), name, () => parts.map((part) => part.value(means))) };
  }
}

/**
 * The small language of index expressions: its signs, where an expression is wrong, and its tree.
 *
 * Python checks the same tokens in the same way, and says the same (index_syntax.py).
 *
 * @typedef {{ kind: string, text: string, start: number, end: number }} Token
 * @typedef {{ words: string, start: number, end: number, unfinished: boolean }} SyntaxProblem
 *
 * @typedef {object} Node
 * @property {"none" | "ellipsis" | "bool" | "int" | "float" | "x" | "tuple" | "list" | "slice" | "item" | "tensor" | "unary" | "binary" | "compare" | "and" | "or"} kind
 * @property {number} start
 * @property {number} end
 * @property {string} [text] of a number
 * @property {boolean} [on] of True and False
 * @property {string[]} [signs] of an operation; several where comparisons are chained
 * @property {(Node | null)[]} [parts] what it is made of; null for what a slice leaves out
 */

/** Longer than anybody types, and than what is written for picked cells. */
export const MOST_LETTERS = 1000;
const MOST_SIGNS = 150;

const TOKEN =
  /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<sign>\.\.\.|…|\*\*|\/\/|[<>=!]=|[-+*/%&|^~<>()[\],:])|(?<attribute>\.[A-Za-z_]\w*)|(?<other>[^ ])/gu;
const COMPARISONS = new Set(["<", "<=", ">", ">=", "==", "!="]);
const BETWEEN = new Set([..."+-*/%&|^", "//", "**", ...COMPARISONS, "and", "or"]);
const SIGNS = new Set([...BETWEEN, ..."~([", "not"]);
const VALUES = new Set(["None", "True", "False", "Ellipsis", "...", "…"]);
const ELLIPSES = new Set(["Ellipsis", "...", "…"]);
/** @type {Record<string, string>} */
const OPENS = { ")": "(", "]": "[" };

/**
 * The text on one line, with Python's minus; as many letters as it had.
 * @param {string} text
 */
export function plain(text) {
  return text.replace(/\s/g, " ").replaceAll("−", "-");
}

/**
 * The pieces of an expression.
 * @param {string} text
 * @returns {Token[]}
 */
export function tokens(text) {
  return [...plain(text).matchAll(TOKEN)].map((found) => {
    const kind = Object.entries(found.groups ?? {}).find(([, part]) => part !== undefined)?.[0] ?? "";
    return { kind, text: found[0], start: found.index, end: found.index + found[0].length };
  });
}

/**
 * What is wrong with an index of the tensor called `name`, at the first place that cannot belong to
 * one; null where nothing is.
 * @param {string} text
 * @param {string} name
 * @returns {SyntaxProblem | null}
 */
export function check(text, name) {
  if (text.length > MOST_LETTERS) {
    const words = `This is longer than ${MOST_LETTERS} letters. Write it shorter: as slices or a mask.`;
    return { words, start: MOST_LETTERS, end: text.length, unfinished: false };
  }
  const end = plain(text).trimEnd().length;
  const pieces = tokens(text);
  if (!pieces.length) return { words: "Write an index, such as 0 or :, 1.", start: end, end, unfinished: true };
  const checking = new Checking(name);
  for (const token of pieces) {
    const words = checking.take(token);
    if (words) return { words, start: token.start, end: token.end, unfinished: false };
  }
  return checking.unfinished(end);
}

/** Token by token: whether a value comes next or a sign, and which brackets are open. */
class Checking {
  /** @type {Token} */
  last = { kind: "", text: "", start: 0, end: 0 };
  wantsValue = true;
  signs = 0;
  /** The brackets that wait for their other half; first of all, the expression as a whole. */
  brackets = [{ kind: "whole", opened: this.last, colons: 0 }];

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  get inside() {
    return this.brackets[this.brackets.length - 1];
  }

  /**
   * @param {Token} token
   * @returns {string} what is wrong with it; empty where nothing is
   */
  take(token) {
    const words = this.#words(token);
    this.last = token;
    return words;
  }

  /** @param {Token} token */
  #words(token) {
    const { kind, text } = token;
    if (kind === "other") return strange(text);
    if (kind === "attribute") return `“${text}” is not known here: after a tensor come brackets.`;
    if (SIGNS.has(text)) this.signs += 1;
    if (this.signs > MOST_SIGNS) return "This is too long to be worked out: write it shorter.";
    if (this.last.text === "torch.tensor") {
      if (text !== "(") return "After torch.tensor comes a bracket, as in torch.tensor([0, 2]).";
      return this.#open("call", token);
    }
    return this.wantsValue ? this.#value(token) : this.#sign(token);
  }

  /** @param {Token} token */
  #value(token) {
    const { kind, text } = token;
    const last = this.last.text;
    if (kind === "number") {
      this.wantsValue = false;
      if (/^0\d*[1-9]\d*$|^00+$/.test(text)) return `Write “${text}” without the zeros before it.`;
      if (/^\d{19,}$/.test(text) || Number(text) === Infinity) return `“${text}” is too large a number here.`;
      return "";
    }
    if (text === this.name || VALUES.has(text)) return this.#then(false);
    if ("+-~".includes(text) || text === "torch.tensor") return "";
    if (text === "not") {
      const between = BETWEEN.has(last) && last !== "and" && last !== "or";
      return between || last === "~" ? `After “${last}”, “not” needs brackets around it.` : "";
    }
    if (kind === "name") return unknown(text, this.name);
    if (text === "(") return this.#open("group", token);
    if (text === "[") return this.#open("list", token);
    if (text === ":") return this.#colon();
    if (this.#mayBeEmpty(text)) return text === "," ? this.#comma() : this.#close(text);
    if (text in OPENS && this.brackets.length > 1 && this.last === this.inside.opened) {
      return `Between “${last}” and “${text}” something is missing.`;
    }
    return `Before “${text}” something is missing.`;
  }

  /**
   * Whether a comma or a closing bracket may come where a value would.
   * @param {string} text
   */
  #mayBeEmpty(text) {
    const afterColon = this.last.text === ":";
    if (text === ",") return afterColon;
    if (!(text in OPENS)) return false;
    const nothing = this.last === this.inside.opened && ["group", "list"].includes(this.inside.kind);
    return afterColon || nothing || this.last.text === ",";
  }

  /** @param {Token} token */
  #sign(token) {
    const { text } = token;
    if (BETWEEN.has(text)) return this.#then(true);
    if (text === ",") return this.#comma();
    if (text === ":") return this.#colon();
    if (text in OPENS) return this.#close(text);
    if (text === "[") {
      if (this.last.kind === "number") return `“${this.last.text}” is a number, and has no index.`;
      return this.#open("index", token);
    }
    if (text === "(") return "Only torch.tensor(…) can be called here.";
    return `Between “${this.last.text}” and “${text}” something is missing: a comma, or a sign such as “+”.`;
  }

  /** @param {boolean} wantsValue */
  #then(wantsValue) {
    this.wantsValue = wantsValue;
    return "";
  }

  /**
   * @param {string} kind
   * @param {Token} opened
   */
  #open(kind, opened) {
    this.brackets.push({ kind, opened, colons: 0 });
    return this.#then(true);
  }

  /** @param {string} text */
  #close(text) {
    const { kind, opened } = this.inside;
    if (kind === "whole") return `“${text}” closes nothing: leave it out.`;
    if (opened.text !== OPENS[text]) return `“${text}” cannot close “${opened.text}”.`;
    this.brackets.pop();
    return this.#then(false);
  }

  #comma() {
    if (this.inside.kind === "call") return "torch.tensor takes one thing here: a list, or a number.";
    this.inside.colons = 0;
    return this.#then(true);
  }

  #colon() {
    const { kind, opened } = this.inside;
    if (kind !== "whole" && kind !== "index") {
      const where =
        opened.start === 0 && kind === "list"
          ? `in the brackets of an index: write ${this.name} before them`
          : "only in the brackets of an index";
      return `A slice with “:” stands ${where}.`;
    }
    this.inside.colons += 1;
    if (this.inside.colons > 2) return "A slice has two colons at most: start:stop:step.";
    return this.#then(true);
  }

  /**
   * What is still missing at the end.
   * @param {number} end
   * @returns {SyntaxProblem | null}
   */
  unfinished(end) {
    const { kind, opened } = this.inside;
    const last = this.last.text;
    const complete = last === ":" || (last === "," && kind !== "call");
    if (this.wantsValue && !complete && this.last !== opened) {
      return { words: `After “${last}” something is missing.`, start: end, end: end + 1, unfinished: true };
    }
    if (kind === "whole") return null;
    return { words: `“${opened.text}” is still open: close it.`, start: opened.start, end: opened.end, unfinished: true };
  }
}

/**
 * @param {string} text
 * @param {string} name
 */
function unknown(text, name) {
  if (text === "torch" || text.startsWith("torch.")) return "Of torch, only torch.tensor([…]) is known here.";
  if (text.startsWith(`${name}.`)) return `“${text}” is not known here: after ${name} come brackets, as in ${name}[0].`;
  return `“${text}” is not known here: the tensor is called ${name}.`;
}

/** @param {string} text */
function strange(text) {
  if (text === "=") return "“=” gives a name to something. To compare, write “==”.";
  if (text === "!") return "“!” alone means nothing. Write “~” to turn a mask round, “!=” for not equal.";
  if ("'\"".includes(text)) return "Text is no index: leave the quotes out.";
  return `“${text}” means nothing in an index: leave it out.`;
}

/**
 * The tree of an expression in which `check` finds nothing wrong: the whole of it where it begins
 * with the tensor, else what stands in the brackets; and how it would stand in a program.
 * @param {string} text
 * @param {string} name
 * @returns {{ tree: Node, code: string }}
 */
export function read(text, name) {
  const written = plain(text).trim().replaceAll("…", "...");
  const inside = new Reading(tokens(written)).index();
  if (isChain(inside)) return { tree: inside, code: written };
  const code = `${name}[${written}]`;
  const tree = new Reading(tokens(code)).index();
  return { tree, code };
}

/** @param {Node} tree */
function isChain(tree) {
  let at = tree;
  while (at.kind === "item") at = /** @type {Node} */ (at.parts?.[0]);
  return at.kind === "x";
}

/** Python's operators, those that bind least first. */
const LEVELS = [new Set(["|"]), new Set(["^"]), new Set(["&"]), new Set(["+", "-"]), new Set(["*", "/", "//", "%"])];

/** Reads tokens that are known to be right, by Python's rules of what binds more. */
class Reading {
  at = 0;

  /** @param {Token[]} pieces */
  constructor(pieces) {
    this.pieces = pieces;
  }

  /** @param {string[]} texts */
  #next(...texts) {
    return this.at < this.pieces.length && texts.includes(this.pieces[this.at].text);
  }

  #take() {
    this.at += 1;
    return this.pieces[this.at - 1];
  }

  /**
   * @param {Node["kind"]} kind
   * @param {number} from the token that it begins with
   * @param {Partial<Node>} [more]
   * @returns {Node}
   */
  #node(kind, from, more = {}) {
    return { kind, start: this.pieces[from].start, end: this.pieces[this.at - 1].end, ...more };
  }

  /** What stands in the brackets of an index. @returns {Node} */
  index() {
    return this.#commas("tuple", () => this.#slice());
  }

  /**
   * One thing, or several with commas between.
   * @param {"tuple" | "list"} kind
   * @param {() => Node} one
   * @returns {Node}
   */
  #commas(kind, one) {
    const from = this.at;
    const parts = [];
    let commas = 0;
    while (this.at < this.pieces.length && !this.#next("]", ")")) {
      parts.push(one());
      if (!this.#next(",")) break;
      commas += 1;
      this.#take();
    }
    if (kind === "tuple" && !commas && parts.length) return parts[0];
    if (!parts.length) return { kind, start: 0, end: 0, parts };
    return this.#node(kind, from, { parts });
  }

  /** @returns {Node} */
  #slice() {
    const from = this.at;
    const ends = /** @type {(Node | null)[]} */ ([null, null, null]);
    const first = this.#next(":") ? null : this.#expression();
    if (first && !this.#next(":")) return first;
    ends[0] = first;
    for (let n = 1; n < 3 && this.#next(":"); n++) {
      this.#take();
      if (this.at < this.pieces.length && !this.#next(":", ",", "]")) ends[n] = this.#expression();
    }
    return this.#node("slice", from, { parts: ends });
  }

  /** @returns {Node} */
  #expression() {
    return this.#words("or", () => this.#words("and", () => this.#not()));
  }

  /**
   * @param {"and" | "or"} word
   * @param {() => Node} one
   * @returns {Node}
   */
  #words(word, one) {
    const from = this.at;
    const parts = [one()];
    while (this.#next(word)) {
      this.#take();
      parts.push(one());
    }
    return parts.length > 1 ? this.#node(word, from, { parts }) : parts[0];
  }

  /** @returns {Node} */
  #not() {
    const from = this.at;
    if (!this.#next("not")) return this.#comparison();
    this.#take();
    const parts = [this.#not()];
    return this.#node("unary", from, { signs: ["not"], parts });
  }

  /** @returns {Node} */
  #comparison() {
    const from = this.at;
    const parts = [this.#binary(0)];
    const signs = [];
    while (this.#next(...COMPARISONS)) {
      signs.push(this.#take().text);
      parts.push(this.#binary(0));
    }
    return signs.length ? this.#node("compare", from, { signs, parts }) : parts[0];
  }

  /**
   * @param {number} level
   * @returns {Node}
   */
  #binary(level) {
    if (level === LEVELS.length) return this.#unary();
    const from = this.at;
    let left = this.#binary(level + 1);
    while (this.at < this.pieces.length && LEVELS[level].has(this.pieces[this.at].text)) {
      const signs = [this.#take().text];
      left = this.#node("binary", from, { signs, parts: [left, this.#binary(level + 1)] });
      left.end = this.pieces[this.at - 1].end;
    }
    return left;
  }

  /** @returns {Node} */
  #unary() {
    const from = this.at;
    if (!this.#next("-", "+", "~")) return this.#power();
    const signs = [this.#take().text];
    const parts = [this.#unary()];
    return this.#node("unary", from, { signs, parts });
  }

  /** @returns {Node} */
  #power() {
    const from = this.at;
    const base = this.#postfix();
    if (!this.#next("**")) return base;
    const signs = [this.#take().text];
    const parts = [base, this.#unary()];
    return this.#node("binary", from, { signs, parts });
  }

  /** @returns {Node} */
  #postfix() {
    const from = this.at;
    let value = this.#atom();
    while (this.#next("[")) {
      this.#take();
      const parts = [value, this.index()];
      this.#take();
      value = this.#node("item", from, { parts });
    }
    return value;
  }

  /** @returns {Node} */
  #atom() {
    const from = this.at;
    const { kind, text } = this.#take();
    if (kind === "number") return this.#node(/^\d+$/.test(text) ? "int" : "float", from, { text });
    if (text === "None") return this.#node("none", from);
    if (ELLIPSES.has(text)) return this.#node("ellipsis", from);
    if (text === "True" || text === "False") return this.#node("bool", from, { on: text === "True" });
    if (text === "torch.tensor") {
      this.#take();
      const parts = [this.#expression()];
      this.#take();
      return this.#node("tensor", from, { parts });
    }
    if (text === "(" || text === "[") {
      const inside = this.#commas(text === "(" ? "tuple" : "list", () => this.#expression());
      this.#take();
      return { ...inside, start: this.pieces[from].start, end: this.pieces[this.at - 1].end };
    }
    return this.#node("x", from);
  }
}

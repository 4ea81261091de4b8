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
  /((?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(\.\.\.|…|\/\/|[<>=!]=|[-+*/%&|^~<>()[\],:])|[^ ]/gu;
/** What each group of it finds. */
const KINDS = ["number", "name", "sign"];
const COMPARISONS = ["<", "<=", ">", ">=", "==", "!="];
const BETWEEN = new Set([..."+-*/%&|^", "//", ...COMPARISONS, "and", "or"]);
const SIGNS = new Set([...BETWEEN, ..."~([", "not"]);
const VALUES = new Set(["None", "True", "False", "Ellipsis", "...", "…"]);
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
    const kind = KINDS[found.slice(1).findIndex(Boolean)] ?? "other";
    return { kind, text: found[0], start: found.index, end: found.index + found[0].length };
  });
}

/**
 * What is wrong with an index of the tensor called `name`, at the first place that cannot belong to
 * one; null where nothing is. Token by token, it knows whether a value comes next or a sign, and
 * which brackets are open.
 * @param {string} text
 * @param {string} name
 * @returns {SyntaxProblem | null}
 */
export function check(text, name) {
  if (text.length > MOST_LETTERS) {
    const words = `This is longer than ${MOST_LETTERS} letters. Write it shorter: as slices or a mask.`;
    return { words, start: MOST_LETTERS, end: text.length, unfinished: false };
  }
  /** @type {Token} */
  let last = { kind: "", text: "", start: 0, end: 0 };
  let wantsValue = true;
  let signs = 0;
  /** What waits for its other half; first of all, the expression as a whole. */
  let inside = { kind: "whole", opened: last, colons: 0 };
  const around = [inside];

  /** @param {boolean} value whether one comes next */
  const then = (value) => {
    wantsValue = value;
    return "";
  };
  /** @type {(kind: string, opened: Token) => string} */
  const open = (kind, opened) => {
    around.push((inside = { kind, opened, colons: 0 }));
    return then(true);
  };
  /** @param {string} sign */
  const close = (sign) => {
    if (inside.kind === "whole") return `“${sign}” closes nothing: leave it out.`;
    if (inside.opened.text !== OPENS[sign]) return `“${sign}” cannot close “${inside.opened.text}”.`;
    around.pop();
    inside = around[around.length - 1];
    return then(false);
  };
  const comma = () => {
    if (inside.kind === "call") return "torch.tensor takes one thing here: a list, or a number.";
    inside.colons = 0;
    return then(true);
  };
  const colon = () => {
    if (inside.kind === "list" && !inside.opened.start) {
      return `A slice with “:” stands in the brackets of an index: write ${name} before them.`;
    }
    if (inside.kind !== "whole" && inside.kind !== "index") {
      return "A slice with “:” stands only in the brackets of an index.";
    }
    inside.colons += 1;
    return inside.colons > 2 ? "A slice has two colons at most: start:stop:step." : then(true);
  };
  /** @type {(token: Token) => string} */
  const value = (token) => {
    const sign = token.text;
    if (token.kind === "number") {
      if (/^\d{19,}$/.test(sign) || Number(sign) === Infinity) return `“${sign}” is too large a number here.`;
      return then(false);
    }
    if (sign === name || VALUES.has(sign)) return then(false);
    if ("+-~".includes(sign) || sign === "torch.tensor") return "";
    if (sign === "not") {
      const free = !SIGNS.has(last.text) || /^(and|or|not|\(|\[)$/.test(last.text);
      return free ? "" : `After “${last.text}”, “not” needs brackets around it.`;
    }
    if (token.kind === "name") return unknown(sign, name);
    if (sign === "(") return open("group", token);
    if (sign === "[") return open("list", token);
    const first = last === inside.opened;
    if (sign === ":" && (first || last.text === "," || last.text === ":")) return colon();
    const closes = sign in OPENS;
    if (sign === "," && last.text === ":") return comma();
    const mayBeEmpty = first && /group|list/.test(inside.kind);
    if (closes && (last.text === ":" || last.text === "," || mayBeEmpty)) return close(sign);
    if (closes && first && last.text) return `Between “${last.text}” and “${sign}” something is missing.`;
    return `Before “${sign}” something is missing.`;
  };
  /** @type {(token: Token) => string} */
  const between = (token) => {
    const sign = token.text;
    if (BETWEEN.has(sign)) return then(true);
    if (sign === ",") return comma();
    if (sign === ":") return colon();
    if (sign in OPENS) return close(sign);
    if (sign === "[") return last.kind === "number" ? `“${last.text}” is a number, and has no index.` : open("index", token);
    if (sign === "(") return "Only torch.tensor(…) can be called here.";
    return `Between “${last.text}” and “${sign}” something is missing: a comma, or a sign such as “+”.`;
  };
  /** @type {(token: Token) => string} */
  const take = (token) => {
    const sign = token.text;
    if (token.kind === "other") return strange(sign);
    if (SIGNS.has(sign)) signs += 1;
    if (signs > MOST_SIGNS) return "This is too long to be worked out: write it shorter.";
    if (last.text !== "torch.tensor") return wantsValue ? value(token) : between(token);
    return sign === "(" ? open("call", token) : "After torch.tensor comes a bracket, as in torch.tensor([0, 2]).";
  };

  for (const token of tokens(text)) {
    const words = take(token);
    if (words) return { words, start: token.start, end: token.end, unfinished: false };
    last = token;
  }
  const end = plain(text).trimEnd().length;
  const missing = (/** @type {string} */ words, start = end, stop = end + 1) => ({ words, start, end: stop, unfinished: true });
  if (!last.text) return missing("Write an index, such as 0 or :, 1.", end, end);
  const complete = last.text === ":" || (last.text === "," && inside.kind !== "call");
  if (wantsValue && !complete && last !== inside.opened) return missing(`After “${last.text}” something is missing.`);
  const { opened } = inside;
  return around.length > 1 ? missing(`“${opened.text}” is still open: close it.`, opened.start, opened.end) : null;
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
  const inside = parse(written);
  if (isChain(inside)) return { tree: inside, code: written };
  const code = `${name}[${written}]`;
  return { tree: parse(code), code };
}

/** @param {Node} tree */
function isChain(tree) {
  let at = tree;
  while (at.kind === "item") at = /** @type {Node} */ (at.parts?.[0]);
  return at.kind === "x";
}

/** Python's operators, those that bind least first. */
const LEVELS = [["|"], ["^"], ["&"], ["+", "-"], ["*", "/", "//", "%"]];

/**
 * What stands in the brackets of an index, by Python's rules of what binds more.
 * @param {string} text in which nothing is wrong
 * @returns {Node}
 */
function parse(text) {
  const pieces = tokens(text);
  let at = 0;
  const next = (/** @type {string[]} */ ...texts) => at < pieces.length && texts.includes(pieces[at].text);
  const take = () => pieces[at++].text;
  /** @type {(kind: Node["kind"], from: number, parts?: Node["parts"], more?: Partial<Node>) => Node} */
  const node = (kind, from, parts, more) => ({ kind, start: pieces[from].start, end: pieces[at - 1].end, parts, ...more });

  /** One thing, or several with commas between. @type {(kind: "tuple" | "list", from: number, one: () => Node) => Node} */
  const commas = (kind, from, one) => {
    const parts = [];
    let several = kind === "list" || next(")");
    while (at < pieces.length && !next("]", ")")) {
      parts.push(one());
      if (!next(",")) break;
      several = true;
      take();
    }
    return several ? node(kind, from, parts) : parts[0];
  };
  const index = () => commas("tuple", at, slice);
  const slice = () => {
    const from = at;
    const ends = /** @type {(Node | null)[]} */ ([null, null, null]);
    if (!next(":")) ends[0] = expression();
    if (!next(":")) return /** @type {Node} */ (ends[0]);
    for (let n = 1; next(":"); n++) {
      take();
      if (at < pieces.length && !next(":", ",", "]")) ends[n] = expression();
    }
    return node("slice", from, ends);
  };
  /** Several with one of these signs between, from left to right. @type {(one: () => Node, signs: string[]) => Node} */
  const leftToRight = (one, signs) => {
    const from = at;
    let left = one();
    while (next(...signs)) {
      const sign = take();
      left = node("binary", from, [left, one()], { signs: [sign] });
    }
    return left;
  };
  /** Several with one of these signs between, all at once. @type {(kind: Node["kind"], one: () => Node, signs: string[]) => Node} */
  const together = (kind, one, signs) => {
    const from = at;
    const parts = [one()];
    const found = [];
    while (next(...signs)) {
      found.push(take());
      parts.push(one());
    }
    return found.length ? node(kind, from, parts, { signs: found }) : parts[0];
  };
  /** One sign before. @type {(signs: string[], other: () => Node) => Node} */
  const before = (signs, other) => {
    const from = at;
    if (!next(...signs)) return other();
    const sign = take();
    return node("unary", from, [before(signs, other)], { signs: [sign] });
  };
  const expression = () => together("or", () => together("and", not, ["and"]), ["or"]);
  const not = () => before(["not"], () => together("compare", binary, COMPARISONS));
  const unary = () => before(["-", "+", "~"], postfix);
  const binary = LEVELS.reduceRight((/** @type {() => Node} */ one, signs) => () => leftToRight(one, signs), unary);
  const postfix = () => {
    const from = at;
    let value = atom();
    while (next("[")) {
      take();
      const parts = [value, index()];
      take();
      value = node("item", from, parts);
    }
    return value;
  };
  /** @returns {Node} */
  const atom = () => {
    const from = at;
    const { kind } = pieces[at];
    const sign = take();
    if (kind === "number") return node(/^\d+$/.test(sign) ? "int" : "float", from, [], { text: sign });
    if (sign === "None") return node("none", from);
    if (sign === "Ellipsis" || sign === "...") return node("ellipsis", from);
    if (sign === "True" || sign === "False") return node("bool", from, [], { on: sign === "True" });
    if (sign === "torch.tensor") {
      take();
      const parts = [expression()];
      take();
      return node("tensor", from, parts);
    }
    if (sign !== "(" && sign !== "[") return node("x", from);
    const inside = commas(sign === "(" ? "tuple" : "list", from, expression);
    take();
    return { ...inside, start: pieces[from].start, end: pieces[at - 1].end };
  };
  return index();
}

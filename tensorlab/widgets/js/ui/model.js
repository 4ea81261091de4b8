/**
 * What a widget knows of Python: named values that both sides can change.
 *
 * @typedef {object} Model what anywidget gives, and what `StaticModel` stands in for
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {(event: string, listener: (...given: any[]) => void) => void} on
 * @property {(event: string, listener: (...given: any[]) => void) => void} off
 * @property {() => void} save_changes
 */

/** The model of a page with no kernel. */
export class StaticModel {
  /** @type {Map<string, Set<() => void>>} */
  #listeners = new Map();

  /** @param {Record<string, any>} state */
  constructor(state) {
    this.state = { ...state };
  }

  /** @param {string} name */
  get(name) {
    return this.state[name];
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  set(name, value) {
    this.state[name] = value;
    for (const listener of this.#listeners.get(`change:${name}`) ?? []) listener();
  }

  /**
   * @param {string} event
   * @param {() => void} listener
   */
  on(event, listener) {
    const found = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, found.add(listener));
  }

  /**
   * @param {string} event
   * @param {() => void} listener
   */
  off(event, listener) {
    this.#listeners.get(event)?.delete(listener);
  }

  save_changes() {}
}

/**
 * The values of a model as one object; `apply` changes several at once, where that makes sense.
 * @template {Record<string, any>} S
 */
export class State {
  #writing = false;
  /** What Python has not been told yet. @type {Map<string, any>} */
  #unsent = new Map();
  /** @type {Set<string>} */
  #stale = new Set();

  /**
   * @param {Model} model
   * @param {(keyof S & string)[]} names
   * @param {object} how
   * @param {(state: S) => string} how.problem what is wrong with a state; empty where nothing is
   * @param {(changed: Set<string>) => void} how.draw called after every change, from here or from
   *   Python, with the names of what changed
   * @param {(problem: string) => void} how.complain
   */
  constructor(model, names, { problem, draw, complain }) {
    this.model = model;
    this.names = names;
    this.problem = problem;
    this.draw = draw;
    this.complain = complain;
    this.now = this.#read();
    this.first = this.now;
    this.listeners = names.map((name) => ({ event: `change:${name}`, listener: () => this.#changed(name) }));
    for (const { event, listener } of this.listeners) model.on(event, listener);
  }

  /**
   * Take these values over, unless they make no sense; then say why, and leave all as it is.
   * @param {Partial<S>} values
   */
  apply(values) {
    const problem = this.problem({ ...this.now, ...values });
    if (problem) {
      this.complain(problem);
      return false;
    }
    this.#write(Object.entries(values));
    this.now = this.#read();
    this.draw(new Set(Object.keys(values)));
    if (!this.#unsent.size) afterDrawing(() => this.#send());
    for (const [name, value] of Object.entries(values)) this.#unsent.set(name, value);
    return true;
  }

  /** @param {Iterable<[string, any]>} values */
  #write(values) {
    this.#writing = true;
    for (const [name, value] of values) this.model.set(name, value);
    this.#writing = false;
  }

  /** To Python goes what is so by then, however often it has changed. */
  #send() {
    if (this.#unsent.size) this.model.save_changes();
    this.#unsent.clear();
  }

  stop() {
    this.#send();
    for (const { event, listener } of this.listeners) this.model.off(event, listener);
  }

  /**
   * Python may change several values at once: they are drawn when all have come. What was changed
   * here meanwhile stays: it may be Python's echo of a change before that.
   * @param {string} name
   */
  #changed(name) {
    if (this.#writing) return;
    if (!this.#stale.size) {
      queueMicrotask(() => {
        const changed = this.#stale;
        this.#stale = new Set();
        const kept = [...this.#unsent].filter(([name]) => changed.delete(name));
        this.#write(kept);
        if (!changed.size) return;
        this.now = this.#read();
        this.draw(changed);
      });
    }
    this.#stale.add(name);
  }

  /** @returns {S} */
  #read() {
    return /** @type {S} */ (Object.fromEntries(this.names.map((name) => [name, this.model.get(name)])));
  }
}

/**
 * Once the page is drawn; at once where nobody sees it.
 * @param {() => void} act
 */
function afterDrawing(act) {
  const hidden = typeof document === "undefined" || document.hidden;
  if (hidden) setTimeout(act);
  else requestAnimationFrame(() => setTimeout(act));
}

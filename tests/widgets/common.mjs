/** What the tests of several widgets share. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** What the engine computed for a widget. */
export function fixtures(name) {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8"));
}

/** Both are float32; the order of a sum may differ in the last bit. */
export function close(found, wanted, path = "") {
  if (Array.isArray(wanted)) {
    assert.equal(found.length, wanted.length, `length at ${path}`);
    wanted.forEach((one, i) => close(found[i], one, `${path}[${i}]`));
  } else if (wanted === null) {
    assert.equal(found, -Infinity, path);
  } else {
    assert.ok(Math.abs(found - wanted) <= 1e-5 * Math.max(1, Math.abs(wanted)), `${path}: ${found}, not ${wanted}`);
  }
}

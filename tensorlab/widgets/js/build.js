/** Bundles the widgets into ../static, one file a widget: `node build.js`, or `node build.js FOLDER`. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, "..", "static");

/** The sources, in an order that is the same everywhere. */
const sources = readdirSync(here, { recursive: true })
  .map((name) => String(name).replaceAll("\\", "/"))
  .filter((name) => /\.(js|css)$/.test(name) && !name.startsWith("node_modules/"))
  .sort();
const widgets = sources.filter((name) => /^[a-z-]+\.js$/.test(name) && name !== "build.js");

const made = await build({
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  entryPoints: widgets,
  format: "esm",
  legalComments: "none",
  logLevel: "warning",
  minify: true,
  outdir: "made",
  target: "es2022",
  write: false,
});
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { path, contents } of made.outputFiles) writeFileSync(join(folder, basename(path)), contents);

// Beside the bundles and not in them: a comment that changes leaves them, and what was saved with them, as they are.
const hash = createHash("sha256");
for (const name of sources) hash.update(`${name}\n`).update(readFileSync(join(here, name)));
writeFileSync(join(folder, "sources.sha256"), `${hash.digest("hex")}\n`);

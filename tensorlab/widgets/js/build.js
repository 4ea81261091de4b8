/** Bundles the widgets into ../static: `node build.js`, or `node build.js FOLDER`. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, "..", "static");

/** The sources, in an order that is the same everywhere. */
const sources = readdirSync(here, { recursive: true })
  .map((name) => String(name).replaceAll("\\", "/"))
  .filter((name) => /\.(js|css)$/.test(name) && !name.startsWith("node_modules/"))
  .sort();

const hash = createHash("sha256");
for (const name of sources) hash.update(`${name}\n`).update(readFileSync(join(here, name)));
const banner = `/* Made by \`make widgets\`. Sources: sha256 ${hash.digest("hex")} */`;

const made = await build({
  absWorkingDir: here,
  banner: { js: banner, css: banner },
  bundle: true,
  charset: "utf8",
  entryPoints: { widgets: "index.js", "widgets-style": "ui/theme.css" },
  format: "esm",
  legalComments: "none",
  logLevel: "warning",
  minify: true,
  outdir: "made",
  target: "es2022",
  write: false,
});
mkdirSync(folder, { recursive: true });
for (const { path, contents } of made.outputFiles) {
  const name = path.endsWith(".css") ? "widgets.css" : "widgets.js";
  writeFileSync(join(folder, name), contents);
}

// Runs bytecode.py in Pyodide itself, where there is no other Python of its version:
//   node bytecode.mjs FOLDER-WITH-PYODIDE BYTECODE.PY FOLDER
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [pyodide, program, folder] = process.argv.slice(2).map((name) => path.resolve(name));
try {
  const { loadPyodide } = createRequire(import.meta.url)(path.join(pyodide, "pyodide.js"));
  const python = await loadPyodide({ indexURL: pyodide + path.sep });
  python.FS.mkdirTree("/work");
  python.mountNodeFS("/work", folder);
  python.globals.set("__name__", "bytecode");
  python.runPython(`${fs.readFileSync(program, "utf8")}\nmain("/work")`);
} catch (error) {
  console.error(String(error?.message ?? error).slice(-1000));
  process.exitCode = 1;
}

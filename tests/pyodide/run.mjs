// Runs pytest in Python on WebAssembly, with this repository mounted:
//   node run.mjs FOLDER-WITH-PYODIDE PYTEST-ARGUMENT...
// Its exit code is pytest's. The folder needs numpy and pytest with what they depend on.
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [folder, ...wanted] = process.argv.slice(2);
const root = fileURLToPath(new URL("../..", import.meta.url));

const PROGRAM = `
import os, sys
os.chdir("/repo")
sys.path[:0] = ["/repo", "/repo/course"]
import pytest
int(pytest.main(["-p", "no:cacheprovider", *wanted]))
`;

try {
  const { loadPyodide } = await import(pathToFileURL(path.resolve(folder, "pyodide.mjs")));
  const python = await loadPyodide({
    indexURL: path.resolve(folder) + path.sep,
    packages: ["numpy", "packaging", "pytest"],
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  });
  python.FS.mkdirTree("/repo");
  python.mountNodeFS("/repo", root);
  python.globals.set("wanted", python.toPy(wanted));
  process.exitCode = python.runPython(PROGRAM);
} catch (error) {
  // the stack would be the whole of a minified file
  console.error(String(error?.message ?? error).slice(-2000));
  process.exitCode = 70;
}

"""Builds the browser edition: JupyterLite, Python and the course, in one folder of files."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tensorlab_course.lab.server import DEFAULTS
from tensorlab_course.site.browser import contents, distribution, environment, wheels
from tensorlab_course.site.browser.compiling import add_bytecode
from tensorlab_course.site.browser.distribution import CDN, CORE, LOCK, Distribution
from tensorlab_course.site.browser.errors import SiteError

ASSETS = Path(__file__).parent / "assets"
# The site's folder for Python and all that is loaded with it.
PYTHON = "python"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
# The part of the kernel that runs in a worker, as webpack named it in the pinned version.
KERNEL_WORKER = f"extensions/{KERNEL}/static/352.73e84f58fe741e1d76f2.js"
APPS = ("notebooks", "tree", "edit", "lab")
# What comes with Python, so that no cell has to install anything.
LOADED = [*distribution.NEEDED, "anywidget", "piplite", "pyodide-kernel", "tensorlab"]
# The kernel installs these itself, one after the other, unless it is told that they are there.
TOLD = ["micropip", "piplite", "sqlite3", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython"]


@dataclass(frozen=True)
class Built:
    """What was built: where, how large, and what the page can do without but would like to have."""

    folder: Path
    files: int
    size: int
    warnings: list[str]


def build(out: Path, pyodide: str | None = None, *, say: Callable[[str], None] = print) -> Built:
    """Build the browser edition into `out`, a folder of its own that is replaced as a whole.

    `pyodide` is a folder with a distribution, which becomes part of the site, or the address of
    one; without it, pages load Pyodide from its public CDN. `say` gets a sentence for each step.
    SiteError says what is missing and what to do; `out` is then as it was.
    """
    out = out.expanduser().resolve()
    _check(out)
    found = distribution.find(pyodide)
    python = environment.python(say)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".building-") as folder:
        site = Path(folder, "site")
        say("Building JupyterLite.")
        _lite(python, Path(folder), site, offline=isinstance(found.base, Path))
        say("Adding Python and the course.")
        packages = _bring(found, _own_wheels(site, python), site / PYTHON)
        warnings = [*found.warnings, *_compile(found, packages, site / PYTHON, say)]
        _write_lock(found, packages, site / PYTHON)
        _settings(found, packages, site / PYTHON)
        contents.write(contents.course_files(), site)
        for page in site.glob("*/index.html"):
            _add_script(page)
        _swap(site, out)
    files = [path for path in out.rglob("*") if path.is_file()]
    return Built(out, len(files), sum(path.stat().st_size for path in files), warnings)


def _check(out: Path) -> None:
    if out.is_file() or (
        out.is_dir() and any(out.iterdir()) and not (out / "jupyter-lite.json").exists()
    ):
        raise SiteError(f"{out} holds something else: name a new folder, or one that is empty.")


def _lite(python: Path, work: Path, site: Path, *, offline: bool) -> None:
    """What JupyterLite makes by itself."""
    source = work / "source"
    source.mkdir()
    config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": _config(offline)}
    (source / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
    command = [str(python), "-I", "-m", "jupyterlite_core", "build", "--no-sourcemaps"]
    command += ["--lite-dir", str(source), "--output-dir", str(site)]
    command += [word for app in APPS for word in ("--apps", app)]
    ran = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if ran.returncode or not (site / KERNEL_WORKER).is_file():
        words = (ran.stderr or ran.stdout).strip().splitlines()
        raise SiteError("JupyterLite could not be built: " + (words[-1] if words else "no kernel"))


def _config(offline: bool) -> dict[str, Any]:
    overrides = DEFAULTS / "labconfig" / "default_setting_overrides.json"
    settings = json.loads(overrides.read_text(encoding="utf-8"))
    settings.setdefault("@jupyterlab/docmanager-extension:plugin", {})["autosaveInterval"] = 10
    kernel = {
        "pyodideUrl": f"./{PYTHON}/start.js",
        "disablePyPIFallback": offline,
        "loadPyodideOptions": {"packages": TOLD},
    }
    return {
        "appName": "tensorlab",
        "exposeAppInBrowser": True,
        "settingsOverrides": settings,
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }


def _own_wheels(site: Path, python: Path) -> list[wheels.Wheel]:
    """The wheels that Pyodide does not have: ours, the widgets', and the kernel's."""
    there = environment.site_packages(python)
    kernels = site / "extensions" / KERNEL / "static" / "pypi"
    names = ("ipykernel", "piplite", "pyodide_kernel", "widgetsnbextension-4")
    shipped = [wheels.shipped(path) for name in names for path in kernels.glob(f"{name}*.whl")]
    installed = [wheels.installed(name, there) for name in wheels.INSTALLED]
    return [wheels.engine(), *installed, *shipped]


def _bring(found: Distribution, own: list[wheels.Wheel], out: Path) -> dict[str, Any]:
    """Put the packages into the site, or their addresses into its lock file; its packages."""
    out.mkdir()
    packages = {name: dict(package) for name, package in found.packages.items()}
    if isinstance(found.base, Path):
        for name in (*CORE, *(package["file_name"] for package in packages.values())):
            shutil.copyfile(found.base / name, out / name)
    else:
        for package in packages.values():
            package["file_name"] = found.base + package["file_name"]
    for wheel in own:
        (out / wheel.file_name).write_bytes(wheel.data)
        packages[wheel.name] = wheel.entry()
    return packages


def _compile(
    found: Distribution, packages: dict[str, Any], out: Path, say: Callable[[str], None]
) -> list[str]:
    """Compile what the site holds of Python; a warning where that cannot be done."""
    version = ".".join(found.info["python"].split(".")[:2])
    pyodide = found.base if isinstance(found.base, Path) else None
    files = sorted([*out.glob("*.whl"), *out.glob("python_stdlib.zip")])
    lacks = add_bytecode(files, version, pyodide, say)
    if lacks:
        return [f"Pages start slower than they could: there is no {lacks} to compile with."]
    for package in packages.values():
        if (path := out / package["file_name"]).is_file():
            package["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return []


def _write_lock(found: Distribution, packages: dict[str, Any], out: Path) -> None:
    """The list from which Pyodide loads packages."""
    lock = {"info": found.info, "packages": packages}
    (out / LOCK).write_text(json.dumps(lock, indent=1), encoding="utf-8")


def _settings(found: Distribution, packages: dict[str, Any], out: Path) -> None:
    """What the page and its worker know about this site."""
    own = isinstance(found.base, Path)
    loaded = distribution.closure(LOADED, packages)
    settings = {
        "core": "./" if own else found.base,
        "host": "this site" if own else urlsplit(str(found.base)).netloc,
        "kernel": f"../{KERNEL_WORKER}",
        "packages": sorted(LOADED),
        # the packages, their list, and the two parts of Python that are fetched
        "files": len(loaded) + 3,
        "boot": (ASSETS / "boot.py").read_text(encoding="utf-8"),
        "advice": _advice(found),
    }
    text = f"self.tensorlabSettings = {json.dumps(settings, indent=1)};\n"
    (out / "settings.js").write_text(text, encoding="utf-8")
    for asset in ASSETS.glob("*.[jc]s*"):
        shutil.copyfile(asset, out / asset.name)


def _advice(found: Distribution) -> str:
    if isinstance(found.base, Path):
        return (
            "Reload the page. If that does not help, a part of this site is missing: tell whoever "
            "runs it."
        )
    host = urlsplit(found.base).netloc
    where = "Python's public home" if found.base == CDN else "where this site gets Python from"
    return (
        f"See whether you are online, and whether your network lets you reach {host}, {where}; "
        "then try again. For a classroom without internet, this site can be built with Python in "
        "it: tensorlab site --pyodide FOLDER."
    )


def _add_script(page: Path) -> None:
    """Ours is the first script of the page: it starts Python while the rest is loading."""
    text = page.read_text(encoding="utf-8")
    before, head, after = text.partition("<head>")
    ours = (
        f'\n    <script src="../{PYTHON}/settings.js"></script>'
        f'\n    <script src="../{PYTHON}/page.js"></script>'
        f'\n    <link rel="stylesheet" href="../{PYTHON}/page.css" />'
    )
    page.write_text(before + head + ours + after, encoding="utf-8")


def _swap(site: Path, out: Path) -> None:
    """Put the new site in the place of the old."""
    if out.exists():
        out.rename(site.parent / "old")
    site.rename(out)

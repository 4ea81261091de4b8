"""The environment that builds the site: pinned, and apart from the one that the course runs in.

Other packages bring extensions for other versions of JupyterLab, and `jupyter lite` would take them
into the site.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

from platformdirs import user_cache_path

from tensorlab_course.site.browser.errors import SiteError

REQUIREMENTS = Path(__file__).parent / "requirements.txt"


def python(say: Callable[[str], None]) -> Path:
    """The Python of the environment, which is made where it is not there yet.

    It is kept in the user's cache folder, or in TENSORLAB_CACHE where that is set. SiteError where
    it cannot be made, as with no network.
    """
    place = cache() / f"browser-{_key()}"
    found = _python_in(place)
    if not found.exists():
        say("Installing JupyterLite in an environment of its own, the first time only.")
        _make(place)
    return found


def site_packages(python: Path) -> Path:
    """Where the environment's packages lie."""
    program = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(_run([str(python), "-I", "-c", program]).strip())


def cache() -> Path:
    """The user's cache folder of the course, or what TENSORLAB_CACHE names."""
    chosen = os.environ.get("TENSORLAB_CACHE")
    return Path(chosen).expanduser() if chosen else user_cache_path("tensorlab", appauthor=False)


def _key() -> str:
    """Another environment for other pins, and for another Python."""
    text = REQUIREMENTS.read_bytes() + sys.version.encode() + sys.base_prefix.encode()
    return hashlib.sha256(text).hexdigest()[:12]


def _python_in(place: Path) -> Path:
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _make(place: Path) -> None:
    """All of it or nothing: what was interrupted is never taken for an environment."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".making-") as folder:
        half = Path(folder, "environment")
        _run([sys.executable, "-m", "venv", "--without-pip", str(half)])
        try:
            _run([*_installer(_python_in(half)), "--no-deps", "-r", str(REQUIREMENTS)])
        except SiteError as error:
            raise SiteError(
                "JupyterLite, which the browser edition is made with, could not be installed: "
                f"{error} It comes from the package index, the first time only; see that the "
                "network is there, and run this again."
            ) from error
        try:
            half.rename(place)
        except OSError:
            if not _python_in(place).exists():  # else another build was faster
                raise


def _installer(python: Path) -> list[str]:
    if any(metadata.distributions(name="pip")):
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1"]
        return [sys.executable, "-m", "pip", "--python", str(python), "install", *quiet]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", str(python)]
    raise SiteError("There is neither pip nor uv to install it with.")


def _run(command: Sequence[str]) -> str:
    """What the command prints; SiteError with its last words where it fails."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        lines = [line.strip() for line in (ran.stderr + ran.stdout).splitlines() if line.strip()]
        errors = [line for line in lines if line.lower().startswith("error")] or lines or ["?"]
        raise SiteError(errors[-1].removeprefix("ERROR: ").rstrip(".") + ".")
    return ran.stdout

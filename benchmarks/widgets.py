"""From an event to the updated page, for widgets of 4 channels of 16×16, in a real Chromium.

    python benchmarks/widgets.py [WIDGET …] [--events 100] [--lab]

The pages are those of a saved notebook: no kernel, and nothing else on them. With `--lab` the
widgets stand in JupyterLab, with their kernel.

"handlers" is the time in what listens to the event. "placed" goes on until everything on the page
has its place: style and layout after the handlers, and what the widget does in the next frame.
"painted" goes on to the end of that frame's painting, where the page waits for other processes too.
The wait for the frame is in none of them. "CPU" is what the page's own thread computed for the
event, in scripts, style and layout: it counts no waiting, so that it says most on a busy machine.
In milliseconds, for each kind of event: the least, the median, the time that 95 of 100 take at
most, and the most.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html import unescape
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SETUP = """\
import tensorlab as torch
from tensorlab import nn, widgets
torch.manual_seed(0)
x = torch.randn(4, 16, 16)
"""
WIDGETS = {
    "IndexLens": "widgets.IndexLens(x)",
    "MemoryStrip": "widgets.MemoryStrip(x, {'x.t': x.transpose(1, 2)})",
    "BroadcastLens": "widgets.BroadcastLens(x, torch.randn(16, 1))",
    "BroadcastLens, @": "widgets.BroadcastLens(x, torch.randn(16, 16), '@')",
    "PickLens, mask": "widgets.PickLens('mask', x, x > 0)",
    "PickLens, where": "widgets.PickLens('where', x > 0, x, -x)",
    "PickLens, sort": "widgets.PickLens('sort', x)",
    "PickLens, cat": "widgets.PickLens('cat', x[:2], x[2:])",
    "ConvWindow": "widgets.ConvWindow(nn.Conv2d(4, 4, 3), x)",
    "PoolWindow": "widgets.PoolWindow(nn.MaxPool2d(2), x)",
    "ModuleFlow": "widgets.ModuleFlow([nn.Conv2d(4, 4, 3), nn.ReLU()], x.unsqueeze(0))",
    "Predict": "widgets.Predict('2 + 2', {'4': None, '22': 'Numbers add.', '5': 'No.'})",
}
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, with a window as large as a laptop's."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)))
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened.new_page(viewport={"width": 1280, "height": 900})
        opened.close()


def alone(page: Any, names: list[str]) -> Iterator[tuple[str, Any]]:
    """Each widget on a page of its own, with no kernel."""
    for name in names:
        made: dict[str, Any] = {}
        exec(SETUP, made)
        bundle, _ = eval(WIDGETS[name], made)._repr_mimebundle_()
        frame = bundle["text/html"].split('srcdoc="')[1].split('"')[0]
        page.goto("about:blank")
        page.set_content(unescape(frame))
        yield name, page.wait_for_selector(".tl")


def in_lab(page: Any, names: list[str]) -> Iterator[tuple[str, Any]]:
    """Each widget in one notebook of JupyterLab, one after the other."""
    tests = HERE.parent / "tests" / "browser"
    sys.path[:0] = [str(tests), str(tests / "widgets")]
    from driving import run_all, wait_for_kernel, write_notebook

    from conftest import serving

    with TemporaryDirectory() as home, TemporaryDirectory() as student:
        folder = Path(student) / "course"
        with serving(Path(home), folder, stop=False) as lab:
            for name in names:
                path = lab.folder / "speed.ipynb"
                write_notebook(path, (SETUP, WIDGETS[name]))
                page.goto(lab.address.replace("/lab", "/lab/tree/speed.ipynb"))
                wait_for_kernel(page, path.name)
                run_all(page, 1)
                yield name, page.wait_for_selector(".jp-OutputArea-output .tl")


def measured(
    page: Any, meter: Any, asked: list[Any], events: int, pause: int
) -> Iterator[list[float]]:
    """For each event: handled, placed, painted, CPU."""
    for n in range(events):
        page.evaluate("asked => tensorlabSpeed.ready(...asked)", [*asked, n, pause])
        before = computed(meter)
        times = page.evaluate("root => tensorlabSpeed.timed(root)", asked[0])
        yield [*times, computed(meter) - before]


def computed(meter: Any) -> float:
    """Milliseconds that the page's thread has spent on scripts, style and layout."""
    found = {one["name"]: one["value"] for one in meter.send("Performance.getMetrics")["metrics"]}
    return 1000 * sum(found[f"{part}Duration"] for part in ("Script", "RecalcStyle", "Layout"))


def line(widget: str, kind: str, times: list[list[float]]) -> str:
    """A row of the table."""
    texts = [f"{widget:18}{kind:26}{len(times):5}"]
    for found in zip(*times, strict=True):
        late = quantiles(found, n=20, method="inclusive")[-1]
        texts.append("".join(f"{ms:7.1f}" for ms in (min(found), median(found), late, max(found))))
    return "  ".join(texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("widgets", nargs="*", metavar="WIDGET")
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--lab", action="store_true")
    given = parser.parse_args()
    wanted = [one for one in WIDGETS if not given.widgets or one.split(",")[0] in given.widgets]
    script = (HERE / "widgets.js").read_text(encoding="utf-8")
    heads = "".join(f"{head:>7}" for head in ("min", "median", "95 %", "max"))
    print(f"{'':49}{'handlers':>30}{'placed':>30}{'painted':>30}{'CPU':>30}")
    print(f"{'':44}{'n':>5}" + 4 * f"  {heads}")
    everything: list[list[float]] = []
    with ExitStack() as stack:
        page = stack.enter_context(browser())
        meter = page.context.new_cdp_session(page)
        meter.send("Performance.enable", {"timeDomain": "threadTicks"})
        for name, widget in (in_lab if given.lab else alone)(page, wanted):
            page.evaluate(script)
            for kind in page.evaluate("name => tensorlabSpeed.kinds(name)", name):
                asked = [widget, name, kind]
                times = list(measured(page, meter, asked, given.events, 100 if given.lab else 0))
                everything += times
                print(line(name, kind, times), flush=True)
    for place, what in ((1, "placed"), (3, "computed")):
        share = sum(one[place] <= 16 for one in everything) / len(everything)
        print(f"{100 * share:.1f} % of {len(everything):,} events {what} within 16 ms")


if __name__ == "__main__":
    main()

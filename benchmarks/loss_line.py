"""What a live loss line costs a training: steps a second with and without it, in one kernel.

    python benchmarks/loss_line.py [--rounds 60] [--seconds 0.5]

A real kernel trains, as in a notebook, a small network at about 1,000 steps a second, and one as
fast as a network can be; this process is its page: it takes every message, and counts the points.
The median of the rounds counts, each of which is one run without and one run with the line.
"""

from __future__ import annotations

import argparse
import ast
import os
from array import array
from statistics import median
from typing import Any

from jupyter_client.manager import start_new_kernel

SETUP = """
from time import perf_counter, process_time
import tensorlab as torch
from tensorlab import nn
from tensorlab.nn import functional as F
from tensorlab.widgets import ModuleFlow

def training(hidden, batch):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(64, hidden), nn.ReLU(), nn.Linear(hidden, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001)
    x, y = torch.randn(batch, 64), torch.randn(batch, 1)
    flow = ModuleFlow(net, x)
    def run(steps, line):
        log = flow.log
        start, busy = perf_counter(), process_time()
        for _ in range(steps):
            optimizer.zero_grad()
            loss = F.mse_loss(net(x), y)
            loss.backward()
            optimizer.step()
            if line:
                log(loss)
        return perf_counter() - start, process_time() - busy
    return flow, run

def rounds(hidden, batch, count, seconds):
    flow, run = training(hidden, batch)
    steps = max(50, int(200 * seconds / run(200, False)[0]))
    times = [[], []]
    for n in range(2 * count):
        line = (n + n // 2) % 2  # without, with, with, without, …
        times[line].append(run(steps, bool(line)))
    return times, steps, count
"""
# At about 1,000 steps a second, and as fast as it goes.
NETWORKS = {"about 1 ms a step": (256, 64), "a tiny network": (8, 4)}


class Page:
    """A client of the kernel that counts what the widget's page would get."""

    def __init__(self) -> None:
        env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self.manager, self.client = start_new_kernel(kernel_name="python3", env=env)
        self.points = 0
        self.messages = 0

    def run(self, code: str) -> str:
        """Run code; gives what its last line shows."""
        asked = self.client.execute(code)
        shown = ""
        while True:
            message = self.client.get_iopub_msg(timeout=600)
            content = message["content"]
            if message["msg_type"] == "comm_msg":
                self._count(content["data"], message["buffers"])
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            if message["msg_type"] == "execute_result":
                shown = content["data"]["text/plain"]
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return shown

    def _count(self, data: dict[str, Any], buffers: list[Any]) -> None:
        if data.get("method") == "custom" and "curves" in data["content"]:
            self.messages += 1
            self.points += sum(len(array("f", bytes(values))) for values in buffers[1::2])

    def stop(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=0.5)
    given = parser.parse_args()
    page = Page()
    try:
        page.run(SETUP)
        print(
            f"{'':24}{'without':>10}{'with':>10}{'ratio':>8}{'processor':>11}{'messages':>10}{'points':>22}"
        )
        for name, (hidden, batch) in NETWORKS.items():
            page.points = page.messages = 0
            ran = page.run(f"rounds({hidden}, {batch}, {given.rounds}, {given.seconds})")
            times, steps, count = ast.literal_eval(ran)
            (clock, busy), (line_clock, line_busy) = (
                [median(side) for side in zip(*runs, strict=True)] for runs in times
            )
            got = f"{page.points:,} of {steps * count:,}"
            print(
                f"{name:24}{steps / clock:10,.0f}{steps / line_clock:10,.0f}"
                f"{line_clock / clock:8.3f}{line_busy / busy:11.3f}{page.messages:10}{got:>22}"
            )
            if page.points != steps * count:
                raise SystemExit("The page did not get every point.")
    finally:
        page.stop()


if __name__ == "__main__":
    main()

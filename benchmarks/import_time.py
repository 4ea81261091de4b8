"""How long `import tensorlab` takes beside `import numpy`: whole processes, the fastest counts.

python benchmarks/import_time.py [--rounds 15]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time


def seconds(statement: str) -> float:
    """The wall time of a Python process that runs one statement."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    statements = ["import numpy", "import tensorlab"]
    for statement in statements:
        seconds(statement)  # once for the file cache
    best = dict.fromkeys(statements, float("inf"))
    for _ in range(rounds):
        for statement in statements:
            best[statement] = min(best[statement], seconds(statement))
    for statement, time_taken in best.items():
        print(f"{statement:18}{1000 * time_taken:8.0f} ms")
    print(f"ratio             {best['import tensorlab'] / best['import numpy']:8.2f}")


if __name__ == "__main__":
    main()

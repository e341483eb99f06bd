"""Print the README's table of worst errors, ours beside the frameworks', as `actviz accuracy` measures them.

Run from the project's root, in an environment with actviz, torch, jax and scipy:
python tools/accuracy_table.py [NAME...]
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

FRAMEWORKS = (("torch", (0, 1)), ("jax", (0, 1)), ("scipy", (0,)))
OSCILLATING = ("sinc", "snake")
"""Beside each of infinitely many roots of f' and f'' any ULP can be had: another bound holds for these."""

SYMBOLS = ("f", "f'", "f''")


def measured(name: str, of: str) -> dict[int, Any]:
    """The results of one audit by order; none where it is refused."""
    command = [sys.executable, "-m", "actviz", "accuracy", name, "--of", of, "--dtype", "float64", "--format", "json"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode:
        print(done.stderr.strip(), file=sys.stderr)
        return {}
    return {result["order"]: result for result in json.loads(done.stdout)["results"]}


def cell(result: Any) -> str:
    """The worst error; † where a result is wrongly NaN or infinite, or wrongly not, ‡ where it is wrongly 0.

    What NaN itself gives is left aside, as regions do.
    """
    if result is None:
        return ""
    ulp = float(result["max_ulp"])
    text = f"{ulp:.2f}" if ulp < 1000 else f"{ulp:.0e}".replace("e+0", "e").replace("e+", "e")
    wrong = sum(region["wrong"] for region in result["regions"])
    return text + "†" * (wrong > result["wrong_zero"]) + "‡" * bool(result["wrong_zero"])


def main(names: list[str]) -> None:
    """Print one row a function, and the versions."""
    heads = [*(f"actviz {s}" for s in SYMBOLS), *(f"{of} {SYMBOLS[o]}" for of, orders in FRAMEWORKS for o in orders)]
    print(f"| function | {' | '.join(heads)} |\n| --- |{' ---: |' * len(heads)}")
    versions: dict[str, str] = {}
    for name in names:
        ours = measured(name, "kernel")
        wild = name.partition(":")[0] in OSCILLATING
        cells = ["§" if wild and order else cell(ours.get(order)) for order in (0, 1, 2)]
        for of, orders in FRAMEWORKS:
            theirs = measured(name, of)
            cells += [cell(theirs.get(order)) for order in orders]
            for result in theirs.values():
                versions[of] = result["version"]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    print(", ".join(f"{of} {version}" for of, version in versions.items()))


if __name__ == "__main__":
    from actviz.activation import Activation
    from actviz.catalogue import RECORDS

    main(sys.argv[1:] or [record.name for record in RECORDS if isinstance(record, Activation)])

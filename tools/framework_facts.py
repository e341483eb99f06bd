"""Measure every fact on record about the frameworks installed here, and print those that do not hold.

Run from the project's root: python tools/framework_facts.py [FRAMEWORK...]. The exit status is 1 where a fact does
not hold. A framework is measured in an environment that has it beside actviz, such as
python -m venv E && E/bin/pip install -e . torch && E/bin/python tools/framework_facts.py torch
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import measured

from actviz.catalogue.frameworks import FACTS, VERSIONS


def main(frameworks: list[str]) -> int:
    """Print a line a framework and a line a fact that does not hold."""
    wrong: list[str] = []
    for framework in frameworks:
        reason = measured.absent(framework)
        if reason:
            print(f"{framework}: {reason}")
            continue
        facts = [fact for fact in FACTS if fact.framework == framework]
        found = [difference for fact in facts for difference in measured.differences(fact)]
        version = measured.Measured(facts[0]).theirs.version
        print(f"{framework}: {len(facts)} facts of {VERSIONS[framework]} measured on {version}", flush=True)
        print("".join(f"  {difference}\n" for difference in found), end="", flush=True)
        wrong += found
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(VERSIONS)))

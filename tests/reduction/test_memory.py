"""A file several times larger than the memory there is."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from runs import sparse

LIMITED = """
    import resource, sys
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    from actviz import arrays
    from actviz.progress import silence
    from actviz.reduction import Question, observe

    if __name__ == "__main__":
        question = Question(("relu",), (0.5,))
        (found,) = observe(arrays.opened(sys.argv[1]), None, question, int(sys.argv[2]), silence)
        whole = found.whole
        (relu,) = whole.responses
        print(whole.count, whole.finite, relu.dead, relu.saturated[0].count, whole.mean, relu.derivative_mean)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS binds on Linux alone")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_four_gigabytes_in_one(tmp_path: Path, jobs: str) -> None:
    ones, size = 3_000_000, 1 << 29
    path = sparse(tmp_path / "a.npy", "float64", ones, size)
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(LIMITED))
    done = subprocess.run(
        [sys.executable, str(script), str(path), jobs], capture_output=True, check=False, encoding="utf-8", timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    count, finite, dead, saturated, mean, slope = done.stdout.split()
    # At a kink the slope is the left one, so relu's is 0 at 0.
    assert (int(count), int(finite), int(dead), int(saturated)) == (size, size, size - ones, size - ones)
    assert float(mean) == pytest.approx(ones / size, rel=1e-14)
    assert float(slope) == pytest.approx(ones / size, rel=1e-14)

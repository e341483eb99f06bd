"""A file several times larger than the memory there is."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from runs import sparse

from actviz.resolve import get

LIMITED = """
    import resource, sys
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    from actviz import arrays
    from actviz.progress import silence
    from actviz.reduction.observing import observe
    from actviz.reduction.question import Question

    if __name__ == "__main__":
        question = Question((sys.argv[3],), (0.2,))
        (found,) = observe(arrays.opened(sys.argv[1]), None, question, int(sys.argv[2]), silence)
        whole = found.whole
        (response,) = whole.responses
        print(whole.count, whole.finite, response.saturated[0].count, whole.mean, response.derivative_mean)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS binds on Linux alone")
@pytest.mark.parametrize(("jobs", "dtype", "function"), [("1", "float64", "relu"), ("2", "float32", "sigmoid")])
def test_four_gigabytes_in_one(tmp_path: Path, jobs: str, dtype: str, function: str) -> None:
    ones, size = 3_000_000, (1 << 32) // np.dtype(dtype).itemsize
    path = sparse(tmp_path / "a.npy", dtype, ones, size)
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(LIMITED))
    words = [sys.executable, str(script), str(path), jobs, function]
    done = subprocess.run(words, capture_output=True, check=False, encoding="utf-8", timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    count, finite, saturated, mean, slope = done.stdout.split()
    at_0, at_1 = get(function).derivative(np.asarray([0.0, 1.0]))  # of relu the left one, 0
    small = (size - ones) * (at_0 <= 0.2) + ones * (at_1 <= 0.2)
    assert (int(count), int(finite), int(saturated)) == (size, size, small)
    assert float(mean) == pytest.approx(ones / size, rel=1e-14)
    assert float(slope) == pytest.approx((at_0 * (size - ones) + at_1 * ones) / size, rel=1e-14)

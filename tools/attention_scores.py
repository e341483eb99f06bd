"""Save the scores q.k of an attention layer before softmax, for `actviz softmax-overflow --data`.

Eight heads of 64 dimensions look at 128 tokens. Queries and keys are normal, and lie along a common direction, the
farther the later the head, as those of heads that attend to few tokens do. Nothing is divided by sqrt(64).

    python tools/attention_scores.py scores.npy

The file holds (heads, queries, keys) in float32.
"""

from __future__ import annotations

import argparse

import numpy as np

HEADS, TOKENS, DIMENSIONS = 8, 128, 64


def scores() -> np.ndarray:
    """The products of queries and keys, (heads, queries, keys)."""
    random = np.random.default_rng(1)
    queries, keys = random.standard_normal((2, HEADS, TOKENS, DIMENSIONS))
    common = random.standard_normal((HEADS, 1, DIMENSIONS)) * np.linspace(0.0, 1.0, HEADS)[:, None, None]
    products = (queries + common) @ np.swapaxes(keys + common, 1, 2)
    return np.asarray(products, dtype=np.float32)


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    options = parser.parse_args()
    np.save(options.file, scores())
    print(f"wrote {HEADS} x {TOKENS} x {TOKENS} scores to {options.file}")


if __name__ == "__main__":
    main()

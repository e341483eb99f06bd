"""The process: `actviz`, or `python -m actviz`."""

import gc
import os
import sys


def main() -> None:
    """Run the command line and exit with its status."""
    # numpy starts a thread a core for matrix products, which cost its import 40 ms and serve nothing here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()  # what is imported lives as long as the process: the collector need not walk it, now or later
    try:
        from actviz.cli import run

        gc.freeze()
        gc.enable()
        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line was ready to take it
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()

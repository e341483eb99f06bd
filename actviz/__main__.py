"""The process: `actviz`, or `python -m actviz`."""

import gc
import os
import sys


def main() -> None:
    """Run the command line and exit with its status; a signal to terminate is an interrupt with a status of its own."""
    asked: list[int] = []

    def terminated(number: int, frame: object) -> None:
        asked.append(128 + number)  # as shells count
        raise KeyboardInterrupt

    # numpy starts a thread a core for matrix products, which cost its import 40 ms and serve nothing here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()  # what is imported lives as long as the process: the collector need not walk it, now or later
    try:
        import signal

        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP; nohup has it ignored
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, terminated)
        from actviz.cli import run

        gc.freeze()
        gc.enable()
        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line was ready to take it
        status = 130
    await_tracker()
    sys.exit(asked[0] if asked else status)


def await_tracker() -> None:
    """Have Python's way out wait for the process that unlinks semaphores, if one was started, as newer Pythons do.

    It would end some milliseconds later by itself. A signal ends that way at once.
    """
    started = sys.modules.get("multiprocessing.resource_tracker")
    if started is not None:
        from multiprocessing.util import Finalize

        from actviz.processes import without_ado

        without_ado()
        Finalize(None, started._resource_tracker._stop, exitpriority=-1)  # behind the semaphores' own, of 0


if __name__ == "__main__":
    main()

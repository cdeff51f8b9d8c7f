"""A scheduler or a worker of Dask on this machine, which ends with the process that started it.

Run it as `python -m ideep_scan.jobs.cluster.local_process {scheduler,worker} ARGUMENTS`, with a pipe as standard input.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> None:
    """Run a program of Dask until standard input is closed.

    Parameters
    ----------
    arguments : sequence of str
        "scheduler" or "worker", then the arguments of that program.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    program, *options = arguments
    if program == "scheduler":
        from distributed.cli import dask_scheduler

        dask_scheduler.main(options)
    else:
        from distributed.cli import dask_worker

        dask_worker.main(options)


def _end_with_parent() -> None:
    """Wait until the pipe of the parent closes, which it does even if the parent is killed, then kill this process."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])

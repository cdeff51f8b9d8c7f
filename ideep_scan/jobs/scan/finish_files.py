"""Final checks of output files, in separate processes once there is enough work for them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")
MIN_VALUES = 2 * 10**7  # values of all models; the files of fewer values close before processes have started
# `multiprocessing` would run the user's script again, which started the scan; a plain interpreter does not.
# It ignores Ctrl-C, which only the main process answers. Text that a library prints goes to standard error.
_WORKER = """
import os, pickle, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
reply = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
sys.path[:] = pickle.load(sys.stdin.buffer)
function, arguments = pickle.load(sys.stdin.buffer)
try:
    result = function(*arguments), None
except Exception as error:
    result = None, error
pickle.dump(result, reply)
"""


class FileFinisher:
    """Run the final work on files (`formats.runner.Runner`) in this process, or in one process per call.

    Reading back and rewriting hold the GIL, so threads would close the files of several models one by one.
    If a process does not start or reply, for example for lack of memory, its work is done in this process.

    Parameters
    ----------
    lock : int, optional
        File descriptor of the lock on the output folder. The processes inherit it.
        The folder stays locked until the last of them ends, even if the main process is killed.
    """

    def __init__(self, lock: int | None = None) -> None:
        self._separate = False
        self._descriptors = () if lock is None else (lock,)

    def expect(self, values: int, parallel: int) -> None:
        """Choose between this process and separate ones.

        Parameters
        ----------
        values : int
            Values that all models have written.
        parallel : int
            Models whose files are closed at the same time.
        """
        self._separate = values >= MIN_VALUES and parallel > 1

    def __call__(self, function: Callable[..., R], *arguments: Any) -> R:
        """Call a function of a module; return its result or raise its error."""
        reply = None
        if self._separate:
            request = pickle.dumps(sys.path) + pickle.dumps((function, arguments))
            reply = _reply_of_process(request, self._descriptors)
        if reply is None:
            return function(*arguments)
        value, error = pickle.loads(reply)
        if error is not None:
            raise error
        return value


def _reply_of_process(request: bytes, descriptors: tuple[int, ...]) -> bytes | None:
    """Run a worker process and return its reply; None if it does not start or fails."""
    command = [sys.executable, "-c", _WORKER]
    try:
        process = subprocess.run(command, input=request, capture_output=True, check=False, pass_fds=descriptors)
    except OSError:
        return None
    return process.stdout if process.returncode == 0 else None

"""Where files are checked and rewritten when they are closed: in processes of their own, once there is much to do."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")
MIN_VALUES = 2 * 10**7  # values of all models together whose files take longer to close than processes to start
# A plain interpreter: unlike those of `multiprocessing` it does not run the script again that began the scan. Ctrl-C
# reaches it as well; only the main process answers it. What a library prints is no answer.
_WORK = """
import os, pickle, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
said = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
sys.path[:] = pickle.load(sys.stdin.buffer)
function, arguments = pickle.load(sys.stdin.buffer)
try:
    answer = function(*arguments), None
except Exception as error:
    answer = None, error
pickle.dump(answer, said)
"""


class FileFinisher:
    """Calls what closes files (`formats.runner.Runner`): here, or in a process for each call.

    Reading back and rewriting hold the GIL: in threads the files of several models would close one after the other. A
    process that does not start or answer (for want of memory, say) does no harm: its work is done here.

    Parameters
    ----------
    lock : int, optional
        Descriptor of the lock on the folder that is written. The processes inherit it: a folder stays locked until the
        last of them has ended, even if the main process is killed.
    """

    def __init__(self, lock: int | None = None) -> None:
        self._apart = False
        self._inherited = () if lock is None else (lock,)

    def expect(self, values: int, beside: int) -> None:
        """Say what comes: values that were written, of all models together, and models that close beside each other."""
        self._apart = values >= MIN_VALUES and beside > 1

    def __call__(self, function: Callable[..., R], *arguments: Any) -> R:
        """What the function of a module returns; what it raises is raised."""
        request = pickle.dumps(sys.path) + pickle.dumps((function, arguments))
        answer = _asked_elsewhere(request, self._inherited) if self._apart else None
        if answer is None:
            return function(*arguments)
        value, error = pickle.loads(answer)
        if error is not None:
            raise error
        return value


def _asked_elsewhere(request: bytes, inherited: tuple[int, ...]) -> bytes | None:
    """What a process answers; None where it cannot be started or does not end well."""
    try:
        command = [sys.executable, "-c", _WORK]
        done = subprocess.run(command, input=request, capture_output=True, check=False, pass_fds=inherited)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None

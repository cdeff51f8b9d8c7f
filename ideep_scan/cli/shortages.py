"""Explain errors of libraries that lack memory or threads in one line."""

from __future__ import annotations

_MEMORY = "memory is short: use fewer --threads or models, or a machine or limit with more (ulimit -v, --mem of SLURM)"
_THREADS = "no more threads can be started: raise the limit of processes (ulimit -u), or use fewer --threads"
_TEXTS = {
    "allocate memory": _MEMORY,  # torch on a CPU
    "out of memory": _MEMORY,  # torch on a GPU
    "failed to map segment": _MEMORY,  # the loader of libraries
    "start new thread": _THREADS,
}


def explain_shortage(error: BaseException) -> str | None:
    """Say what the system lacked when an error was raised; None if it is another error.

    Examples
    --------
    >>> explain_shortage(RuntimeError("can't start new thread"))
    'no more threads can be started: raise the limit of processes (ulimit -u), or use fewer --threads'
    >>> explain_shortage(RuntimeError("shapes differ"))
    """
    if isinstance(error, MemoryError):
        return _MEMORY
    return next((line for text, line in _TEXTS.items() if text in str(error)), None)

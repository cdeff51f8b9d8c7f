"""Worker processes that do not run the caller's script again.

A process that `multiprocessing` spawns imports the main script, so a script without `if __name__ == "__main__":` would
start itself again. The workers here run functions of this package only and need no script.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import spawn
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

_LOCK = threading.Lock()
_SCRIPT = ("init_main_from_name", "init_main_from_path")


class WorkerProcess(SpawnProcess):
    """A spawned process without the caller's main module."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802
        with _without_script():
            return SpawnProcess._Popen(process_obj)


class WorkerContext(SpawnContext):
    """A spawn context (a fork of a process with threads may hang) whose processes are `WorkerProcess`es."""

    Process = WorkerProcess


@contextmanager
def _without_script() -> Iterator[None]:
    """Leave the main script out of the instructions for a process that this thread starts."""
    with _LOCK:
        prepare: Callable[[str], dict[str, Any]] = spawn.get_preparation_data
        starter = threading.get_ident()

        def prepare_without_script(name: str) -> dict[str, Any]:
            data = prepare(name)
            if threading.get_ident() == starter:
                for key in _SCRIPT:
                    data.pop(key, None)
            return data

        spawn.get_preparation_data = prepare_without_script
        try:
            yield
        finally:
            spawn.get_preparation_data = prepare  # type: ignore[assignment]

"""Compilation of kernels with numba, and the cache of compiled kernels.

numba caches compiled functions in the package, in the user's cache folder or in NUMBA_CACHE_DIR.
If none of these is writable, the cache is a private folder in the temporary folder.
If that fails too, every run compiles.
A damaged cache is not an error: the function is compiled again.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from numba import config, njit

Function = Callable[..., Any]
_LOG = logging.getLogger(__name__)


class Compilations:
    """Time that this process has spent on compiling, and the folder that keeps the results.

    Attributes
    ----------
    seconds : float
        Time spent on kernels that no cache held.
    folder : str or None
        Where compiled kernels are kept; None = nowhere.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.folder: str | None = None
        self._started: list[float] = []
        self._announced = False

    def begin(self) -> None:
        """Note that a kernel was not in the cache, and say so the first time.

        Kernels that it calls are compiled within its time.
        """
        if not self._announced:
            self._announced = True
            again = "once" if self.folder else "at every start: no folder can keep them (NUMBA_CACHE_DIR names one)"
            _LOG.warning("kernels are compiled, %s; this takes a quarter of a minute", again)
        self._started.append(time.monotonic())

    def end(self) -> None:
        """Note that a kernel is compiled."""
        started = self._started.pop() if self._started else time.monotonic()
        if not self._started:
            self.seconds += time.monotonic() - started


compilations = Compilations()


class ForgivingCache:
    """Cache of one kernel that tolerates damaged, missing and read-only files.

    Parameters
    ----------
    cache
        numba's own; its other attributes are passed through.
    """

    def __init__(self, cache: Any):
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Load a compiled kernel, or return None to have it compiled."""
        loaded = None
        try:
            loaded = self._cache.load_overload(signature, target_context)
        except Exception:  # numba unpickles what the files hold: damage may raise anything
            with contextlib.suppress(Exception):
                self._cache.flush()
        if loaded is None:
            compilations.begin()
        return loaded

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep a compiled kernel if that is possible."""
        compilations.end()
        with contextlib.suppress(Exception):
            self._cache.save_overload(signature, compiled)


class KernelFile:
    """Index and code files of one kernel, for any number of processes at once.

    numba numbers the code files by what the index holds at that moment.
    Two processes that compile at once then give two codes one number, and the index leads to the wrong code.
    Here the name of a code file follows from its key, so an index can lead to no other code.
    A kernel of ours also contains the kernels that it calls, so a change of any of our files makes it stale.

    Parameters
    ----------
    original
        numba's own files of the kernel, an `IndexDataCacheFile`.
    stamp : tuple
        State of the sources that make code files stale, besides the kernel's own file.
    """

    def __init__(self, original: Any, stamp: tuple[Any, ...]):
        original._source_stamp = (original._source_stamp, stamp)
        original._data_name_pattern = original._data_name_pattern.replace("{number:d}", "{number}")
        self._file = original

    def flush(self) -> None:
        """Empty the index."""
        self._file.flush()

    def load(self, key: Any) -> Any:
        """Load compiled code, or return None."""
        return self._file.load(key)

    def save(self, key: Any, data: Any) -> None:
        """Save compiled code, then its entry in the index."""
        file = self._file
        name = file._data_name(hashlib.sha256(file._dump((file._source_stamp, key))).hexdigest()[:20])
        file._save_data(name, data)
        file._save_index({**file._load_index(), key: name})


def _stamp_sources() -> tuple[tuple[str, int, int], ...]:
    """Describe the source files of all kernels: name, time of the last change in ns, size in bytes."""
    states = [(path.name, path.stat()) for path in sorted(Path(__file__).parent.glob("*.py"))]
    return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


def compiled(**options: Any) -> Callable[[Function], Function]:
    """Decorate a kernel: compiled by numba without the GIL, and kept for the next run.

    Parameters
    ----------
    **options
        Further options of `numba.njit`.

    Examples
    --------
    >>> @compiled()
    ... def double(value):
    ...     return 2 * value
    >>> double(4)
    8
    """

    def decorate(function: Function) -> Function:
        for _ in _cache_folders():
            try:
                dispatcher = njit(cache=True, nogil=True, **options)(function)
            except RuntimeError:  # numba: no locator available
                continue
            compilations.folder = str(dispatcher._cache.cache_path)
            return _forgiving(dispatcher, _stamp_sources())
        return _forgiving(njit(nogil=True, **options)(function), ())

    return decorate


def import_compiled(name: str) -> ModuleType:
    """Import a library whose functions numba compiles and keeps.

    Such a library cannot be imported if numba finds no folder for its cache.

    Parameters
    ----------
    name : str
        Name of the module.

    Returns
    -------
    ModuleType
        The module. Its functions are kept where numba keeps them, or in a private folder.

    Raises
    ------
    ImportError
        The library is not installed, or no folder can keep its functions.

    Examples
    --------
    >>> import_compiled("math").sqrt(4)
    2.0
    """
    for _ in _cache_folders():
        with contextlib.suppress(RuntimeError):  # numba: no locator available
            return import_module(name)
    raise ImportError(f"numba has no folder to keep what {name} compiles; name one in NUMBA_CACHE_DIR")


def keep_compiled(dispatcher: Any) -> None:
    """Keep the compiled code of another package's kernel for the next run, if a folder can hold it.

    Parameters
    ----------
    dispatcher
        A kernel that numba compiles on its first call. It calls no function of another file.
    """
    for _ in _cache_folders():
        with contextlib.suppress(RuntimeError):  # numba: no locator available
            dispatcher.enable_caching()
            compilations.folder = str(dispatcher._cache.cache_path)
            _forgiving(dispatcher, ())
            return


def _forgiving(dispatcher: Any, stamp: tuple[Any, ...]) -> Any:
    cache = dispatcher._cache
    if hasattr(cache, "_cache_file"):
        cache._cache_file = KernelFile(cache._cache_file, stamp)
    dispatcher._cache = ForgivingCache(cache)
    return dispatcher


def _cache_folders() -> Iterator[None]:
    """Point numba to one place after the other: its own choice first, then a private folder."""
    yield
    private = make_private_folder(Path(tempfile.gettempdir()))
    if private is not None:
        folder = config.CACHE_DIR  # type: ignore[attr-defined]
        config.CACHE_DIR = str(private)  # type: ignore[attr-defined]
        try:
            yield
        finally:
            config.CACHE_DIR = folder  # type: ignore[attr-defined]


def make_private_folder(temporary: Path) -> Path | None:
    """Make, or find again, a folder that only this user can read and write.

    Compiled code that others can write must never be loaded, so a folder of another owner or with other permissions
    is not used.

    Returns
    -------
    Path or None
        The folder, or None if it cannot be created or is not private.
    """
    folder = temporary / f"ideep-scan-kernels-{os.geteuid()}"
    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(0o700)
        status = folder.lstat()
    except OSError:
        return None
    private = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) == 0o700
    return folder if private else None

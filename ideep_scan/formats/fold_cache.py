"""Folded blocks kept on disk by content: one SQLite file, shared by all runs of a user. It folds nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from ideep_scan.errors import OutputError

Job = tuple[str, int, int]


class FoldCache:
    """Answers like `features.structure.FoldCache`.

    The key is a digest of the letters, the fold window, the span and the version of ViennaRNA, so nothing in it ever
    grows stale. Only one thread at a time may use it; several processes may.

    Parameters
    ----------
    path : the file, made when missing; by default in the user's cache folder.

    Raises
    ------
    OutputError : here or later: the file cannot be opened, read or written, or is something else.
    """

    def __init__(self, path: Path | None = None):
        self._path = path = path or user_cache_path("ideep-scan") / "folds.sqlite"
        with self._told(), ExitStack() as stack:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Without a transaction that lasts: others may write too, and what was folded stays when a run is killed.
            database = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            stack.callback(database.close)
            database.execute("PRAGMA synchronous = OFF")
            database.execute("CREATE TABLE IF NOT EXISTS folds (key BLOB PRIMARY KEY, unpaired BLOB) WITHOUT ROWID")
            stack.pop_all()
        self._database = database
        self._version = version("ViennaRNA")

    def get(self, job: Job) -> np.ndarray | None:
        with self._told():
            row = self._database.execute("SELECT unpaired FROM folds WHERE key = ?", (self._key(job),)).fetchone()
        return None if row is None else np.frombuffer(row[0], "<f4")

    def put(self, job: Job, unpaired: np.ndarray) -> None:
        values = unpaired.astype("<f4").tobytes()
        with self._told():
            self._database.execute("INSERT OR IGNORE INTO folds VALUES (?, ?)", (self._key(job), values))

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the system or SQLite says, as an error that names the file."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise OutputError(
                f"{self._path}: the cache of folded RNA cannot be used ({error}): free or remove it, or leave "
                "structure out"
            ) from error

    def _key(self, job: Job) -> bytes:
        text = "|".join((self._version, *map(str, job)))
        return hashlib.blake2b(text.encode(), digest_size=16).digest()

"""Cache of folded RNA on disk: one SQLite file for all runs of a user.

The cache can be lost without harm, so its failures never stop a run.
Every row has a checksum. A row with a wrong checksum is folded again.
If the file cannot be used, the run continues without it and warns once.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import numpy as np
from platformdirs import user_cache_path

Job = tuple[str, int, int]
T = TypeVar("T")
FORMAT = 2  # 1: without checksums and bound. Part of every key, and the user_version of the file
BOUND = 2_000_000_000  # bytes of the file
_DROPPED_PART = 10  # 1 / part of the rows, the oldest, that is removed from a full file
_ROWS_PER_CHECK = 500  # rows added between two checks of the size
_TIMEOUT = 10.0  # seconds to wait for another process that writes
_CHECK = 8  # bytes of a checksum
_TABLE = """CREATE TABLE IF NOT EXISTS folds (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, unpaired BLOB, checksum BLOB)"""
_PUT = "INSERT OR REPLACE INTO folds (key, unpaired, checksum) VALUES (?, ?, ?)"
_DROP = "DELETE FROM folds WHERE id IN (SELECT id FROM folds ORDER BY id LIMIT 1 + (SELECT count(*) FROM folds) / ?)"
_LOG = logging.getLogger("ideep_scan")


class FoldCache:
    """Cache folded RNA by content; the interface is `features.structure.FoldCache`.

    The key is a digest of the letters, the fold window, the span, the version of ViennaRNA and the format of the file.
    No row becomes stale. One thread may use an object at a time; several processes may use the file.

    Parameters
    ----------
    path : Path or None
        The file, created if it is missing. None: a file in the user's cache folder.
    bound : int
        Size of the file in bytes at which the oldest rows are removed.
    """

    def __init__(self, path: Path | None = None, bound: int = BOUND):
        self._path = path or user_cache_path("ideep-scan") / "folds.sqlite"
        self._bound, self._added = bound, 0
        self._version = version("ViennaRNA")
        self._database: sqlite3.Connection | None = None
        self._writable = True
        self._damaged = False
        self._database = self._attempt(self._open)

    def get(self, job: Job) -> np.ndarray | None:
        """Return the cached values of a job.

        Parameters
        ----------
        job : Job
            Sequence, fold window and span.

        Returns
        -------
        np.ndarray or None
            float32 array (length,): probability of being unpaired. None if the cache lacks a valid row.
        """
        if self._database is None:
            return None
        key, database = self._key(job), self._database
        query = "SELECT unpaired, checksum FROM folds WHERE key = ?"
        row = self._attempt(lambda: database.execute(query, (key,)).fetchone())
        if row is None:
            return None
        values, checksum = row
        is_valid = isinstance(values, bytes) and len(values) == 4 * len(job[0]) and checksum == _checksum(key, values)
        if not is_valid:
            self._note_damage()
            return None
        return np.frombuffer(values, "<f4")

    def put(self, job: Job, unpaired: np.ndarray) -> None:
        """Store the values of a job if the file can be written.

        Parameters
        ----------
        job : Job
            Sequence, fold window and span.
        unpaired : np.ndarray
            float array (length,): probability of being unpaired.
        """
        if self._database is None or not self._writable:
            return
        key, values = self._key(job), unpaired.astype("<f4").tobytes()
        self._attempt(lambda: self._add_row(key, values))

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _open(self) -> sqlite3.Connection:
        """Open or create the file. A file of an older format is emptied."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Autocommit: other processes write too, and rows survive a killed run.
            database = sqlite3.connect(self._path, timeout=_TIMEOUT, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error):
            if not self._path.is_file():
                raise
            database = self._read_only()
        try:
            try:
                self._prepare(database)
            except sqlite3.OperationalError as error:
                if not _is_unwritable(error):
                    raise
                database.close()
                database = self._read_only()
        except BaseException:
            database.close()
            raise
        return database

    def _prepare(self, database: sqlite3.Connection) -> None:
        """Bring the file to the current format."""
        database.text_factory = bytes  # a damaged row may claim to be text
        (file_format,) = database.execute("PRAGMA user_version").fetchone()
        if file_format > FORMAT:
            raise sqlite3.DatabaseError(f"a newer version of this program wrote it, format {file_format}")
        database.execute("PRAGMA synchronous = OFF")
        if file_format < FORMAT:
            database.execute("BEGIN IMMEDIATE")
            (file_format,) = database.execute("PRAGMA user_version").fetchone()  # again under the lock
            if file_format < FORMAT:
                database.execute("DROP TABLE IF EXISTS folds")
                database.execute(f"PRAGMA user_version = {FORMAT}")
            database.execute("COMMIT")
            with suppress(sqlite3.OperationalError):  # another process is using it
                database.execute("VACUUM")
        database.execute(_TABLE)

    def _read_only(self) -> sqlite3.Connection:
        """Open a file that cannot be written."""
        database = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        database.text_factory = bytes
        self._writable = False
        database.execute("SELECT unpaired, checksum FROM folds LIMIT 1")
        return database

    def _add_row(self, key: bytes, values: bytes) -> None:
        assert self._database is not None
        self._database.execute(_PUT, (key, values, _checksum(key, values)))
        self._added += 1
        if (self._added - 1) % _ROWS_PER_CHECK == 0 and self._size() > self._bound:
            self._database.execute(_DROP, (_DROPPED_PART,))  # SQLite reuses the pages, so the file does not grow

    def _size(self) -> int:
        """Compute the bytes in use."""
        assert self._database is not None
        pages, free, page_size = (
            self._database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * page_size)

    def _attempt(self, action: Callable[[], T]) -> T | None:
        """Use the file; if that fails, warn and stop using it."""
        try:
            return action()
        except (OSError, sqlite3.Error, ValueError, OverflowError) as error:
            if self._database is not None and _is_unwritable(error):
                self._writable = False
                failed = "written"
            else:
                self.close()
                failed = "used"
            text = "%s: the cache of folded RNA cannot be %s (%s); each run folds the missing RNA again"
            _LOG.warning(text, self._path, failed, error)
            return None

    def _note_damage(self) -> None:
        if not self._damaged:
            self._damaged = True
            _LOG.warning("%s: the cache of folded RNA has damaged rows; they are folded again", self._path)

    def _key(self, job: Job) -> bytes:
        text = "|".join((str(FORMAT), self._version, *map(str, job)))
        return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _checksum(key: bytes, values: bytes) -> bytes:
    return hashlib.blake2b(values, digest_size=_CHECK, key=key).digest()


def _is_unwritable(error: Exception) -> bool:
    """Test whether rows can still be read although the file or the disk is full or read-only."""
    return isinstance(error, sqlite3.Error) and any(word in str(error) for word in ("readonly", "full"))

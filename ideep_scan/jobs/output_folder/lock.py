"""Lock an output folder for one process. The system drops the lock when its owner ends, however it ends."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType

from ideep_scan.errors import OutputError

LOCK = ".lock"
EXCLUSIVE = ".lock.exclusive"  # on file systems without locks
_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)
_TRIES = 100  # to lock a file that its owner removes at the same moment
_SHOWN = 200  # characters of a command line
_LOG = logging.getLogger("ideep_scan")


class FolderLock:
    """A lock on a folder, as a context manager. The lock file is removed at the end.

    Parameters
    ----------
    folder : Path
        The folder.
    is_shared : bool
        Several processes may hold a shared lock, but none of them while another one holds an exclusive lock.

    Attributes
    ----------
    descriptor : int or None
        The open lock file. A process that inherits it holds the lock as well.

    Raises
    ------
    OutputError
        Another process holds the lock.
    OSError
        The lock file cannot be written.
    """

    def __init__(self, folder: Path, is_shared: bool = False):
        self._folder, self._is_shared = folder, is_shared
        self._path = folder / LOCK
        self.descriptor: int | None = None

    def __enter__(self) -> FolderLock:
        for _ in range(_TRIES):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
            try:
                fcntl.flock(descriptor, (fcntl.LOCK_SH if self._is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
                # The owner before may have removed the file after it was opened here.
                current = _is_at(descriptor, self._path)
            except OSError as error:
                owner = os.pread(descriptor, 4096, 0).decode(errors="replace")
                os.close(descriptor)
                if error.errno in _HELD:
                    raise _busy(self._folder, owner) from error
                if error.errno not in _NO_LOCKS:
                    raise
                if self._is_shared:
                    self._path.unlink(missing_ok=True)
                else:
                    self._create_exclusively()
                return self
            if current:
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, _owner().encode(errors="surrogateescape"), 0)
                self.descriptor = descriptor
                return self
            os.close(descriptor)
        raise _busy(self._folder, "which ends and begins again and again")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_shared or self._is_last():
            self._path.unlink(missing_ok=True)  # while it is locked, so that nobody else has locked this file
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def _is_last(self) -> bool:
        """Tell whether nobody else holds the shared lock, and keep others from it."""
        if self.descriptor is None:
            return False
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return _is_at(self.descriptor, self._path)

    def _create_exclusively(self) -> None:
        """Create a file that nobody else can create, where the file system has no locks."""
        self._path.unlink(missing_ok=True)
        self._path = self._folder / EXCLUSIVE
        _remove_dead(self._path)
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        except FileExistsError as error:
            owner = f"{self._path.read_text(errors='replace')}; if it has ended, remove {self._path}"
            raise _busy(self._folder, owner) from error
        os.write(descriptor, _owner().encode(errors="surrogateescape"))
        os.close(descriptor)
        _LOG.warning("%s: this file system has no locks; %s marks the folder as in use", self._folder, EXCLUSIVE)


@contextmanager
def locked_folder(path: Path, is_shared: bool = False) -> Iterator[FolderLock]:
    """Make a folder if it is missing, and lock it. Folders that were made and are empty at the end are removed.

    Parameters
    ----------
    path : Path
        The folder.
    is_shared : bool
        As for `FolderLock`.

    Raises
    ------
    OutputError
        The folder is in use, or cannot be made or written.
    """
    folders: list[Path] = []
    lock = FolderLock(path, is_shared)
    with ExitStack() as stack:
        stack.callback(_remove_empty, folders)
        try:
            for _ in range(_TRIES):
                folders += [folder for folder in (path, *path.parents) if not folder.exists() and folder not in folders]
                with suppress(FileNotFoundError):  # another run removed a folder as it ended
                    _make_folder(path)
                    stack.enter_context(lock)
                    break
            else:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        except (FileExistsError, NotADirectoryError) as error:
            raise OutputError(
                f"{path}: cannot be written (a file or a link to nothing is in its place): choose another folder (-o)"
            ) from error
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror}): choose another folder (-o)") from error
        yield lock


def _make_folder(path: Path) -> None:
    """Make a folder and its parents. One that is removed at the same moment is a FileNotFoundError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        if any(os.path.lexists(folder) and not folder.is_dir() for folder in (path, *path.parents)):
            raise
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from error


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _is_at(descriptor: int, path: Path) -> bool:
    """Test whether an open file is the one that the path names now."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _owner() -> str:
    """Describe this process on one line."""
    since = datetime.now(timezone.utc).isoformat(timespec="seconds")
    command = " ".join(" ".join(sys.argv).split())[:_SHOWN]
    return f"process {os.getpid()} on {socket.gethostname()} since {since}: {command}"


def _busy(folder: Path, owner: str) -> OutputError:
    return OutputError(
        f"{folder}: another run is writing here ({owner.strip() or 'it has just begun'}): wait for it to end, or "
        "choose another folder (-o)"
    )


def _remove_dead(path: Path) -> None:
    """Remove the mark of a process of this machine that has ended."""
    try:
        text = path.read_text(errors="replace")
    except FileNotFoundError:
        return
    words = text.split()
    if len(words) < 4 or words[3] != socket.gethostname() or not words[1].isdigit() or _is_alive(int(words[1])):
        return
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    os.rename(path, aside)  # one process alone succeeds
    if aside.read_text(errors="replace") != text:  # another one was faster and has begun its own run
        os.rename(aside, path)
    else:
        aside.unlink()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

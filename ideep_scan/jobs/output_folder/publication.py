"""Replace an earlier run by a complete one: one rename decides, and repeatable steps follow.

A run is written under OUT/.part. `switch` renames this folder to OUT/.publish. Before that rename the earlier run is
untouched; after it the new run is decided. `lay_out` then removes the files of the earlier run and moves the new files
in, the manifest last. It can be stopped at any instruction and begun again. Files that neither manifest names are
never touched.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from ideep_scan.errors import OutputError
from ideep_scan.jobs.output_folder.lock import EXCLUSIVE, LOCK, FolderLock
from ideep_scan.jobs.output_folder.run_log import RUN_LOG
from ideep_scan.process import STOP_SIGNALS
from track_hubs.atomic_file import sync
from track_hubs.file_records import list_file_names
from track_hubs.manifest import MANIFEST, HubError
from track_hubs.manifest_file import load_manifest, read_manifest

PART, PUBLISH, SHARDS = ".part", ".publish", ".shards"
PLAN = "plan.json"  #: in the folder of shards, the plan of the run that was stopped
OWN = frozenset({PART, PUBLISH, SHARDS, LOCK, EXCLUSIVE})  #: names in a run's folder that are not results
_EARLIER = ".earlier.json"
_LOG = logging.getLogger("ideep_scan")


def settle(out: Path) -> None:
    """Finish the publication that a killed run has left in a folder, if there is one, and log a note.

    Raises
    ------
    OutputError
        It cannot be finished: the folder is read-only, the disk is full, or a run is writing there.
    """
    if not _exists(out / PUBLISH):
        return
    try:
        with FolderLock(out):
            complete(out)
    except OSError as error:
        raise _unfinished(out, error) from error


def complete(out: Path) -> None:
    """Do the work of `settle` for a caller that holds the folder's lock."""
    if not _exists(out / PUBLISH):
        return
    try:
        with undisturbed():
            lay_out(out)
    except (OSError, HubError) as error:
        raise _unfinished(out, error) from error
    _LOG.warning("%s: a run was stopped while its files took their places; this is finished now", out)


def find_obstacle(out: Path, names: Iterable[str], earlier: set[str]) -> str | None:
    """Say what in a folder keeps a new run from taking the place of an earlier one.

    Parameters
    ----------
    names : iterable of str
        Relative names of the new run's files.
    earlier : set of str
        Names of the earlier run's files, which may go.
    """
    names = set(names)
    elsewhere = _leads_elsewhere(out, names | earlier)
    if elsewhere is not None:
        return elsewhere
    earlier_names = {_folded(name): name for name in earlier}
    for name in sorted(names):
        path = out / name
        if name in earlier or not _exists(path):
            continue
        twin = earlier_names.get(_folded(name))
        if twin is None or not _same(path, out / twin):
            return f"{path} was not written by the earlier run, and the new one has a file of this name: move it away"
    for name in sorted(names | earlier):
        if (out / name).is_dir():
            return f"{out / name} is a folder, where a run has a file: move it away"
    return None


def list_names(path: Path) -> set[str]:
    """Return the names of all files of the run that a manifest describes, its log included; none without a manifest.

    Raises
    ------
    HubError
        The manifest cannot be read.
    """
    return {RUN_LOG, *list_file_names(load_manifest(path))} - {MANIFEST} if _exists(path) else set()


def switch(out: Path) -> None:
    """Decide for the new run: flush all that was written, and rename OUT/.part to OUT/.publish."""
    part = out / PART
    for folder, _, _ in os.walk(part):
        sync(Path(folder))
    os.rename(part, out / PUBLISH)


def lay_out(out: Path) -> None:
    """Move the files of OUT/.publish to their places and remove those of the earlier run.

    Parameters
    ----------
    out : Path
        A folder with `.publish` in it, as `switch` or a stopped `lay_out` left it.

    Raises
    ------
    OutputError
        A link leads out of the folder. Nothing is moved or removed then.
    """
    published = out / PUBLISH
    earlier = published / _EARLIER
    check_own(published)
    if (published / MANIFEST).is_file():
        sync(out)  # the switch
        new = {RUN_LOG, *read_manifest(published).files}  # a hub that is built again has no log and keeps the old one
        old = list_names(earlier) | list_names(out / MANIFEST)
        fault = _leads_elsewhere(out, new | old)
        if fault is not None:
            raise OutputError(fault)
        if (out / MANIFEST).is_file():
            os.replace(out / MANIFEST, earlier)  # until the new one comes, nobody takes this folder for a run
        _remove(out, old - new, new)
        _move(published, out, new)
        os.replace(published / MANIFEST, out / MANIFEST)
        sync(out)
    for folder in reversed(_folders(list_names(earlier))):
        with suppress(OSError):  # it is not empty, or not there
            (out / folder).rmdir()
    earlier.unlink(missing_ok=True)
    for path, _, _ in os.walk(published, topdown=False):
        os.rmdir(path)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back the signals that end the program until the block ends."""
    arrived: list[int] = []
    before: dict[int, Any] = {}
    try:
        # Python runs handlers in the main thread alone; no other thread is disturbed by a signal.
        if threading.current_thread() is threading.main_thread():
            for kind in (*STOP_SIGNALS, signal.SIGALRM):
                if signal.getsignal(kind) not in (signal.SIG_IGN, None):
                    before[kind] = signal.signal(kind, lambda number, _: arrived.append(number))
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if arrived:
            signal.raise_signal(arrived[0])


def check_own(path: Path) -> None:
    """Raise OutputError if a link or a file stands where a run keeps a folder."""
    if path.is_symlink() or (_exists(path) and not path.is_dir()):
        raise OutputError(f"{path} is not a folder of its own: move it away")


def _leads_elsewhere(out: Path, names: Iterable[str]) -> str | None:
    """Say which of a run's files would not lie in its own folder, on its disk; None if all of them do."""
    names = set(names)
    device = out.stat().st_dev
    for name in sorted(names):
        if PurePosixPath(name).parts[0] in OWN:
            return f"{out}: a manifest names {name}, which is no result of a run: remove this folder"
    for folder in _folders(names):
        path = out / folder
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            return f"{path} is not a folder of its own: move it away"
        if path.exists() and path.stat().st_dev != device:
            return f"{path} lies on another disk: unmount it, or choose another folder (-o)"
    return None


def _remove(out: Path, stale: set[str], new: set[str]) -> None:
    """Remove files, but not those that a new name reaches as well (on a file system that ignores case)."""
    twins = {_folded(name): name for name in new}
    for name in sorted(stale):
        twin = twins.get(_folded(name))
        if twin is None or not _same(out / name, out / twin):
            (out / name).unlink(missing_ok=True)


def _move(source: Path, out: Path, names: set[str]) -> None:
    """Move the files that are still in `source`."""
    for folder in _folders(names):
        if (source / folder).is_dir() and not _exists(out / folder):
            os.rename(source / folder, out / folder)  # whole, which needs no room on a full disk
    for name in sorted(names):
        if (source / name).is_file():
            os.replace(source / name, out / name)
    for folder in _folders(names):
        sync(out / folder)


def _folders(names: Iterable[str]) -> list[str]:
    """Return the relative folders of files, outer ones first."""
    folders = {str(folder) for name in names for folder in PurePosixPath(name).parents} - {"."}
    return sorted(folders, key=lambda folder: (folder.count("/"), folder))


def _folded(name: str) -> str:
    """Return a name as a file system sees it that ignores case and spelling of accents."""
    return unicodedata.normalize("NFC", name).casefold()


def _same(one: Path, other: Path) -> bool:
    """Test whether two names lead to one file."""
    try:
        return os.path.samestat(one.lstat(), other.lstat())
    except FileNotFoundError:
        return False


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def _unfinished(out: Path, error: Exception) -> OutputError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return OutputError(
        f"{out}: a run was stopped while its files took their places, and this cannot be finished ({reason}): the new "
        "run is complete in its folders .publish and above; make the folder writable and free some space, then give "
        "the command again"
    )

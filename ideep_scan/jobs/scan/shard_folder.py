"""The folder of a run's finished shards, from which a stopped run goes on.

`OUT/.shards` holds the plan of the run, and for each finished shard its scores and a receipt.
Every file is written under another name first.
A shard is finished if its receipt names this plan and the digest of its file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ideep_scan.errors import OutputError
from ideep_scan.formats.shard_file import pack_chunk, read_chunks
from ideep_scan.jobs.output_folder.publication import PLAN, SHARDS
from ideep_scan.jobs.scan.run_plan import RunPlan
from ideep_scan.scan.shards import Shard, SweptChunk
from track_hubs.atomic_file import temporary_name
from track_hubs.digest import digest_stream
from track_hubs.typed_json import decode, parse

SHOW_SECONDS = 20.0  # until a shared folder shows a new file
_SCORES, _RECEIPT = ".scores", ".json"


@dataclass(frozen=True)
class ShardReceipt:
    """Receipt of a finished shard.

    Attributes
    ----------
    plan : str
        Digest of the plan.
    shard : int
        Number of the shard.
    digest : str
        Digest of the file (`track_hubs.digest`).
    size : int
        Its size in bytes.
    scored : int
        Positions with a score.
    """

    plan: str
    shard: int
    digest: str
    size: int
    scored: int


class ShardFolder:
    """The finished shards of one run.

    Parameters
    ----------
    out : Path
        Folder of the run.
    """

    def __init__(self, out: Path):
        self.path = out / SHARDS
        self._plan: RunPlan | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the plan of the folder is known."""
        return self._plan is not None

    def read_plan(self) -> RunPlan | None:
        """Read the plan of the run that was stopped here; None if there is none.

        Raises
        ------
        OutputError
            The plan cannot be read, or there are finished shards without it.
        """
        path = self.path / PLAN
        try:
            values = parse(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if any(self.path.glob(f"[0-9]*{_RECEIPT}")):
                raise OutputError(
                    f"{path}: is missing beside finished shards: if a shared folder shows it late, try again; "
                    "else pass --overwrite to begin again"
                ) from None
            return None
        except (OSError, ValueError) as error:
            raise OutputError(f"{path}: cannot be read ({error}): pass --overwrite to begin again") from error
        if not isinstance(values, dict):
            raise OutputError(f"{path}: is no plan of a run: pass --overwrite to begin again")
        return RunPlan(values)

    def open(self, plan: RunPlan) -> None:
        """Write the plan of the run, or go on with the same plan.

        Raises
        ------
        OutputError
            The run that was stopped here differs from this plan, or the folder cannot be written.
        """
        before = self.read_plan()
        if before is None:
            self._write(self.path / PLAN, json.dumps(plan.values, indent=1, sort_keys=True).encode(), is_new=True)
            before = self.read_plan()  # that of another process, if it was faster
        if before is None:
            raise OutputError(f"{self.path / PLAN}: was removed while it was written: begin again")
        if difference := before.find_difference(plan):
            raise OutputError(
                f"{self.path.parent}: the run that was stopped here is another one ({difference}): give the command "
                "as it was, or pass --overwrite without --resume to begin again"
            )
        self._plan = plan

    def find_finished(self, shards: Sequence[Shard], on_progress: Callable[[int], None] | None = None) -> set[int]:
        """Find the finished shards of the plan.

        Parameters
        ----------
        shards : sequence of Shard
            All shards of the run.
        on_progress : Callable[[int], None] or None
            Called with the number of positions of each shard that is finished.

        Returns
        -------
        set of int
            Numbers of the shards whose files agree with their receipts.
        """
        finished = set()
        names = set(os.listdir(self.path))
        for shard in shards:
            if self._name(shard, _RECEIPT) in names and self.is_finished(shard):
                finished.add(shard.number)
                if on_progress is not None:
                    on_progress(shard.positions)
        return finished

    def is_finished(self, shard: Shard) -> bool:
        """Tell whether a shard has a receipt of this plan, and a file with the digest of the receipt."""
        receipt = self.read_receipt(shard)
        if receipt is None:
            return False
        try:
            with (self.path / self._name(shard, _SCORES)).open("rb") as file:
                return digest_stream(file) == receipt.digest and file.tell() == receipt.size
        except OSError:
            return False

    def read_receipt(self, shard: Shard) -> ShardReceipt | None:
        """Read the receipt of a shard; None if there is none of this plan."""
        assert self._plan is not None
        try:
            values = parse((self.path / self._name(shard, _RECEIPT)).read_text(encoding="utf-8"))
            receipt: ShardReceipt = decode(ShardReceipt, values, "receipt")
        except (OSError, ValueError):
            return None
        return receipt if (receipt.plan, receipt.shard) == (self._plan.digest, shard.number) else None

    def read(self, shard: Shard) -> Iterator[SweptChunk]:
        """Read the scores of a finished shard.

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        path = self.path / self._name(shard, _SCORES)
        try:
            yield from read_chunks(path)
        except (OSError, ValueError) as error:
            raise OutputError(f"{path}: cannot be read ({error}): give the command again with --resume") from error

    def create(self, shard: Shard) -> ShardWriter:
        """Create the file of a shard."""
        return ShardWriter(self.path / self._name(shard, _SCORES))

    def finish(self, shard: Shard, writer: ShardWriter) -> None:
        """Give a complete file its name, and write its receipt."""
        assert self._plan is not None
        receipt = ShardReceipt(self._plan.digest, shard.number, writer.digest, writer.size, writer.scored)
        writer.commit()
        self._write(self.path / self._name(shard, _RECEIPT), json.dumps(asdict(receipt)).encode())

    def scores_path(self, shard: Shard) -> Path:
        """Return the path of the scores of a shard."""
        return self.path / self._name(shard, _SCORES)

    def store(self, shard: Shard, receipt: ShardReceipt, content: np.ndarray) -> None:
        """Write a shard that was scored elsewhere: its bytes, uint8 (n,), then its receipt.

        Raises
        ------
        OutputError
            A file cannot be written.
        """
        self._write(self.scores_path(shard), content.data)
        self._write(self.path / self._name(shard, _RECEIPT), json.dumps(asdict(receipt)).encode())

    def remove(self) -> None:
        """Remove the folder; the plan goes first, so that nobody goes on with a part of it."""
        with suppress(OSError):
            (self.path / PLAN).unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def remove_unfinished(self) -> None:
        """Remove files that a killed process left under temporary names."""
        for path in self.path.glob(".*"):
            path.unlink(missing_ok=True)

    def _name(self, shard: Shard, suffix: str) -> str:
        return f"{shard.number:07d}{suffix}"

    def _write(self, path: Path, content: bytes | memoryview, is_new: bool = False) -> None:
        """Write a file; one that must be new does not replace that of another process."""
        part = temporary_name(path)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            if not (is_new and _link(part, path)):
                os.replace(part, path)
        except OSError as error:
            raise _error(path, error) from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


class ShardWriter:
    """Write the scores of a shard under a temporary name.

    Parameters
    ----------
    path : Path
        The final name.

    Attributes
    ----------
    size : int
        Bytes so far.
    scored : int
        Positions with a score so far.
    """

    def __init__(self, path: Path):
        self._path, self._part = path, temporary_name(path)
        self._state = hashlib.blake2b(digest_size=32)
        self._file: BinaryIO | None = None
        self.size = self.scored = 0

    @property
    def digest(self) -> str:
        """Digest of the bytes so far, as `track_hubs.digest` gives it."""
        return f"blake2b:{self._state.hexdigest()}"

    def add(self, scores: SweptChunk) -> None:
        """Append the scores of a chunk.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        chunk, tracks = scores
        try:
            file = self._open()
            for part in pack_chunk(chunk, tracks):
                file.write(part)
                self._state.update(part)
                self.size += len(part)
        except OSError as error:
            self.discard()
            raise _error(self._path, error) from error
        self.scored += tracks[0].scored

    def close(self) -> None:
        """Close the complete file.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        try:
            self._open().close()
        except OSError as error:
            self.discard()
            raise _error(self._path, error) from error

    def commit(self) -> None:
        """Give the closed file its final name.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        try:
            os.replace(self._part, self._path)
        except OSError as error:
            self.discard()
            raise _error(self._path, error) from error

    def discard(self) -> None:
        """Remove the file."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)

    def _open(self) -> BinaryIO:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("wb")
        return self._file


def _link(part: Path, path: Path) -> bool:
    """Give a file its name unless the name is taken; return False on a file system without links."""
    try:
        os.link(part, path)
    except FileExistsError:
        return True
    except OSError as error:
        if error.errno in (errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK):
            return False
        raise
    return True


def _error(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written ({error.strerror or error}): check free space and permissions")

"""Record the shards of a scan while it runs, so that a stopped run can go on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import TracebackType

from ideep_scan.errors import Stopped
from ideep_scan.jobs.input_receipts import InputReceipts
from ideep_scan.jobs.scan.run_plan import RunPlan
from ideep_scan.jobs.scan.shard_folder import ShardFolder, ShardWriter
from ideep_scan.scan.shards import Shard, SweptChunk

_LOG = logging.getLogger("ideep_scan")


class ShardRecorder:
    """Write finished shards; a context manager that leaves them behind if the run is stopped.

    A shard gets its receipt once the digests of the inputs are known, which a new run computes while it scans.
    One thread at a time may call the methods.

    Parameters
    ----------
    folder : ShardFolder
        Folder of the shards.
    make_plan : callable
        Makes the plan of the run; it waits for the digests of the inputs.
    inputs : InputReceipts
        The inputs of the run.
    total : int
        Number of all shards.
    finished : int
        Number of those that were finished before.
    is_shared : bool
        True if other processes write to the folder as well.
    """

    def __init__(
        self,
        folder: ShardFolder,
        make_plan: Callable[[], RunPlan],
        inputs: InputReceipts,
        *,
        total: int,
        finished: int,
        is_shared: bool = False,
    ):
        self._folder, self._make_plan, self._inputs = folder, make_plan, inputs
        self._total, self._finished, self._is_shared = total, finished, is_shared
        self._written: set[int] = set()  # numbers of the shards with a receipt of this process
        self._writer: ShardWriter | None = None
        self._complete: list[tuple[Shard, ShardWriter]] = []

    def __enter__(self) -> ShardRecorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        if self._writer is not None:
            self._writer.discard()
        if self._folder.is_open or self._inputs.are_digested:
            try:
                self._drop_recorded()
                self._settle()
            except Exception:  # the error that ends the run is the one to report
                _LOG.debug("the last shards have no receipts", exc_info=True)
        for _, writer in self._complete:
            writer.discard()
        if self._finished or self._written or self._is_shared:
            self._tell(error)
        else:
            self._folder.remove()

    def note_finished(self) -> None:
        """Take note of a shard that another process has scored."""
        self._finished += 1

    def add(self, shard: Shard, scores: SweptChunk) -> None:
        """Write the scores of a chunk of the shard that is being scored."""
        if self._writer is None:
            self._writer = self._folder.create(shard)
        self._writer.add(scores)

    def finish(self, shard: Shard) -> None:
        """Complete the shard that is being scored.

        Raises
        ------
        OutputError
            A file cannot be written.
        InputError
            An input was replaced, overwritten or removed since it was opened.
        """
        writer = self._writer or self._folder.create(shard)
        self._writer = None
        writer.close()
        self._complete.append((shard, writer))
        if self._folder.is_open or self._inputs.are_digested:
            self._settle()

    def _settle(self) -> None:
        """Write the receipts of the complete shards."""
        if not self._folder.is_open:
            self._folder.open(self._make_plan())
        self._inputs.check()
        while self._complete:
            self._folder.finish(*self._complete[-1])
            self._written.add(self._complete[-1][0].number)
            self._complete.pop()

    def _drop_recorded(self) -> None:
        """Count a shard whose receipt was the last work before a signal, which came before it was counted."""
        if self._folder.is_open and self._complete and self._folder.is_finished(self._complete[-1][0]):
            self._written.add(self._complete.pop()[0].number)

    def _tell(self, error: BaseException) -> None:
        """Say how much is finished."""
        finished = self._finished + len(self._written)
        state = f"{finished:,} of {self._total:,} shards are finished: give the command with --resume to go on"
        if isinstance(error, Stopped):
            error.state = state
        else:
            _LOG.warning("%s: %s", self._folder.path.parent, state)

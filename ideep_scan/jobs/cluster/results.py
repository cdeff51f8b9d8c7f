"""Take the results of workers into the folder of finished shards, and verify them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from ideep_scan.jobs.cluster.messages import Report
from ideep_scan.jobs.scan.shard_folder import SHOW_SECONDS, ShardFolder, ShardReceipt
from ideep_scan.scan.shards import Shard

_POLL_SECONDS = 0.25


def take_result(folder: ShardFolder, shard: Shard, report: Report, fetch: Callable[[], Report]) -> str:
    """Verify a shard that a worker reports as finished. Bytes that it sent are written first.

    Parameters
    ----------
    folder : ShardFolder
        Folder of the run's finished shards.
    shard : Shard
        The shard.
    report : Report
        The worker's report, with a receipt.
    fetch : callable
        Asks the worker for the bytes, if its file does not appear in the folder.

    Returns
    -------
    str
        The fault; empty if the shard is finished.
    """
    receipt, content = report.receipt, report.content
    assert receipt is not None
    if content is None and not _appears(folder, shard, receipt):
        sent = fetch()
        if sent.content is None or sent.receipt != receipt:
            return "its file does not appear in the folder of shards"
        content = sent.content
    if content is not None:
        folder.store(shard, receipt, content)
    if folder.read_receipt(shard) == receipt and folder.is_finished(shard):
        return ""
    return "its scores do not agree with their receipt"


def _appears(folder: ShardFolder, shard: Shard, receipt: ShardReceipt) -> bool:
    """Wait until the folder shows the file of a shard with its receipt."""
    end = time.monotonic() + SHOW_SECONDS
    while folder.read_receipt(shard) != receipt or not folder.scores_path(shard).exists():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_SECONDS)
        os.listdir(folder.path)  # it renews what a network file system has cached
    return True

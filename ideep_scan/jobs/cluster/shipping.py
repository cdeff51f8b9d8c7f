"""Send input files that a worker does not see into its local folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ideep_scan.errors import InputError
from ideep_scan.jobs.cluster.worker import receive_part

if TYPE_CHECKING:
    from distributed import Client

LIMIT = 2**32  # bytes of all files that are sent to a worker
_PART = 2**25  # bytes of a message


def check_size(paths: Sequence[str]) -> int:
    """Add the sizes of files that are to be sent.

    Parameters
    ----------
    paths : sequence of str
        The files.

    Returns
    -------
    int
        Their size in bytes.

    Raises
    ------
    InputError
        They are larger than the limit.
    """
    size = sum(map(os.path.getsize, paths))
    if size > LIMIT:
        raise InputError(
            f"does not see {paths[0]}, and {size / 1e9:.1f} GB are too much to send (at most {LIMIT / 1e9:.1f} GB): "
            "put the inputs on storage that all workers see"
        )
    return size


def send_files(client: Client, worker: str, paths: Sequence[str]) -> dict[str, str]:
    """Send files to a worker.

    The worker compares their digests with the run's when it opens them.

    Parameters
    ----------
    client : distributed.Client
        Connection to the cluster.
    worker : str
        Address of the worker.
    paths : sequence of str
        The files.

    Returns
    -------
    dict of str to str
        Path on the worker, by the path here.
    """
    moved = {}
    for path in paths:
        folder = hashlib.blake2b(os.path.dirname(path).encode(), digest_size=8).hexdigest()
        name = os.path.join(folder, os.path.basename(path))  # an index stays beside its FASTA
        with open(path, "rb") as file:
            offset = 0
            while (content := file.read(_PART)) or not offset:
                moved[path] = client.run(receive_part, name, offset, content, workers=[worker])[worker]
                offset += len(content)
                if not content:
                    break
    return moved

"""The cluster that `--dask` names: an address, a scheduler file, or processes on this machine."""

from __future__ import annotations

import logging
import socket
import struct
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ideep_scan.errors import InputError
from ideep_scan.jobs.cluster.local_cluster import LocalCluster, list_gpus, local_cluster
from ideep_scan.jobs.cluster.scheduler_file import read_scheduler_file
from ideep_scan.jobs.scan_settings import ADDRESS, LOCAL

if TYPE_CHECKING:
    from distributed import Client

ANSWER_SECONDS = 5  # of a scheduler that is asked for the first time
_CLOSE_SECONDS = 1
_LENGTH = struct.Struct("<Q")
_LONGEST_GREETING = 2**20  # bytes


@dataclass(frozen=True)
class Connection:
    """An open connection to a cluster.

    Attributes
    ----------
    client : distributed.Client
        The client.
    address : str
        Address of the scheduler.
    local : LocalCluster or None
        The cluster, if it was started for this run.
    """

    client: Client
    address: str
    local: LocalCluster | None = None


def connect(value: str, stack: ExitStack, *, threads: int = 1, device: str = "cpu") -> Connection:
    """Connect to a cluster.

    Parameters
    ----------
    value : str
        Value of `--dask`.
    stack : ExitStack
        Closes the connection, and ends a local cluster.
    threads : int
        Threads of all workers of a local cluster.
    device : str
        Device of the workers of a local cluster, as `--device` names it.

    Returns
    -------
    Connection
        The connection.

    Raises
    ------
    InputError
        The scheduler file cannot be read, or no scheduler answers.
    """
    from distributed import Client

    local, match = None, LOCAL.fullmatch(value)
    if match is not None:
        local = stack.enter_context(local_cluster(int(match[1] or 0), threads, list_gpus(device)))
        address = local.address
    else:
        address = value if ADDRESS.fullmatch(value) else read_scheduler_file(Path(value))
    logger = logging.getLogger("distributed")
    stack.callback(logger.setLevel, logger.level)
    logger.setLevel(logging.CRITICAL)  # the client reports in one line what fails
    client = Client.__new__(Client)
    stack.callback(_close, client)
    try:
        _check_answer(address)
        client.__init__(address, timeout=ANSWER_SECONDS, set_as_default=False, name="ideep-scan")  # type: ignore[misc]
    except Exception as error:  # Dask raises errors of many classes
        raise InputError(
            f"--dask {value}: no Dask scheduler answers at {address} within {ANSWER_SECONDS} s: "
            "start one (dask scheduler), or check address, firewall and TLS"
        ) from error
    return Connection(client, address, local)


def _check_answer(address: str) -> None:
    """Raise an error if no scheduler listens: Dask itself waits longer, and takes any server for a scheduler."""
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(f"{address} is not an address")
    protocol, host, port = match.groups()
    if protocol == "ucx":
        return
    with socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS) as connection:
        if protocol in (None, "tcp"):  # Dask sends a message first, which begins with its length
            length = connection.recv(_LENGTH.size, socket.MSG_WAITALL)
            if len(length) < _LENGTH.size or _LENGTH.unpack(length)[0] > _LONGEST_GREETING:
                raise ValueError(f"{address} is not a Dask scheduler")


def _close(client: Client) -> None:
    """Close a client, even one that is not connected or whose scheduler is lost."""
    with suppress(Exception):
        client.close(timeout=_CLOSE_SECONDS)
    client.status = "closed"

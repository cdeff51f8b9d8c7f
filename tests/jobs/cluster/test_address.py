"""Connections to clusters."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.cluster import address
from ideep_scan.jobs.cluster.address import connect


@contextmanager
def server(greeting: bytes) -> Iterator[str]:
    """A server that sends a greeting and waits; not a scheduler."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(greeting)
                done.wait(30)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        done.set()
        thread.join()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with ExitStack() as stack, pytest.raises(InputError, match=f"no Dask scheduler answers at tcp://127.0.0.1:{port}"):
        connect(f"tcp://127.0.0.1:{port}", stack)


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.2p1\r\n", b"220 "])
def test_another_server_listens(greeting: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "ANSWER_SECONDS", 0.3)
    with server(greeting) as place, ExitStack() as stack, pytest.raises(InputError, match="no Dask scheduler answers"):
        connect(place, stack)


def test_a_scheduler_file_of_a_scheduler_that_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"address": "tcp://127.0.0.1:1"}')
    with ExitStack() as stack, pytest.raises(InputError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        connect(str(path), stack)


def test_a_local_cluster() -> None:
    level = logging.getLogger("distributed").level
    with ExitStack() as stack:
        connection = connect("local:1", stack, threads=3)
        connection.client.wait_for_workers(1, timeout=120)
        assert list(connection.client.nthreads().values()) == [3]
        assert connection.local is not None
        assert connection.local.is_running()
    assert not connection.local.is_running()
    assert connection.client.status == "closed"
    assert logging.getLogger("distributed").level == level

"""Process-wide settings shared by threads, and threads that a signal abandons."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ideep_scan.process import SharedContext, ThreadPool, stopping


def test_the_setting_lasts_until_the_last_thread_leaves() -> None:
    events: list[str] = []

    @contextmanager
    def setting() -> Iterator[None]:
        events.append("set")
        yield
        events.append("restored")

    shared = SharedContext(setting)
    first_is_in, second_is_in, first_is_out = threading.Event(), threading.Event(), threading.Event()

    def second() -> None:
        first_is_in.wait()
        with shared:
            second_is_in.set()
            first_is_out.wait()
            assert events == ["set"]

    thread = threading.Thread(target=second)
    thread.start()
    with shared:
        first_is_in.set()
        second_is_in.wait()
    first_is_out.set()
    thread.join()
    assert events == ["set", "restored"]


def test_a_setting_that_fails_leaves_the_context_usable() -> None:
    attempts: list[int] = []

    @contextmanager
    def setting() -> Iterator[None]:
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("not now")
        yield

    shared = SharedContext(setting)
    with pytest.raises(OSError, match="not now"), shared:
        pass
    with shared:
        assert len(attempts) == 2


@pytest.fixture
def stopped() -> Iterator[None]:
    stopping.set()
    yield
    stopping.clear()


def test_threads_are_waited_for() -> None:
    with ThreadPool(1) as pool:
        result = pool.submit(time.sleep, 0.05)
    assert result.done()


@pytest.mark.usefixtures("stopped")
def test_nobody_waits_for_threads_once_a_signal_has_come() -> None:
    released = threading.Event()
    with ThreadPool(1) as pool:
        first, second = pool.submit(released.wait), pool.submit(released.wait)
    assert not first.done()
    assert second.cancelled()
    released.set()

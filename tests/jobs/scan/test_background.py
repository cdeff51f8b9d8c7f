"""Background threads: order, queue limit and errors of the tasks."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from functools import partial

import pytest

from ideep_scan.jobs.scan.background import ThreadPipeline


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_each_number_is_done_in_its_order(threads: int) -> None:
    done: dict[int, list[int]] = {number: [] for number in range(5)}

    def task(number: int, step: int) -> int:
        time.sleep(0.0005 * ((number + step) % 3))
        done[number].append(step)
        return number * step

    with ThreadPipeline(threads, 3) as pipeline:
        futures = [pipeline.submit(number, partial(task, number, step)) for step in range(20) for number in done]
    assert [future.result() for future in futures] == [number * step for step in range(20) for number in done]
    assert all(steps == list(range(20)) for steps in done.values())


def test_who_hands_on_more_than_may_wait_waits() -> None:
    release, handed = threading.Event(), []

    def hand_on() -> None:
        with ThreadPipeline(1, 2) as pipeline:
            for step in range(4):
                pipeline.submit(0, release.wait)
                handed.append(step)

    caller = threading.Thread(target=hand_on)
    caller.start()
    time.sleep(0.1)
    assert handed == [0, 1]
    release.set()
    caller.join(5)
    assert handed == [0, 1, 2, 3]


def broken() -> None:
    raise OSError("no room")


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_reaches_the_caller_and_stops_what_comes_after(threads: int) -> None:
    done: list[int] = []

    def hand_on() -> None:
        with ThreadPipeline(threads, 2) as pipeline:
            pipeline.submit(0, broken)
            while True:
                pipeline.submit(0, partial(done.append, 0))
                pipeline.submit(1, partial(done.append, 1))

    with pytest.raises(OSError, match="no room"):
        hand_on()
    assert 0 not in done


def test_an_error_of_the_last_task_is_not_lost() -> None:
    with pytest.raises(OSError, match="no room"), ThreadPipeline(2, 4) as pipeline:
        pipeline.submit(1, broken)


def test_an_error_of_the_caller_drops_what_has_not_begun() -> None:
    begun, release, done = threading.Event(), threading.Event(), []
    later: list[Future[None]] = []

    def first() -> None:
        begun.set()
        release.wait(5)
        done.append(1)

    def hand_on() -> None:
        with ThreadPipeline(1, 9) as pipeline:
            pipeline.submit(0, first)
            later.extend(pipeline.submit(0, partial(done.append, 2)) for _ in range(3))
            begun.wait(5)
            threading.Timer(0.05, release.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hand_on()
    assert done == [1]
    assert all(future.cancelled() for future in later)

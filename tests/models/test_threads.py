"""The caller's thread count of torch comes back after a job, also if jobs overlap in threads."""

from __future__ import annotations

from threading import Event, Thread

import pytest
import torch

from ideep_scan.models.threads import preserve_threads


@pytest.fixture(autouse=True)
def three_threads() -> object:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_the_count_comes_back():
    with preserve_threads():
        torch.set_num_threads(1)
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 3


def fail_on_one_thread() -> None:
    torch.set_num_threads(1)
    raise ValueError("x")


def test_the_count_comes_back_after_an_error():
    with pytest.raises(ValueError, match="x"), preserve_threads():
        fail_on_one_thread()
    assert torch.get_num_threads() == 3


def test_a_job_in_a_job_restores_the_count_of_the_caller():
    with preserve_threads():
        torch.set_num_threads(2)
        with preserve_threads():
            torch.set_num_threads(1)
    assert torch.get_num_threads() == 3


def test_a_job_that_begins_during_another_does_not_keep_the_count_of_that_one():
    begun, ended = Event(), Event()

    def overlap() -> None:
        with preserve_threads():
            torch.set_num_threads(1)
            begun.set()
            ended.wait(10)

    other = Thread(target=overlap)
    other.start()
    begun.wait(10)
    with preserve_threads():
        torch.set_num_threads(2)
        ended.set()
        other.join(10)
    assert torch.get_num_threads() == 3


def test_a_count_that_the_caller_changes_between_jobs_is_the_new_one():
    with preserve_threads():
        pass
    torch.set_num_threads(2)
    with preserve_threads():
        torch.set_num_threads(1)
    assert torch.get_num_threads() == 2

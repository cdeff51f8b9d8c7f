"""Work in other processes: results, errors, processes that do not answer, and runs that stop."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from multiprocessing import spawn, synchronize
from pathlib import Path

import pytest

from ideep_scan.errors import OutputError
from ideep_scan.formats.bigwig.verify import WrittenInterval, matches_content
from ideep_scan.formats.site_columns import MOTIFS, Layout
from ideep_scan.formats.site_files import write_files
from ideep_scan.jobs.scan.finish_files import MIN_VALUES, FileFinisher


@pytest.fixture
def finisher() -> Iterator[FileFinisher]:
    made = FileFinisher()
    with made.processes(MIN_VALUES, 2):
        yield made


@pytest.mark.parametrize(("values", "beside"), [(MIN_VALUES - 1, 2), (MIN_VALUES, 1), (0, 31)])
def test_little_is_done_here(values: int, beside: int) -> None:
    made = FileFinisher()
    assert made(os.getpid) == os.getpid()
    with made.processes(values, beside):
        assert made(os.getpid) == os.getpid()


def test_much_is_done_elsewhere(finisher: FileFinisher) -> None:
    assert finisher(os.getpid) != os.getpid()
    assert finisher(divmod, 17, 5) == (3, 2)


def test_after_the_block_it_is_done_here() -> None:
    made = FileFinisher()
    with made.processes(MIN_VALUES, 2):
        worker = made(os.getpid)
    assert made(os.getpid) == os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_what_is_raised_there_is_raised_here(finisher: FileFinisher, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        finisher(matches_content, tmp_path / "none.bw", {"c": 9}, [WrittenInterval("c", 0, 9, 1)], 1.0)
    (tmp_path / "rows").write_text("c\t5\t99\tname\t0\t+\t.\t1.0\t0.1\n")
    files = tmp_path / "rows", tmp_path / "a.bed.gz", tmp_path / "a.tsv.gz", tmp_path / "a.bb"
    write = partial(write_files, layout=Layout(MOTIFS, ("a", "b"), (0, 1)), contigs={"c": 50}, ranked=False)
    with pytest.raises(OutputError, match="c:5-99 lies outside of the chromosome sizes"):
        finisher(write, *files)
    assert [path.name for path in tmp_path.iterdir()] == ["rows"]
    with pytest.raises(OSError, match="No such file or directory") as caught:  # a full disk is one, too
        finisher(os.stat, tmp_path / "no")
    assert caught.value.errno == errno.ENOENT


@pytest.mark.parametrize("program", ["false", "no such program"])
def test_without_an_answer_it_is_done_here(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = FileFinisher()
    with made.processes(MIN_VALUES, 2):
        first = made(os.getpid)
        monkeypatch.setattr(spawn, "_python_exe", program)
        os.kill(first, signal.SIGKILL)
        assert made(os.getpid) == os.getpid()


def test_without_processes_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    made = FileFinisher()
    monkeypatch.setattr(spawn, "get_preparation_data", refuse)
    with made.processes(MIN_VALUES, 2):
        assert made(os.getpid) == os.getpid()
    monkeypatch.setattr(synchronize.Lock, "__init__", refuse)  # /dev/shm is full
    with made.processes(MIN_VALUES, 2):
        assert made(os.getpid) == os.getpid()


def test_all_calls_of_processes_that_end_are_done_here(finisher: FileFinisher) -> None:
    """The first one kills its process; the others wait until no process is left that could write the same file."""
    main = os.getpid()
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(partial(finisher, _process_or_death), [main] * 3)) == [main] * 3


def _process_or_death(main: int) -> int:
    if os.getpid() != main:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def test_a_run_that_stops_waits_for_no_process() -> None:
    made = FileFinisher()
    with ThreadPoolExecutor(2) as threads:
        calls: list[Future[None]] = []
        with pytest.raises(KeyboardInterrupt):
            _stop_between(made, threads, calls)
        assert all(isinstance(call.exception(), CancelledError) for call in calls)
    with pytest.raises(CancelledError):
        made(os.getpid)


def _stop_between(made: FileFinisher, threads: ThreadPoolExecutor, calls: list[Future[None]]) -> None:
    with made.processes(MIN_VALUES, 3):
        calls += [threads.submit(made, time.sleep, 600) for _ in range(2)]
        made(os.getpid)
        raise KeyboardInterrupt

"""Admission of workers: files that are sent, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_cluster import ToyClient, ToyWorker, toy_scan, wait_for

from ideep_scan.errors import InputError
from ideep_scan.jobs.cluster import cluster_scan, crew
from ideep_scan.jobs.cluster.crew import describe_error
from ideep_scan.jobs.cluster.messages import Admission, Order


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(cluster_scan, "_TICK_SECONDS", 0.01)


class Remote(ToyWorker):
    """A worker without the client's files."""

    def __init__(self, out: Path, missing: tuple[str, ...]):
        super().__init__(out, shares=False)
        self.admissions = [Admission(missing=missing), Admission()]
        self.moved: list[dict[str, str]] = []

    def open_run(self, order: Order, moved: dict[str, str]) -> Admission:
        self.moved.append(moved)
        return super().open_run(order, moved)


def test_missing_inputs_are_sent_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fasta = tmp_path / "x.fa"
    fasta.write_bytes(b">a\nACGT\n")
    worker = Remote(tmp_path / "remote", (str(fasta),))
    with toy_scan(tmp_path / "out", ToyClient(a=worker), fasta=fasta) as (scan, _):
        assert len(list(scan)) == 6
    assert list(worker.received.values()) == [b">a\nACGT\n"]
    assert worker.moved[0] == {}
    assert worker.moved[1][str(fasta)].endswith("/x.fa")
    assert caplog.messages == ["worker a does not see x.fa: 0.0 MB are sent"]


def test_a_worker_that_loses_what_it_was_sent_is_refused(tmp_path: Path) -> None:
    fasta = tmp_path / "x.fa"
    fasta.write_bytes(b"ACGT")
    worker = Remote(tmp_path / "remote", (str(fasta),))
    worker.admissions = [Admission(missing=(str(fasta),))]
    with (
        toy_scan(tmp_path / "out", ToyClient(a=worker), fasta=fasta) as (scan, _),
        pytest.raises(InputError, match=r"every worker is left out: a: does not see .*x\.fa"),
    ):
        list(scan)


class Foreign(ToyWorker):
    """A worker without this program."""

    def describe(self) -> dict[str, object]:
        raise ModuleNotFoundError("No module named 'ideep_scan'")


def test_a_worker_without_the_program_is_refused(tmp_path: Path) -> None:
    with (
        toy_scan(tmp_path, ToyClient(a=Foreign(tmp_path))) as (scan, _),
        pytest.raises(InputError, match=r"a: cannot open the run \(ModuleNotFoundError: No module named 'ideep_scan'"),
    ):
        list(scan)


def test_other_inputs_are_refused_by_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    other, good = ToyWorker(tmp_path), ToyWorker(tmp_path)
    other.admissions = [Admission(refusal="compared with this run, the input fasta is another one")]
    with toy_scan(tmp_path, ToyClient(other=other, good=good)) as (scan, _):
        assert len(list(scan)) == 6
        wait_for(lambda: "left out" in caplog.text)
    assert caplog.messages == ["worker other is left out: compared with this run, the input fasta is another one"]
    assert other.scored == []


def test_other_arithmetic_is_noted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    client = ToyClient(a=ToyWorker(tmp_path), b=ToyWorker(tmp_path))
    client.workers["a"].admissions = [Admission(arithmetic="AVX2", shares_folder=True)]
    client.workers["b"].admissions = [Admission(arithmetic="AVX512", shares_folder=True)]
    with toy_scan(tmp_path, client) as (scan, _):
        list(scan)
        wait_for(lambda: bool(caplog.messages))
    assert len(caplog.messages) == 1
    assert "the last digits of scores may differ" in caplog.messages[0]


def test_errors_in_one_line_of_limited_length() -> None:
    assert describe_error(ValueError("a\n  b")) == "ValueError: a b"
    assert len(describe_error(ValueError("x" * 1000))) == 203

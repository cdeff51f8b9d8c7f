"""The cache of folded RNA: what is put comes back, by content alone, and damage is neither believed nor fatal."""

from __future__ import annotations

import resource
import sqlite3
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.formats import fold_cache
from ideep_scan.formats.fold_cache import FoldCache

JOB = ("ACGUACGU", 40, 30)
VALUES = np.array([0.0, 1.0, 0.1, np.float32(1 / 3), 1e-30, 0.5, 0.25, 0.75], np.float32)


def test_what_is_put_comes_back_in_this_and_in_a_later_session(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder" / "folds.sqlite"
    for first in (True, False):
        cache = FoldCache(path)
        if first:
            assert cache.get(JOB) is None
            cache.put(JOB, VALUES)
        results = cache.get(JOB)
        assert results is not None
        assert results.dtype == np.float32
        np.testing.assert_array_equal(results, VALUES)
        cache.close()


@pytest.mark.parametrize("other", [("ACGUACGA", 40, 30), ("ACGUACGU", 41, 30), ("ACGUACGU", 40, 31), ("", 40, 30)])
def test_the_key_is_letters_window_and_span(other: tuple[str, int, int], tmp_path: Path) -> None:
    cache = FoldCache(tmp_path / "folds.sqlite")
    cache.put(JOB, VALUES)
    assert cache.get(other) is None
    cache.put(other, VALUES[::-1])
    np.testing.assert_array_equal(cache.get(JOB), VALUES)
    cache.close()


def test_the_key_is_the_version_of_the_folding_program_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = FoldCache(tmp_path / "folds.sqlite")
    cache.put(JOB, VALUES)
    cache.close()
    monkeypatch.setattr(fold_cache, "version", lambda _: "0.0")
    cache = FoldCache(tmp_path / "folds.sqlite")
    assert cache.get(JOB) is None
    cache.close()


def test_two_runs_may_write_at_once_and_nothing_waits_for_the_end(tmp_path: Path) -> None:
    one, two = FoldCache(tmp_path / "folds.sqlite"), FoldCache(tmp_path / "folds.sqlite")
    one.put(JOB, VALUES)
    two.put(("GGGG", 40, 30), VALUES[:4])
    two.put(JOB, VALUES)
    np.testing.assert_array_equal(two.get(JOB), VALUES)
    np.testing.assert_array_equal(one.get(("GGGG", 40, 30)), VALUES[:4])
    one.close()
    two.close()


def test_it_lies_in_the_users_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold_cache, "user_cache_path", lambda name: tmp_path / name)
    FoldCache().close()
    assert (tmp_path / "ideep-scan" / "folds.sqlite").is_file()


def test_a_file_that_is_something_else_is_kept_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "folds.sqlite"
    path.write_text("my notes " * 200)
    unusable(FoldCache(path), caplog)
    assert path.read_text().startswith("my notes")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    unusable(FoldCache(tmp_path / "file" / "folds.sqlite"), caplog)


def unusable(cache: FoldCache, caplog: pytest.LogCaptureFixture) -> None:
    """It keeps nothing, raises nothing, and says why once."""
    for _ in range(3):
        cache.put(JOB, VALUES)
        assert cache.get(JOB) is None
    cache.close()
    (note,) = caplog.messages
    assert "the cache of folded RNA cannot be used" in note


def test_a_cache_that_breaks_while_in_use_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = FoldCache(tmp_path / "folds.sqlite")
    changed(tmp_path, "DROP TABLE folds")
    unusable(cache, caplog)
    cache = FoldCache(tmp_path / "folds.sqlite")
    cache.put(JOB, VALUES)
    np.testing.assert_array_equal(cache.get(JOB), VALUES)
    cache.close()


def changed(folder: Path, statement: str) -> None:
    database = sqlite3.connect(folder / "folds.sqlite")
    database.execute(statement)
    database.commit()
    database.close()


@pytest.mark.parametrize(
    "change",
    [
        "unpaired = zeroblob(length(unpaired))",
        "unpaired = zeroblob(length(unpaired)), checksum = zeroblob(8)",
        "unpaired = substr(unpaired, 1, 28)",
        "unpaired = substr(unpaired, 1, 29)",
        "unpaired = unpaired || unpaired",
        "unpaired = NULL",
        "unpaired = NULL, checksum = NULL",
        "unpaired = 7",
        "unpaired = 'text of 32 bytes, as many as asked'",
        "checksum = NULL",
        "checksum = zeroblob(8)",
        "key = x'00', unpaired = (SELECT unpaired FROM folds)",
    ],
)
def test_a_damaged_row_is_not_believed(change: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = FoldCache(tmp_path / "folds.sqlite")
    cache.put(JOB, VALUES)
    changed(tmp_path, f"UPDATE folds SET {change}")
    assert cache.get(JOB) is None
    assert cache.get(JOB) is None
    assert len(caplog.messages) == (0 if change.startswith("key") else 1)
    cache.put(JOB, VALUES)
    np.testing.assert_array_equal(cache.get(JOB), VALUES)
    cache.close()


def test_a_row_of_another_sequence_is_not_believed(tmp_path: Path) -> None:
    """Two rows that changed places have sound values, of the wrong sequence."""
    cache, other = FoldCache(tmp_path / "folds.sqlite"), ("ACGUACGA", 40, 30)
    cache.put(JOB, VALUES)
    cache.put(other, VALUES[::-1])
    for column in ("unpaired", "checksum"):
        changed(tmp_path, f"UPDATE folds SET {column} = (SELECT {column} FROM folds WHERE id = 1) WHERE id = 2")
    assert cache.get(other) is None
    cache.close()


@pytest.mark.parametrize("offset", [0, 20, 60, 100, 4096, 4200, 8192])
def test_a_file_with_damaged_pages_gives_nothing_wrong(offset: int, tmp_path: Path) -> None:
    path = tmp_path / "folds.sqlite"
    cache = FoldCache(path)
    jobs = [("ACGU" * 2 + letters, 40, 30) for letters in ("A" * count for count in range(300))]
    for job in jobs:
        cache.put(job, np.full(len(job[0]), len(job[0]) / 400, np.float32))
    cache.close()
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * 64)
    cache = FoldCache(path)
    for job in jobs:
        results = cache.get(job)
        assert results is None or (results == np.float32(len(job[0]) / 400)).all()
        cache.put(job, np.full(len(job[0]), len(job[0]) / 400, np.float32))
    cache.close()


def test_the_oldest_rows_go_when_the_file_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold_cache, "_ROWS_PER_CHECK", 5)
    path, bound = tmp_path / "folds.sqlite", 200_000
    cache = FoldCache(path, bound)
    jobs = [("A" * 1000, 40, span) for span in range(200)]
    for job in jobs:
        cache.put(job, np.zeros(1000, np.float32))
    assert cache.get(jobs[0]) is None
    assert cache.get(jobs[-1]) is not None
    cache.close()
    assert bound / 2 < path.stat().st_size < 1.3 * bound


def test_a_file_of_the_first_format_is_emptied(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    changed(tmp_path, "CREATE TABLE folds (key BLOB PRIMARY KEY, unpaired BLOB) WITHOUT ROWID")
    changed(tmp_path, "INSERT INTO folds VALUES (x'00', zeroblob(1000000))")
    cache = FoldCache(tmp_path / "folds.sqlite")
    cache.put(JOB, VALUES)
    np.testing.assert_array_equal(cache.get(JOB), VALUES)
    cache.close()
    assert (tmp_path / "folds.sqlite").stat().st_size < 100_000
    assert caplog.messages == []


def test_a_file_of_a_newer_format_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    changed(tmp_path, f"PRAGMA user_version = {fold_cache.FORMAT + 1}")
    before = (tmp_path / "folds.sqlite").read_bytes()
    unusable(FoldCache(tmp_path / "folds.sqlite"), caplog)
    assert (tmp_path / "folds.sqlite").read_bytes() == before


def test_a_file_that_another_process_keeps_locked_is_gone_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fold_cache, "_TIMEOUT", 0.01)
    cache = FoldCache(tmp_path / "folds.sqlite")
    other = sqlite3.connect(tmp_path / "folds.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    unusable(cache, caplog)
    other.close()


def test_a_file_that_takes_no_more_is_still_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = FoldCache(tmp_path / "folds.sqlite")
    cache.put(JOB, VALUES)
    cache.close()
    cache = FoldCache(tmp_path / "folds.sqlite")
    assert cache._database is not None
    cache._database.execute("PRAGMA query_only = ON")  # as a read-only disk answers
    for other in (("GGGG", 40, 30), ("CCCC", 40, 30)):
        cache.put(other, VALUES[:4])
        assert cache.get(other) is None
    np.testing.assert_array_equal(cache.get(JOB), VALUES)
    cache.close()
    (note,) = caplog.messages
    assert "cannot be written" in note


def test_a_full_disk_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = FoldCache(tmp_path / "folds.sqlite")
    cache.put(JOB, VALUES)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        for span in range(50):
            cache.put(("A" * 1000, 40, span), np.zeros(1000, np.float32))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    cache.close()
    (note,) = caplog.messages
    assert "the cache of folded RNA cannot be" in note


@given(st.lists(st.tuples(st.text("ACGU", min_size=1, max_size=9), st.integers(1, 99), st.integers(1, 99)), max_size=9))
@settings(max_examples=25, deadline=None)
def test_all_that_is_put_comes_back(jobs: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = FoldCache(Path(folder) / "folds.sqlite")
        made = {job: np.full(len(job[0]), hash(job) % 97 / 97, np.float32) for job in jobs}
        for job, values in made.items():
            cache.put(job, values)
        for job, values in made.items():
            np.testing.assert_array_equal(cache.get(job), values)
        cache.close()

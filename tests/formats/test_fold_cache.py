"""The cache of folded RNA: what is put comes back, by content alone, and a bad file is told."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.errors import OutputError
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
        found = cache.get(JOB)
        assert found is not None
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, VALUES)
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


def test_a_file_that_is_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "folds.sqlite"
    path.write_text("my notes " * 200)
    with pytest.raises(OutputError, match=r"folds\.sqlite: .*remove it, or leave structure out"):
        FoldCache(path)
    assert path.read_text().startswith("my notes")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"folds\.sqlite: the cache of folded RNA cannot be used"):
        FoldCache(tmp_path / "file" / "folds.sqlite")


def test_a_cache_that_breaks_while_in_use_is_told(tmp_path: Path) -> None:
    cache = FoldCache(tmp_path / "folds.sqlite")
    other = sqlite3.connect(tmp_path / "folds.sqlite")
    other.execute("DROP TABLE folds")
    other.commit()
    other.close()
    with pytest.raises(OutputError, match="cannot be used"):
        cache.get(JOB)
    with pytest.raises(OutputError, match="cannot be used"):
        cache.put(JOB, VALUES)
    cache.close()

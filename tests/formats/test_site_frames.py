"""Tables of sites as columns, and copies of their lines."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import toy_sites

from ideep_scan.errors import InputError
from ideep_scan.formats import site_frames
from ideep_scan.formats.site_columns import SITE_COLUMNS
from ideep_scan.formats.site_frames import SiteFrame, copy_lines, list_common_columns, read_site_frames


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return [table.path for table in toy_sites.write_tables(tmp_path)]


def read(paths: list[Path]) -> tuple[list[SiteFrame], list[InputError]]:
    errors: list[InputError] = []
    return list(read_site_frames(paths, errors.append)), errors


def rewrite(path: Path, old: str, new: str) -> None:
    text = gzip.decompress(path.read_bytes()).decode()
    assert old in text
    path.write_bytes(gzip.compress(text.replace(old, new).encode()))


@pytest.mark.parametrize("block", [1, 1 << 24])
def test_all_sites_come_in_their_order(paths, block, monkeypatch):
    monkeypatch.setattr(site_frames, "_BLOCK", block)
    frames, errors = read(paths)
    assert errors == []
    rows = [dict(zip(frame.rows, values, strict=True)) for frame in frames for values in frame.rows.values.tolist()]
    assert [row["start"] for row in rows] == [10, 30, 5, 12, 400]
    assert [(row["label"], row["number"]) for row in rows] == [
        ("TNF", 1), ("IL6", 1), ("TNF", 2), ("TNF", 1), ("B", 1),
    ]  # fmt: skip
    assert [row["rank_in_gene"] for row in rows] == [2, 1, 1, 1, 0]
    np.testing.assert_array_equal([row["precision"] for row in rows], [0.25, 0.5, np.float32(0.3), np.nan, np.nan])
    counts = np.zeros(3, int)
    for frame in frames:
        np.add.at(counts, list(frame.tables), frame.counts)
    assert counts.tolist() == [3, 0, 2]


def test_a_table_of_an_earlier_version_lacks_columns(paths):
    rewrite(paths[0], "\tprecision\trank_in_gene\trank_in_run", "\texpected_precision\tx\ty")
    frames, errors = read([paths[0]])
    assert errors == []
    assert frames[0].rows["precision"].tolist()[:2] == [0.25, 0.5]
    assert frames[0].rows["rank_in_run"].tolist() == [0, 0, 0]


def test_a_damaged_table_is_named_and_the_others_are_read(paths):
    rewrite(paths[0], "chr2\t30\t", "chr2\tx\t")
    frames, errors = read(paths)
    assert [frame.tables for frame in frames] == [(2,)]
    assert [error.path for error in errors] == [paths[0]]
    assert "\n" not in str(errors[0])


@pytest.mark.parametrize("damage", ["cut", "other columns", "gone", "line without end"])
def test_each_damage_is_one_line(paths, damage):
    path = paths[0]
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif damage == "gone":
        path.unlink()
    elif damage == "line without end":
        path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-1]))
    else:
        rewrite(path, "summit", "top")
    frames, errors = read(paths)
    assert sum(len(frame.rows) for frame in frames) == 2
    assert [error.path for error in errors] == [path]
    assert "\n" not in str(errors[0])


def test_lines_are_copied_as_they_are(paths):
    lines = gzip.decompress(paths[0].read_bytes()).decode().splitlines()
    assert list(copy_lines(paths[0], np.array([True, False, True]), SITE_COLUMNS)) == [lines[1], lines[3]]
    few = list(copy_lines(paths[0], np.array([False, True, False]), ["start", "junctions", "chrom"]))
    assert few == ["30\t.\tchr2"]
    with pytest.raises(InputError, match="has fewer rows"):
        list(copy_lines(paths[0], np.ones(4, bool), SITE_COLUMNS))


def test_columns_of_all_tables_are_listed_once(paths):
    rewrite(paths[2], "sequence\n", "sequence\tjunctions\n")
    assert list_common_columns(paths) == [*SITE_COLUMNS, "junctions"]

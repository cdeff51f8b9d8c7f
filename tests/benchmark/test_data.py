"""Published folders as splits: rows and columns, division, and folders that are wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import toy_clip31
from toy_clip31 import NAMES, WIDTH, Toy

from ideep_scan.benchmark.data import (
    check_files,
    find_experiments,
    read_published_split,
    select_experiments,
    split_folds,
)
from ideep_scan.errors import InputError
from ideep_scan.formats.clip31 import read_matrix, read_windows

TRAINING = Path(NAMES[0]) / "5000" / "training_sample_0"
TEST = Path(NAMES[0]) / "5000" / "test_sample_0"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return toy_clip31.write(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def copy(toy: Toy, tmp_path: Path) -> Path:
    shutil.copytree(toy.data, tmp_path / "clip31")
    return tmp_path / "clip31"


def test_published_matrices_become_tensors_row_by_row(toy: Toy) -> None:
    split = read_published_split(toy.data, NAMES[0])
    windows, centres = split.features.windows, split.features.centres
    assert {name: array.shape[1:] for name, array in windows.items()} == {
        "sequence": (4, WIDTH),
        "region": (5, WIDTH),
        "structure": (1, WIDTH),
        "cobinding": (2, WIDTH),
    }
    assert {name: array.shape for name, array in centres.items()} == {"motifs": (100, 3)}
    for part, first, rows in (("training", 0, 60), ("test", 60, 40)):
        folder = toy.data / NAMES[0] / "5000" / f"{part}_sample_0"
        cells = read_matrix(folder / "matrix_Cobinding.tab.gz").values
        np.testing.assert_array_equal(windows["cobinding"][first : first + rows].reshape(rows, -1), cells)
        folded = read_matrix(folder / "matrix_RNAfold.tab.gz").values
        np.testing.assert_array_equal(windows["structure"][first : first + rows, 0], folded)
        table = read_windows(folder / "sequences.fa.gz")
        np.testing.assert_array_equal(split.codes[first : first + rows], table.codes)
        np.testing.assert_array_equal(split.labels[first : first + rows], table.label)
    np.testing.assert_array_equal(windows["sequence"].argmax(1), split.codes)


def test_the_division_is_fixed_stratified_and_complete(toy: Toy) -> None:
    split, again = read_published_split(toy.data, NAMES[0]), read_published_split(toy.data, NAMES[0])
    np.testing.assert_array_equal(split.validation, again.validation)
    assert (split.train.size, split.validation.size) == (48, 12)
    assert (split.labels[split.train].sum(), split.labels[split.validation].sum()) == (12, 3)
    np.testing.assert_array_equal(np.sort(np.concatenate([split.train, split.validation])), np.arange(60))
    np.testing.assert_array_equal(split.test, np.arange(60, 100))


def test_folds_share_no_test_row_and_never_see_the_published_test(toy: Toy) -> None:
    split = read_published_split(toy.data, NAMES[0])
    folds = list(split_folds(split, 3))
    np.testing.assert_array_equal(np.sort(np.concatenate([fold.test for fold in folds])), np.arange(60))
    for fold in folds:
        rows = np.concatenate([fold.train, fold.validation, fold.test])
        assert set(rows) == set(range(60))
        assert fold.labels[fold.test].sum() == 5


def test_columns_of_the_test_are_put_in_the_order_of_the_training(copy: Path) -> None:
    path = copy / TEST / "matrix_Cobinding.tab.gz"
    matrix = read_matrix(path)
    before = read_published_split(copy, NAMES[0]).features.windows["cobinding"]
    swapped = np.roll(matrix.values.astype(int), WIDTH, axis=1)
    toy_clip31.table(path, matrix.names[WIDTH:] + matrix.names[:WIDTH], swapped)
    np.testing.assert_array_equal(read_published_split(copy, NAMES[0]).features.windows["cobinding"], before)


def _header(path: Path, header: tuple[str, ...]) -> None:
    toy_clip31.table(path, header, read_matrix(path).values)


def _rows(path: Path, rows: int) -> None:
    matrix = read_matrix(path)
    toy_clip31.table(path, matrix.names, matrix.values[:rows])


def _other_classes(path: Path) -> None:
    matrix = read_matrix(path)
    toy_clip31.table(path, matrix.names, 1 - matrix.values.astype(int))


@pytest.mark.parametrize(
    ("file", "spoil", "reason"),
    [
        (
            TRAINING / "matrix_RNAfold.tab.gz",
            lambda p: _rows(p, 59),
            "has 59 rows, sequences.fa.gz in the same folder has 60",
        ),
        (TEST / "motif_fea.gz", lambda p: toy_clip31.pack(p, "\tM1.cb\nx\t1\n"), "has 1 rows"),
        (TEST / "matrix_Response.tab.gz", _other_classes, "has other classes than"),
        (
            TRAINING / "matrix_RegionType.tab.gz",
            lambda p: _header(p, tuple(f"c{i}" for i in range(505))),
            "not blocks of 101",
        ),
        (
            TRAINING / "matrix_Cobinding.tab.gz",
            lambda p: _header(p, ("same",) * 202),
            "not blocks of 101",
        ),
        (
            TEST / "matrix_Cobinding.tab.gz",
            lambda p: _header(p, toy_clip31.names(("TOY_BETA", "other"))),
            "other columns than the same file of the training",
        ),
        (
            TEST / "sequences.fa.gz",
            lambda p: toy_clip31.pack(p, "> chr1,+,1,4; class:0\nACGT\n" * 30 + "> chr1,+,1,4; class:1\nACGT\n" * 10),
            "has other classes than|another width",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_named(file: Path, spoil: Callable[[Path], None], reason: str, copy: Path) -> None:
    spoil(copy / file)
    with pytest.raises(InputError, match=reason) as caught:
        read_published_split(copy, NAMES[0])
    assert caught.value.path is not None
    assert caught.value.path.parent == (copy / file).parent
    assert "\n" not in str(caught.value)


def test_experiments_are_found_by_number_and_by_name(toy: Toy) -> None:
    subjects = find_experiments(toy.data)
    assert [(subject.number, subject.folder) for subject in subjects] == [(1, NAMES[0]), (2, NAMES[1]), (10, NAMES[2])]
    assert select_experiments(subjects, ()) == subjects
    assert [subject.number for subject in select_experiments(subjects, ("gamma", "1"))] == [1, 10]
    with pytest.raises(InputError, match=r"--experiment TOY_BETO: .* 2_TOY_BETA"):
        select_experiments(subjects, ("TOY_BETO",))
    with pytest.raises(InputError, match="--experiment 3: no such experiment"):
        select_experiments(subjects, ("3",))


def test_folders_that_hold_no_experiments(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        find_experiments(tmp_path / "gone")
    with pytest.raises(InputError, match="holds no experiment"):
        find_experiments(tmp_path)
    (tmp_path / "nameless" / "5000").mkdir(parents=True)
    with pytest.raises(InputError, match="should begin with a number"):
        find_experiments(tmp_path)


def test_a_missing_file_is_found_before_anything_is_read(copy: Path) -> None:
    subjects = find_experiments(copy)
    check_files(copy, subjects)
    (copy / TEST / "matrix_RegionType.tab.gz").unlink()
    with pytest.raises(InputError, match=r"matrix_RegionType\.tab\.gz: no such file"):
        check_files(copy, subjects)
    check_files(copy, subjects[1:])

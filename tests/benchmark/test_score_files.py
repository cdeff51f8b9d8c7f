"""Score files give back what was written, or nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ideep_scan.benchmark.records import Cell, Result
from ideep_scan.benchmark.score_files import locate_scores, read_scores, write_scores
from ideep_scan.errors import OutputError
from ideep_scan.records.estimate import Estimate

AUC, AUPRC = Estimate(0.9, 0.1 + 0.2, 0.95, 1e-17), Estimate(0.5, 0.4, 0.6, 0.05)
RECEIPT = {"seed": 0, "method": "IDeep(…)", "data": {"training": "blake2b:0"}, "fold": None}
LABELS, SCORES = np.array([0, 1, 1], np.int8), np.array([0.25, -3.0, 1e9], np.float32)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (Cell("own", "iDeep", "8_ELAVL1"), "scores/own/iDeep/8_ELAVL1.npz"),
        (Cell("published", "Oli", "8_ELAVL1", 2, 5), "scores/published/Oli/8_ELAVL1.fold2of5.npz"),
    ],
)
def test_each_cell_has_a_path_of_its_own(cell, name):
    assert locate_scores(Path("out"), cell) == Path("out") / name


FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)


@settings(max_examples=40)
@given(arrays(np.float32, st.integers(0, 20), elements=FINITE), st.floats(0, 1e6))
def test_a_result_is_read_as_it_was_written(tmp_path_factory, scores, seconds):
    path = tmp_path_factory.getbasetemp() / "any.npz"
    labels = (np.arange(scores.size) % 2).astype(np.int8)
    write_scores(path, Result(labels, scores, AUC, AUPRC, seconds), RECEIPT)
    read = read_scores(path, RECEIPT)
    assert read is not None
    np.testing.assert_array_equal(read.labels, labels)
    np.testing.assert_array_equal(read.scores, scores)
    assert (read.auc, read.auprc, read.seconds, read.scores.dtype) == (AUC, AUPRC, seconds, np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_scores(tmp_path / "new" / "x.npz", Result(LABELS, SCORES, AUC, AUPRC, 1.5), RECEIPT)
    return tmp_path / "new" / "x.npz"


@pytest.mark.parametrize("change", [{"seed": 1}, {"fold": 1}, {"more": 0}, {"data": {}}])
def test_another_receipt_reads_as_nothing(path, change):
    assert read_scores(path, RECEIPT) is not None
    assert read_scores(path, {**RECEIPT, **change}) is None


def save_plain_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, SCORES)


def replace_array(path: Path, **changes: object) -> None:
    with np.load(path) as file:
        content = {**file, **changes}
    np.savez(path, **{name: np.asarray(value) for name, value in content.items() if value is not None})


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda path: (path.unlink(), path.mkdir()),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no archive"),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes()[:200]),
        save_plain_array,
        lambda path: replace_array(path, scores=SCORES[:2]),
        lambda path: replace_array(path, scores=np.array([0, np.nan, 1], np.float32)),
        lambda path: replace_array(path, scores=np.array([0, np.inf, 1], np.float32)),
        lambda path: replace_array(path, scores=np.array(["a", "b", "c"])),
        lambda path: replace_array(path, scores=np.array([{}, 1, 2], object)),
        lambda path: replace_array(path, labels=LABELS[None], scores=SCORES[None]),
        lambda path: replace_array(path, labels=None),
        lambda path: replace_array(path, figures="{"),
        lambda path: replace_array(path, figures="[]"),
        lambda path: replace_array(path, figures='{"auc": {"value": 1}, "auprc": 5, "seconds": 0}'),
        lambda path: replace_array(path, receipt="\ud800".encode("utf-8", "replace")),
    ],
)
def test_a_file_that_is_not_sound_reads_as_nothing(path, damage):
    damage(path)
    assert read_scores(path, RECEIPT) is None


def test_a_file_that_cannot_be_written_keeps_the_earlier_one(path, monkeypatch):
    before = path.read_bytes()

    def fail(*arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", fail)
    with pytest.raises(OutputError, match="No space left on device"):
        write_scores(path, Result(LABELS, SCORES, AUC, AUPRC, 1.5), RECEIPT)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]

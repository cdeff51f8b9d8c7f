from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.train.settings import TrainSettings
from ideep_scan.jobs.train.training_source import TrainingSource, open_training_data
from ideep_scan.train.training_data import TEST, TRAIN, VALIDATION


def make(count: int, seed: int, length: int = 101) -> list[str]:
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list("ACGU"), length)) for _ in range(count)]


def open_pairs(folder: Path, bound: list[str], unbound: list[str], header: str = ">w{}") -> TrainingSource:
    paths = folder / "pos.fa", folder / "neg.fa"
    for path, records in zip(paths, (bound, unbound), strict=True):
        path.write_text("".join(f"{header.format(i)}\n{record}\n" for i, record in enumerate(records)))
    settings = TrainSettings(name="TOY", windows=paths)
    settings.check()
    return open_training_data(settings, None)


def test_windows_become_training_data(tmp_path: Path) -> None:
    source = open_pairs(tmp_path, make(40, 0), make(60, 1, 75))
    data = source.data
    assert source.windows is not None
    assert (len(data), int(data.label.sum())) == (100, 40)
    assert set(data.part.tolist()) == {TRAIN, VALIDATION, TEST}
    assert (data.locus == -1).all()
    codes = source.windows.codes("windows", 0, 101 * 100).reshape(100, 101)
    assert ((codes[40:] != 4).sum(axis=1) == 75).all()
    assert codes[0].tolist() == ["ACGU".index(letter) for letter in make(40, 0)[0]]
    assert (data.places.centre == np.arange(50, 10100, 101)).all()
    assert any("may learn their length" in note for note in source.notes)


def test_repeated_sequences(tmp_path: Path) -> None:
    bound, unbound = make(30, 0), make(30, 1)
    source = open_pairs(tmp_path, [*bound, bound[0]], [*unbound, bound[1], bound[2]])
    assert int(source.data.label.sum()) == 28
    assert int((source.data.label == 0).sum()) == 30
    text = " ".join(source.notes)
    assert "2 sequences are in both pos.fa and neg.fa" in text
    assert "1 windows repeat" in text


def test_overlapping_windows_share_a_part(tmp_path: Path) -> None:
    genome = make(40, 0, 150)
    source = open_pairs(tmp_path, [part[:101] for part in genome], [part[40:141] for part in genome])
    assert (source.data.part[:40] == source.data.part[40:]).all()


def test_windows_with_coordinates_are_split_by_contig(tmp_path: Path) -> None:
    paths = tmp_path / "pos.fa", tmp_path / "neg.fa"
    for seed, path in enumerate(paths):
        records = (f">chr{i % 11}:{i}-{i + 101}(+)\n{text}\n" for i, text in enumerate(make(66, seed)))
        path.write_text("".join(records))
    source = open_training_data(TrainSettings(name="TOY", windows=paths), None)
    assert source.facts["split by"] == "whole contigs"
    parts = source.data.part.reshape(12, 11)
    assert (parts == parts[0]).all()


@pytest.mark.parametrize(
    ("bound", "unbound", "message"),
    [
        (make(5, 0), make(30, 1), "pos.fa: has 5 windows"),
        (make(30, 0), make(5, 1), "neg.fa: has 5 windows"),
        (make(30, 0), make(30, 0), "pos.fa: has 0 windows"),
        ([make(1, 0)[0][:80] + text[:21] for text in make(30, 1)], make(20, 2), "cannot be split"),
        ([*make(30, 0), "ACDEF"], make(30, 1), "which is not a nucleotide"),
        (["N" * 101] * 30, make(30, 1), "no window can be used"),
        ([*make(30, 0), ""], make(30, 1), "has no sequence"),
    ],
)
def test_windows_that_cannot_be_used(tmp_path: Path, bound: list[str], unbound: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_pairs(tmp_path, bound, unbound)


def test_one_file_for_both(tmp_path: Path) -> None:
    (tmp_path / "w.fa").write_text(">a\nACGT\n")
    with pytest.raises(InputError, match="both bound and unbound"):
        open_training_data(TrainSettings(name="TOY", windows=(tmp_path / "w.fa",) * 2), None)

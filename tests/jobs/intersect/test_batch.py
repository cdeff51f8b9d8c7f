"""Batches of intervals and alleles."""

from __future__ import annotations

import pytest

from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.jobs.intersect.batch import Batch, PlacedRecord
from ideep_scan.records.variant_effect import Status


def test_rows_of_the_file_are_intervals_or_records() -> None:
    batch = Batch()
    assert (batch.inputs, len(batch), batch.is_full) == (0, 0, False)
    batch.add(("chr1",), 5, 9, "-")
    batch.add(("chr2",), 5, 5)
    assert (batch.inputs, len(batch)) == (2, 2)
    batch.add_record(PlacedRecord(VcfRecord(1, "chr1", 5, (), b"", b""), (0, 1, Status.STAR)))
    assert (batch.inputs, len(batch)) == (1, 2)


def test_records_without_a_place_fill_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Batch, "MAX_ROWS", 2)
    batch = Batch()
    for _ in range(2):
        assert not batch.is_full
        batch.add_record(PlacedRecord(VcfRecord(1, "chr9", 5, (), b"", b""), (Status.NO_CONTIG,)))
    assert batch.is_full


def test_samples_fill_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Batch, "MAX_BYTES", 20)
    batch = Batch()
    for _ in range(2):
        assert not batch.is_full
        batch.add_record(PlacedRecord(VcfRecord(1, "chr1", 5, (), b"\tGT\t0|1\t0|1", b""), ()))
    assert batch.is_full

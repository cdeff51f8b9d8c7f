"""Reference bases that each kind of allele changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.formats.variants.vcf import VcfFile, VcfRecord
from ideep_scan.jobs.intersect.alleles import read_vcf_batches, record_status
from ideep_scan.jobs.intersect.finished_runs import AxisContig, GenomeAxis
from ideep_scan.records.variant_effect import Status

AXIS = GenomeAxis({"chr0": 9, "chr1": 1000})
OFFSET = 10


class Vcf:
    """One record, as a file has it."""

    def __init__(self, pos: int, ref: str, alt: str, info: str = "."):
        columns = tuple(text.encode() for text in ("1", str(pos), ".", ref, alt, ".", ".", info))
        self.record = VcfRecord(1, "1", pos - 1, columns, b"", b"\n")

    def records(self) -> Iterator[VcfRecord]:
        yield self.record


def place(pos: int, ref: str, alt: str, info: str = ".") -> list[object]:
    """Intervals or statuses of all alleles, 0-based on the contig."""
    (batch,) = read_vcf_batches(cast(VcfFile, Vcf(pos, ref, alt, info)), AXIS)
    queries = batch.queries()
    places = list(zip((queries.starts - OFFSET).tolist(), (queries.ends - OFFSET).tolist(), strict=True))
    return [allele if isinstance(allele, Status) else places[allele] for allele in batch.records[0].alleles]


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ((11, "A", "G"), [(10, 11)]),
        ((11, "a", "g"), [(10, 11)]),
        ((11, "ACG", "TCA"), [(10, 13)]),
        ((10, "CACG", "CTCA"), [(10, 13)]),  # a padded MNV
        ((10, "CAT", "CGT"), [(10, 11)]),  # a padded SNV
        ((10, "C", "CAA"), [(10, 10)]),  # between bases 9 and 10
        ((10, "CAA", "C"), [(10, 12)]),
        ((8, "AACAA", "AAC"), [(10, 12)]),
        ((10, "CAAAA", "CAA"), [(10, 12)]),  # leftmost in a repeat that REF shows
        ((10, "CA", "TG,C,CAA"), [(9, 11), (10, 11), (10, 10)]),
        ((10, "CA", "CA"), [(9, 11)]),  # nothing changes
        ((10, "CR", "CN"), [(10, 11)]),
        ((10, "C", "*,G"), [Status.STAR, (9, 10)]),
        ((10, "C", "."), [Status.NO_ALT]),
        ((10, "C", "<NON_REF>"), [Status.NO_ALT]),
        ((10, "C", "<*>"), [Status.NO_ALT]),
        ((10, "C", "G,."), [(9, 10), Status.MISSING_ALLELE]),
        ((10, "C", "G[chr0:5["), [(9, 10)]),
        ((10, "C", "]chr0:5]C"), [(9, 10)]),
        ((10, "C", "C."), [(9, 10)]),
        ((10, "C", "<DEL>", "SVTYPE=DEL;END=20;X=1"), [(10, 20)]),
        ((10, "C", "<DEL>", "CIEND=30;SVLEN=-10"), [(10, 20)]),
        ((10, "C", "<DEL>,<DUP>", "SVLEN=-10,5"), [(10, 20), (10, 15)]),
        ((10, "C", "<INS:ME:ALU>", "END=10;SVLEN=280"), [(10, 10)]),
        ((10, "C", "<DEL>", "END=10"), [(10, 10)]),
        ((10, "C", "<DEL>", "END=3"), [(10, 10)]),
        ((10, "C", "<INV>"), [(9, 10)]),
        ((10, "C", "<DEL>", "SVLEN=x"), [(9, 10)]),
        ((10, "C", "<DEL>", "END=1001"), [Status.PAST_END]),
        ((1000, "C", "CA"), [(1000, 1000)]),
        ((1000, "CA", "C"), [Status.PAST_END]),
        ((1001, "C", "G"), [Status.PAST_END]),
        ((0, "N", "NA,G"), [Status.PAST_END, Status.PAST_END]),
    ],
)
def test_bases_that_an_allele_changes(variant: tuple[int, str, str], expected: list[object]) -> None:
    assert place(*variant) == expected


def test_records_without_a_place() -> None:
    record = Vcf(1000, "A", "G").record
    assert record_status(record, None) is Status.NO_CONTIG
    assert record_status(record, AxisContig(0, 999, None)) is Status.PAST_END
    assert record_status(record, AxisContig(0, 1000, None)) is None


@given(
    st.text("ACGT", min_size=1, max_size=6),
    st.text("ACGT", max_size=4),
    st.text("ACGT", max_size=4),
    st.text("ACGT", max_size=6),
)
def test_letters_beside_a_change_do_not_matter(before: str, ref: str, alt: str, after: str) -> None:
    wide = place(100, before + ref + after, before + alt + after)
    ((start, end),) = wide  # type: ignore[misc]
    letters = before + ref + after
    inside = letters[start - 99 : end - 99]
    change = (before + alt + after)[start - 99 : len(before + alt + after) - (len(letters) - (end - 99))]
    if ref == alt:
        assert (start, end) == (99, 99 + len(letters))
        return
    assert letters[: start - 99] + change + letters[end - 99 :] == before + alt + after, "the change is whole"
    assert not (inside and change and (inside[0] == change[0] or inside[-1] == change[-1])), "and has no shared letters"


def test_batches_keep_records_and_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ideep_scan.jobs.intersect.batch.Batch.MAX_ROWS", 2)
    path = tmp_path / "a.vcf"
    path.write_bytes(
        b"##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        b"1\t5\tr\xff1\tA\tG,*,C\t.\t.\t.\nchr9\t5\t.\tA\tG\t.\t.\t.\nchr0\t1\t.\tA\tG\t.\t.\t.\n"
    )
    first, second = read_vcf_batches(VcfFile(path), AXIS)
    assert first.fields == [
        ("1", "5", "r\N{REPLACEMENT CHARACTER}1", "A", "G"),
        ("1", "5", "r\N{REPLACEMENT CHARACTER}1", "A", "C"),
    ]
    assert [placed.alleles for placed in first.records] == [(0, Status.STAR, 1)]
    assert [placed.alleles for placed in second.records] == [(Status.NO_CONTIG,), (0,)]
    assert first.queries().starts.tolist() == [OFFSET + 4] * 2
    assert second.queries().starts.tolist() == [0]

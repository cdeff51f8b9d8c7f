"""Tracks of variants from a scored VCF, and each reason that there is none."""

from __future__ import annotations

from pathlib import Path

import pybigtools
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.variants.vcf_effects import define_keys
from ideep_scan.jobs.variant_track import open_scored_vcf, write_variant_track
from track_hubs.manifest import Assembly, Track

ASSEMBLY = Assembly("toy", "toy", None, {"chr1": 1000, "chr2": 500})
LOST = "RBP=G|ELAVL1|+|.|.|0.9000|0.1000|-0.8000|3|lost|."
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


def write_vcf(path: Path, *rows: tuple[str, int, str], header: tuple[str, ...] = ()) -> Path:
    """Write a scored VCF of substitutions: contig, POS and INFO of each."""
    lines = ["##fileformat=VCFv4.3", *header, *define_keys(False, "test"), COLUMNS]
    lines += [f"{chrom}\t{pos}\trs{pos}\tA\tG\t.\t.\t{info}" for chrom, pos, info in rows]
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def make_track(path: Path) -> tuple[Track, tuple[str, ...]]:
    return write_variant_track(open_scored_vcf(path), path.parent / "hub", ASSEMBLY)


@pytest.fixture
def vcf(tmp_path: Path) -> Path:
    (tmp_path / "hub").mkdir()
    return tmp_path / "in.vcf"


def test_contigs_are_matched_and_the_order_does_not_matter(vcf: Path) -> None:
    rows = (("2", 7, LOST), ("chr1", 900, f"AC=1;{LOST}"), ("1", 4, f"{LOST},{LOST[4:].replace('ELAVL1', 'QKI')}"))
    track, notes = make_track(write_vcf(vcf, *rows, ("1", 5, "RBP_STATUS=no_transcript")))
    assert (track.path, track.role, track.kind, track.count) == ("variants/variants.bb", "variants", "bigBed", 4)
    assert track.choices == {"model": ("ELAVL1", "QKI"), "site": ("lost",)}
    assert notes == ()
    with pybigtools.open(str(vcf.parent / "hub" / track.path)) as bigbed:
        assert bigbed.chroms() == ASSEMBLY.sizes
        assert [row[0] for row in bigbed.records("chr1")] == [3, 3, 899]


def test_records_elsewhere_are_left_out_and_counted(vcf: Path) -> None:
    rows = [("chr1", pos, LOST) for pos in range(1, 30)]
    _, notes = make_track(write_vcf(vcf, *rows, ("chr9", 5, LOST), ("chr1", 1001, LOST), ("chr1", 0, LOST)))
    assert notes == (
        "in.vcf: 1 record on contigs that the run lacks (it has chr1, chr2) is left out, the first is chr9:5 (line 37)",
        "in.vcf: 2 records past an end of its contig are left out, the first is chr1:1001 (line 38)",
    )


def test_a_vcf_that_was_not_scored_is_refused(vcf: Path) -> None:
    vcf.write_text(f"##fileformat=VCFv4.3\n{COLUMNS}\nchr1\t4\t.\tA\tG\t.\t.\t.\n")
    with pytest.raises(InputError, match=r"in\.vcf: has no effects .*; run `ideep-scan variants` and give its output"):
        open_scored_vcf(vcf)


@pytest.mark.parametrize(
    ("rows", "header", "reason"),
    [
        ([("chr9", 4, LOST)], (), "no record can be used"),
        ([("chr1", 4, ".")], (), "no record has an effect in RBP.*smaller --min-delta"),
        ([("chr1", 4, "RBP=G|A")], (), "line 8: RBP has the entry 'G.A'"),
    ],
)
def test_what_cannot_be_shown_is_one_line_and_leaves_nothing(vcf, rows, header, reason) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        make_track(write_vcf(vcf, *rows, header=header))
    assert "\n" not in str(caught.value)
    assert list((vcf.parent / "hub").iterdir()) == []

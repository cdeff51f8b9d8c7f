"""Variants and intervals that can and cannot be looked up in a run."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.jobs.intersect.finished_runs import GenomeAxis
from ideep_scan.jobs.intersect.inputs import open_input
from track_hubs.assemblies import read_lengths

AXIS = GenomeAxis({"chr1": 1000, "chr2": 500})
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
HEADER = f"##fileformat=VCFv4.3\n{COLUMNS}"


def vcf(folder: Path, *places: tuple[str, int], header: str = HEADER) -> Path:
    path = folder / "a.vcf"
    path.write_text(header + "".join(f"{chrom}\t{pos}\t.\tA\tG\t.\t.\t.\n" for chrom, pos in places))
    return path


@pytest.mark.parametrize("header", [HEADER, COLUMNS, f"##source=x\n{COLUMNS}"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_content_tells_a_vcf_from_a_bed(tmp_path: Path, header: str, packed: bool) -> None:
    path = vcf(tmp_path, ("1", 5), header=header)
    bed = tmp_path / "b.vcf"
    bed.write_text("##a comment\n#CHROM\tSTART\tEND\nchr1\t4\t5\n")
    if packed:
        for each in (path, bed):
            each.write_bytes(gzip.compress(each.read_bytes()))
    source = open_input(path, AXIS, out=None)
    assert (source.noun, [batch.inputs for batch in source.batches]) == ("record", [1])
    source = open_input(bed, AXIS, out=None)
    assert (source.noun, [batch.inputs for batch in source.batches]) == ("interval", [1])


def test_a_bed_has_no_annotated_vcf(tmp_path: Path) -> None:
    (tmp_path / "a.bed").write_text("chr1\t4\t5\n")
    with pytest.raises(InputError, match=r"out\.vcf\.gz: is the name of a VCF, but the input is not a VCF"):
        open_input(tmp_path / "a.bed", AXIS, out=tmp_path / "out.vcf.gz")


def test_remarks_on_records(tmp_path: Path) -> None:
    header = HEADER.replace("#CHROM", '##INFO=<ID=RBP_SITES,Number=.,Type=String,Description="x">\n#CHROM')
    path = vcf(tmp_path, ("2", 5), *[("chr1", 9)] * 20, ("chr1", 5), ("chr7", 1), ("chr1", 1001), header=header)
    table, annotated = (open_input(path, AXIS, out=out) for out in (None, tmp_path / "o.vcf.gz"))
    assert not table.is_sorted
    notes = [
        "a.vcf: 1 record on contigs that the run lacks (it has chr1, chr2) is left out, the first is chr7:1 (line 26)",
        "a.vcf: 1 record past an end of its contig is left out, the first is chr1:1001 (line 27)",
    ]
    replaced = "a.vcf: RBP_SITES and RBP_SITES_STATUS of an earlier intersection are replaced"
    kept = "; the output keeps them, with their status"
    assert table.notes() == notes
    unsorted = "a.vcf: is not sorted, so the output has no index; sort it with `bcftools sort`"
    assert annotated.notes() == [*(f"{note}{kept}" for note in notes), replaced, unsorted]


def test_contigs_of_another_length_are_noted(tmp_path: Path) -> None:
    header = HEADER.replace(COLUMNS, f"##contig=<ID=1,length=999>\n##contig=<ID=2,length=500>\n{COLUMNS}")
    source = open_input(vcf(tmp_path, ("1", 5), header=header), AXIS, out=None)
    list(source.batches)
    (note,) = source.notes()
    assert note.startswith("a.vcf: 1 of 2 contigs have another length than in the run, the first is 1 (999 nt")


def test_a_vcf_without_records(tmp_path: Path) -> None:
    source = open_input(vcf(tmp_path), AXIS, out=None)
    assert list(source.batches) == []
    assert source.notes() == ["a.vcf: has no record"]


def test_records_that_do_not_fit_the_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no record can be used: 2 records on contigs that the run lacks"):
        open_input(vcf(tmp_path, ("chr7", 1), ("chr8", 1)), AXIS, out=None)
    with pytest.raises(InputError, match="2 of 5 records cannot be used"):
        open_input(vcf(tmp_path, *[("chr1", 1)] * 3, ("chr1", 0), ("chr2", 501)), AXIS, out=None)


def test_a_vcf_of_another_assembly(tmp_path: Path) -> None:
    hg19, hg38 = read_lengths("hg19"), read_lengths("hg38")
    assert hg19 is not None
    assert hg38 is not None
    contig = f"##contig=<ID=20,length={hg38['chr20']}>\n"
    path = vcf(tmp_path, ("20", 5), header=HEADER.replace("#CHROM", f"{contig}#CHROM"))
    with pytest.raises(ContigMismatch, match="is on hg38 by the contig lengths of its header, but the run is on hg19"):
        open_input(path, GenomeAxis(hg19), out=None)
    assert open_input(path, GenomeAxis(hg38), out=None).noun == "record"

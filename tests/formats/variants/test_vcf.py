"""Records of VCF and BCF, byte for byte, and each way of not being a VCF."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.variants.vcf import VcfFile, as_bytes, as_text, is_vcf

META = "##fileformat=VCFv4.3\n##contig=<ID=chr1,length=5000,assembly=x>\n##contig=<ID=HLA:1>\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
RECORDS = "chr1\t12\trs1\tA\tG,T\t.\tPASS\tDP=3;DB\nchr1\t0\t.\tn\t.\t1e-3\tq10\t.\n"


def vcf(folder: Path, content: str | bytes, name: str = "in.vcf") -> VcfFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return VcfFile(path)


def bgzip(path: Path, content: str) -> Path:
    with pysam.BGZFile(str(path), "wb", None) as file:
        file.write(content.encode())
    return path


def lines(file: VcfFile) -> list[bytes]:
    return [b"\t".join(record.columns) + record.genotypes + record.ending for record in file.records()]


def test_a_record_by_its_parts(tmp_path: Path) -> None:
    first, second = vcf(tmp_path, f"{META}{COLUMNS}\n{RECORDS}").records()
    assert (first.line, first.chrom, first.start, first.id, first.ref, first.alts, first.end) == (
        5, "chr1", 11, "rs1", "A", ("G", "T"), 12,
    )  # fmt: skip
    assert (second.start, second.ref, second.alts) == (-1, "n", (".",))


def test_contigs_and_values_of_the_header(tmp_path: Path) -> None:
    header = vcf(tmp_path, f"{META}##reference=file:///hg19.fa\n{COLUMNS}\tFORMAT\tA\tB b\n").header
    assert header.contigs == {"chr1": 5000}
    assert header.values("reference") == ["file:///hg19.fa"]
    assert header.samples == ("A", "B b")


def test_lengths_that_are_no_numbers_are_left_out(tmp_path: Path) -> None:
    lines = "".join(f"##contig=<ID=c,length={length}>\n" for length in ("9" * 5000, "x", "-1", "\u0665", ""))
    assert vcf(tmp_path, f"{lines}##contig=<length=5>\n{COLUMNS}\n").header.contigs == {}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_plain_and_gzipped_files_with_any_line_ends_give_their_bytes(tmp_path: Path, ending: str, pack) -> None:
    text = f"{META}{COLUMNS}\tFORMAT\tS\n" + RECORDS.replace("\n", "\tGT\t0|1\n")
    data = text.replace("\n", ending).encode()
    file = vcf(tmp_path, pack(data))
    assert b"".join((*file.header.lines, *lines(file))) == data


def test_a_last_line_without_its_end_gets_one_and_blank_lines_are_skipped(tmp_path: Path) -> None:
    file = vcf(tmp_path, f"\ufeff{META}{COLUMNS}\n\n{RECORDS}\n\n{RECORDS.rstrip()}")
    assert file.header.lines[0] == b"##fileformat=VCFv4.3\n"
    assert b"".join(lines(file)) == (RECORDS + RECORDS).encode()
    assert [record.line for record in file.records()] == [6, 7, 10, 11]


def test_bytes_that_are_not_utf_8_stay(tmp_path: Path) -> None:
    line = b"chr1\t1\t\xe9\tA\tG\t.\t.\tX=\xff\n"
    file = vcf(tmp_path, f"{META}{COLUMNS}\n".encode() + line)
    (record,) = file.records()
    assert lines(file) == [line]
    assert as_bytes(record.id) == b"\xe9"


@given(st.binary())
def test_text_keeps_any_bytes(data: bytes) -> None:
    assert as_bytes(as_text(data)) == data


def test_a_header_alone_has_no_records(tmp_path: Path) -> None:
    assert list(vcf(tmp_path, f"{META}{COLUMNS}\n").records()) == []


def test_a_bcf_reads_as_the_vcf_that_it_was_made_from(tmp_path: Path) -> None:
    text = (
        f"{META}##FILTER=<ID=q10,Description=x>\n##INFO=<ID=DP,Number=1,Type=Integer,Description=x>\n"
        f"##INFO=<ID=DB,Number=0,Type=Flag,Description=x>\n{COLUMNS}\n{RECORDS}"
    )
    (tmp_path / "in.vcf").write_text(text.replace("1e-3", "10"))
    with (
        pysam.VariantFile(str(tmp_path / "in.vcf")) as reader,
        pysam.VariantFile(str(tmp_path / "in.bcf"), "wb", header=reader.header) as writer,
    ):
        for record in reader:
            writer.write(record)
    bcf, plain = VcfFile(tmp_path / "in.bcf"), VcfFile(tmp_path / "in.vcf")
    assert lines(bcf) == lines(plain)
    assert bcf.header.contigs == plain.header.contigs
    whole = (tmp_path / "in.bcf").read_bytes()
    with pytest.raises(InputError, match="truncated"):
        vcf(tmp_path, whole[:-28], "cut.bcf")


GOOD = "chr1\t12\t.\tA\tG\t.\t.\t.\n"
MALFORMED = {
    "too few columns": (GOOD + "chr1\t12\t.\tA\n", r"line 6: has 4 tab-separated columns, the header has 8"),
    "blanks for tabs": (GOOD + GOOD.replace("\t", " "), r"line 6: has 1 tab-separated columns"),
    "too many columns": (GOOD.replace("\n", "\tGT\t0/1\n"), r"line 5: has 10 tab-separated columns"),
    "a word for POS": (GOOD.replace("12", "twelve"), r"line 5: .*the position 'twelve'"),
    "a negative POS": (GOOD.replace("12", "-1"), r"line 5: .*the position '-1'"),
    "an empty POS": (GOOD.replace("12", ""), r"line 5: .*the position ''"),
    "a fraction": (GOOD.replace("12", "1.5"), r"line 5: .*the position '1.5'"),
    "a huge POS": (GOOD.replace("12", "9" * 5000), r"line 5: .*a whole number up to 2,147,483,647"),
    "no contig": (GOOD.replace("chr1", ""), r"line 5: has the contig ''"),
    "a second header": (GOOD + META, r"line 6: a header line follows records; .*bcftools concat"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_line_is_named_with_its_number(tmp_path: Path, case: str) -> None:
    body, message = MALFORMED[case]
    file = vcf(tmp_path, f"{META}{COLUMNS}\n{body}")
    with pytest.raises(InputError, match=message) as caught:
        list(file.records())
    assert len(str(caught.value)) < 500


NO_VCF = {
    "records without a header": (GOOD, r"line 1: no header line that begins with #CHROM precedes this line"),
    "no names of columns": (META, r"has no header line that begins with #CHROM"),
    "blanks for tabs": (META + COLUMNS.replace("\t", " ") + "\n", r"line 4: the header line must name the tab-sep"),
    "another column": (META + COLUMNS.replace("INFO", "NOTE") + "\n", r"line 4: the header line must name"),
    "samples without FORMAT": (META + COLUMNS + "\tNA12878\n", r"line 4: .*FORMAT before samples"),
    "nothing": ("", "is empty"),
    "bytes": ("\0\1", "is a binary file"),
}


@pytest.mark.parametrize("case", NO_VCF)
def test_a_file_that_is_not_a_vcf(tmp_path: Path, case: str) -> None:
    content, message = NO_VCF[case]
    with pytest.raises(InputError, match=message):
        vcf(tmp_path, content)


def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path: Path) -> None:
    text = f"{META}{COLUMNS}\n" + "".join(RECORDS.replace("12", str(n)) for n in range(1, 9000))
    whole = bgzip(tmp_path / "whole.vcf.gz", text).read_bytes()
    assert sum(1 for _ in VcfFile(tmp_path / "whole.vcf.gz").records()) == 2 * 8999
    blocks = [match.start() for match in re.finditer(re.escape(whole[:4]), whole)]
    for size in (len(whole) - 28, len(whole) - 40, blocks[1], blocks[1] + 30):
        with pytest.raises(InputError, match="truncated"):
            list(vcf(tmp_path, whole[:size], "cut.vcf.gz").records())
    packed = gzip.compress(text.encode())
    with pytest.raises(InputError, match=r"line \d+: the gzip file is truncated"):
        list(vcf(tmp_path, packed[: len(packed) // 2], "cut.gz").records())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"{META}{COLUMNS}\n{RECORDS}", True),
        (f"\ufeff##fileformat=VCFv4.2\n{COLUMNS}\n", True),
        (f"##source=x\n{COLUMNS}\n", True),
        ("#CHROM\tSTART\tEND\nchr1\t1\t2\n", False),
        ("chr1\t1\t2\n##fileformat=VCFv4.2\n", False),
        ("track name=x\n", False),
        ("# only a comment\n", False),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_content_tells_a_vcf(tmp_path: Path, content: str, expected: bool, pack) -> None:
    path = tmp_path / "a.bed"
    path.write_bytes(pack(content.encode()))
    assert is_vcf(path) == expected


def test_a_bcf_is_a_vcf(tmp_path: Path) -> None:
    text = tmp_path / "a.vcf"
    text.write_text(f"##fileformat=VCFv4.3\n##contig=<ID=chr1>\n{COLUMNS}\nchr1\t12\t.\tA\tG\t.\t.\t.\n")
    with (
        pysam.VariantFile(str(text)) as reader,
        pysam.VariantFile(str(tmp_path / "a"), "wb", header=reader.header) as bcf,
    ):
        for record in reader:
            bcf.write(record)
    assert is_vcf(tmp_path / "a")

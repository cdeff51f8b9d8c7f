"""Annotated VCFs: what is added, what stays, and that other readers take them."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import OutputError
from ideep_scan.formats.variants.vcf import VcfFile, VcfRecord
from ideep_scan.formats.variants.vcf_output import annotate_header, annotate_record, encode_name, kind_of_vcf, write_vcf

KEYS = (b"RBP", b"RBP_MAX")
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
HEADER = f"##fileformat=VCFv4.3\n##contig=<ID=chr1,length=700000000>\n{COLUMNS}\n"
LINES = [f"chr1\t{position}\t.\tA\tG\t.\t.\tRBP=x\n".encode() for position in (5, 9, 9, 600)]
INFO = '##INFO=<ID=RBP,Number=.,Type=String,Description="x">'


def record(info: bytes, rest: bytes = b"", ending: bytes = b"\n") -> VcfRecord:
    return VcfRecord(1, "1", 4, (b"1", b"5", b".", b"A", b"G", b".", b".", info), rest, ending)


def write(path: Path | None, lines: Iterable[bytes], is_sorted: bool = True, header: str = HEADER) -> bytes:
    stream = io.BytesIO()
    with write_vcf(path, stream, is_sorted=is_sorted) as writer:
        writer.add(header.encode())
        for line in lines:
            writer.add(line)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b".", b"RBP=a;F"),
        (b"", b"RBP=a;F"),
        (b"DP=3;DB", b"DP=3;DB;RBP=a;F"),
        (b"DP=3;", b"DP=3;RBP=a;F"),
        (b"RBP=old", b"RBP=a;F"),
        (b"DP=3;RBP_MAX=1;X_RBP=2;RBP=old;RBPS=3", b"DP=3;X_RBP=2;RBPS=3;RBP=a;F"),
        (b"N=RBP;;RBP", b"N=RBP;RBP=a;F"),
        (b"\xff=1", b"\xff=1;RBP=a;F"),
    ],
)
def test_values_are_appended_and_earlier_ones_replaced(before: bytes, after: bytes) -> None:
    line = annotate_record(record(before, b"\tGT\t0|1", b"\r\n"), {"RBP": "a", "F": ""}, KEYS)
    assert line == b"1\t5\t.\tA\tG\t.\t.\t" + after + b"\tGT\t0|1\r\n"


def test_a_record_without_values_keeps_a_valid_info() -> None:
    assert annotate_record(record(b"RBP=1"), {}, KEYS) == b"1\t5\t.\tA\tG\t.\t.\t.\n"


def test_header_lines_stay_in_order_and_earlier_ones_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.vcf"
    path.write_bytes(b"##fileformat=VCFv4.1\r\n##INFO=<ID=RBP,Number=1>\r\n##INFO=<ID=RBPS,x>\r\n" + COLUMNS.encode())
    lines = annotate_header(VcfFile(path).header, [INFO, "##made=1"], ["##INFO=<ID=RBP,"])
    assert b"".join(lines).decode().splitlines() == [
        "##fileformat=VCFv4.1", "##INFO=<ID=RBPS,x>", INFO, "##made=1", COLUMNS,
    ]  # fmt: skip
    assert lines[2].endswith(b"\r\n")
    assert lines[-1].endswith(b"INFO\r\n")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_encoded_names_have_no_character_with_a_meaning_and_decode_to_the_name(name: str) -> None:
    encoded = encode_name(name)
    assert encoded.isascii()
    assert not set(encoded) & set(",;=| \t\r\n\v\f\0")
    assert unquote(encoded) == name


def test_names_of_files() -> None:
    names = {"a.vcf": ".vcf", "A.VCF.GZ": ".vcf.gz", "a.bcf": ".bcf", "a.gz": None, "vcf": None, "a.tsv": None}
    assert {name: kind_of_vcf(Path(name)) for name in names} == names


def test_plain_text_and_standard_output(tmp_path: Path) -> None:
    text = HEADER.encode() + b"".join(LINES)
    assert write(None, LINES) == text
    assert write(tmp_path / "new" / "o.vcf", LINES) == b""
    assert (tmp_path / "new" / "o.vcf").read_bytes() == text


def test_a_sorted_file_gets_an_index_and_an_unsorted_one_loses_it(tmp_path: Path) -> None:
    path = tmp_path / "o.vcf.gz"
    write(path, LINES)
    with pysam.TabixFile(str(path)) as reader:
        assert [row.split("\t")[1] for row in reader.fetch("chr1", 8, 600)] == ["9", "9", "600"]
    assert {file.name for file in tmp_path.iterdir()} == {"o.vcf.gz", "o.vcf.gz.tbi"}
    write(path, reversed(LINES), is_sorted=False)
    assert {file.name for file in tmp_path.iterdir()} == {"o.vcf.gz"}
    with pysam.VariantFile(str(path)) as reader:
        assert [each.pos for each in reader] == [600, 9, 9, 5]


def test_positions_over_512_mb_get_an_index_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "o.vcf.gz"
    write(path, [*LINES, LINES[0].replace(b"\t5\t", b"\t600000000\t")])
    assert {file.name for file in tmp_path.iterdir()} == {"o.vcf.gz", "o.vcf.gz.csi"}
    with pysam.TabixFile(str(path), index=f"{path}.csi") as reader:
        assert sum(1 for _ in reader.fetch("chr1", 599_999_999, 600_000_001)) == 1


def test_a_bcf_holds_what_its_header_lacks(tmp_path: Path) -> None:
    path = tmp_path / "o.bcf"
    foreign = [b"chr2\t7\t.\tA\tG\t.\tq9\tZ=1\n", *LINES]
    write(path, foreign, is_sorted=False)
    with pysam.VariantFile(str(path)) as reader:
        assert [(each.chrom, each.pos) for each in reader] == [("chr2", 7), *(("chr1", n) for n in (5, 9, 9, 600))]
    assert {file.name for file in tmp_path.iterdir()} == {"o.bcf"}


@pytest.mark.parametrize("kind", ["Integer", "String", None])
def test_a_bcf_keeps_the_end_of_a_record_and_adds_none(tmp_path: Path, kind: str | None) -> None:
    path = tmp_path / "o.bcf"
    definition = f'##INFO=<ID=END,Number=1,Type={kind},Description="x">\n' if kind else ""
    rows = [("A", "G", "END=5"), ("A", "<DEL>", "END=80"), ("A", "<DEL>", "."), ("A", "C,<NON_REF>", "RBP=x")]
    lines = [f"chr1\t5\t.\t{ref}\t{alt}\t.\t.\t{info}\n".encode() for ref, alt, info in rows]
    write(path, lines, header=HEADER.replace(COLUMNS, definition + COLUMNS))
    texts = [(each.ref, ",".join(each.alts), each.columns[7].decode()) for each in VcfFile(path).records()]
    assert texts == rows


def test_a_bcf_that_cannot_be_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"o.bcf: a BCF cannot hold these records .* write .vcf.gz instead"):
        write(tmp_path / "o.bcf", LINES, header=f"{COLUMNS}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["o.vcf", "o.vcf.gz", "o.bcf"])
def test_what_ends_before_the_last_line_leaves_nothing(tmp_path: Path, name: str) -> None:
    def broken() -> Iterable[bytes]:
        yield from LINES
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / name, broken())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    with (
        pytest.raises(OutputError, match="standard output: cannot be written"),
        write_vcf(None, Full(), is_sorted=True) as writer,
    ):
        writer.add(b"x" * (1 << 20))


@pytest.mark.parametrize("room", [50, 300])
def test_a_full_disk_is_not_blamed_on_the_records(tmp_path: Path, room: int) -> None:
    """The limit ends the copy with another header, or the BCF."""
    code = f"""
import resource, signal
from pathlib import Path
from ideep_scan.errors import OutputError
from ideep_scan.formats.variants import vcf_output

def limit(text, part, path, convert=vcf_output._convert_to_bcf):
    resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
    convert(text, part, path)

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
vcf_output._convert_to_bcf = limit
try:
    with vcf_output.write_vcf(Path({str(tmp_path / "o.bcf")!r}), None, is_sorted=True) as writer:
        writer.add({HEADER!r}.encode())
        for line in {LINES!r}:
            writer.add(line)
except OutputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "o.bcf: cannot be written (" in done.stdout
    assert "\\n" not in done.stdout
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []

"""A VCF with its sites: every record, byte for byte, with two more keys."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import pysam
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.intersect.run import IntersectSummary, run
from ideep_scan.jobs.intersect.settings import IntersectSettings

VARIANTS = runs.PACKAGED / "variants.vcf"
OURS = re.compile(rb";?RBP_SITES(_STATUS)?=[^;\t\r\n]*")


class Silent:
    def advance(self, inputs: int) -> None:
        pass


def annotate(complete_run: Path, variants: Path, out: Path | None) -> tuple[IntersectSummary, str]:
    stream = io.StringIO()
    return run(IntersectSettings((complete_run,), variants, out), Silent(), stream), stream.getvalue()


def unannotated(data: bytes) -> bytes:
    """Remove what an intersection adds."""
    lines = []
    for line in data.splitlines(keepends=True):
        if line.startswith((b"##INFO=<ID=RBP_SITES", b"##ideep_scan_intersect")):
            continue
        fields = line.split(b"\t")
        if not line.startswith(b"#"):
            fields[7] = OURS.sub(b"", fields[7]) or b"."
        lines.append(b"\t".join(fields))
    return b"".join(lines)


def values(path: Path, key: str) -> list[Sequence[str]]:
    with pysam.VariantFile(str(path)) as file:
        return [record.info.get(key, ()) for record in file]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, complete_run: Path) -> Path:
    """A VCF with samples, CRLF, odd spellings and each kind of allele, on a site."""
    site = runs.table(complete_run).iloc[0]
    chrom, pos = site.chrom, site.summit + 1
    lines = [
        "##fileformat=VCFv4.2",
        "##odd line",
        f"##contig=<ID={chrom}>",
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB b",
    ]
    for alts, info in (
        ("G", "."),
        ("*,G", "X;Y=1,2;"),
        (".", "DP=1"),
        ("<DEL>", f"END={pos + 3}"),
        ("G[chr9:5[", "a=b c"),
        ("g,<NON_REF>", "."),
    ):
        lines.append(f"{chrom}\t{pos}\tx;y\tA\t{alts}\t1e3\tq10\t{info}\tGT:AD\t0|1:1,2\t./.")
    lines.append("chr77\t007\t.\tA\tG\t.\t.\t.\tGT\t.\t.")
    path = tmp_path_factory.mktemp("hostile") / "in.vcf"
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    return path


def test_every_other_byte_comes_out_again(complete_run: Path, hostile: Path, tmp_path: Path) -> None:
    summary, text = annotate(complete_run, hostile, tmp_path / "out.vcf")
    assert text == ""
    assert (summary.noun, summary.inputs) == ("record", 7)
    data = (tmp_path / "out.vcf").read_bytes()
    assert unannotated(data) == hostile.read_bytes().replace(b"Y=1,2;\t", b"Y=1,2\t")
    statuses = re.findall(r"RBP_SITES_STATUS=([^\t;]*)", data.decode())
    assert statuses == ["overlap", "star,overlap", "no_alt", "overlap", "overlap", "overlap,no_alt", "no_contig"]
    assert summary.overlapping == 5
    assert data.count(b"RBP_SITES=") == 5


def test_annotating_twice_is_annotating_once(complete_run: Path, hostile: Path, tmp_path: Path) -> None:
    for source, name in ((hostile, "one.vcf"), (tmp_path / "one.vcf", "two.vcf")):
        annotate(complete_run, source, tmp_path / name)
    assert (tmp_path / "one.vcf").read_bytes() == (tmp_path / "two.vcf").read_bytes()


@pytest.mark.parametrize("name", ["out.vcf", "out.vcf.gz", "out.bcf"])
def test_readers_of_vcf_see_the_overlaps_of_the_table(complete_run: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    summary, _ = annotate(complete_run, VARIANTS, out)
    _, text = annotate(complete_run, VARIANTS, None)
    header, *rows = [line.split("\t") for line in text.splitlines()]
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert len(table) == summary.rows > 5
    entries = [entry.split("|") for record in values(out, "RBP_SITES") for entry in record]
    columns = ("alt", "run", "model", "site_strand", "site", "distance", "motif_hit_name", "score", "p_value")
    assert [entry[:9] for entry in entries] == [[row[column] for column in columns] for row in table]
    assert [status for (status,) in values(out, "RBP_SITES_STATUS")].count("overlap") == summary.overlapping
    assert out.with_name(f"{name}.tbi").exists() == (name == "out.vcf.gz")
    assert [each.name for each in sorted(tmp_path.iterdir())] == [name, *[f"{name}.tbi"] * (name == "out.vcf.gz")]


def test_an_unsorted_vcf_has_no_index(complete_run: Path, tmp_path: Path) -> None:
    lines = VARIANTS.read_text().splitlines(keepends=True)
    path = tmp_path / "in.vcf"
    path.write_text(
        "".join([line for line in lines if line[0] == "#"] + [line for line in lines if line[0] != "#"][::-1])
    )
    summary, _ = annotate(complete_run, path, tmp_path / "out.vcf.gz")
    assert any("is not sorted" in note for note in summary.notes)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.vcf", "out.vcf.gz"]


def test_a_malformed_line_leaves_no_file(complete_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(VARIANTS.read_text() + "exA\tx\n")
    for out in ("out.vcf.gz", "out.bcf", "out.tsv"):
        with pytest.raises(InputError, match=r"in\.vcf, line 49: has 2 tab-separated columns"):
            annotate(complete_run, path, tmp_path / out)
    assert [each.name for each in tmp_path.iterdir()] == ["in.vcf"]

"""One answer whatever the format: round trips, kinds told by content, and the fit to a FASTA."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.annotation.reader import Annotation, detect_format, map_to_contigs, read_annotation
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript


@st.composite
def build_transcripts(draw: st.DrawFn) -> list[Transcript]:
    results = []
    for i in range(draw(st.integers(1, 5))):
        steps = draw(st.lists(st.integers(1, 30), min_size=2, max_size=10).filter(lambda steps: len(steps) % 2 == 0))
        edges = draw(st.integers(0, 500)) + np.cumsum(steps) - steps[0]
        exons = edges.reshape(-1, 2).astype(np.int64)
        cds = None
        if draw(st.booleans()):
            bases = np.concatenate([np.arange(start, end) for start, end in exons])
            first, last = sorted(draw(st.tuples(*[st.integers(0, bases.size - 1)] * 2)))
            cds = int(bases[first]), int(bases[last]) + 1
        chrom, strand = draw(st.sampled_from(["chr1", "2", "X_y"])), draw(st.sampled_from(["+", "-"]))
        results.append(Transcript(f"T{i}", f"G{i // 2}", f"G{i // 2}", chrom, strand, exons, cds))
    return results


def clipped(transcript: Transcript, first: int, last: int) -> list[tuple[int, int]]:
    """The exonic stretches of [first, last)."""
    pieces = [(max(int(start), first), min(int(end), last)) for start, end in transcript.exons]
    return [(start, end) for start, end in pieces if start < end]


def bed12(found: list[Transcript]) -> str:
    return "".join(
        f"{t.chrom}\t{t.start}\t{t.end}\t{t.id}|{t.gene_id}\t0\t{t.strand}\t{(t.cds or (t.end, t.end))[0]}\t"
        f"{(t.cds or (t.end, t.end))[1]}\t0\t{len(t.exons)}\t{','.join(str(e - s) for s, e in t.exons)},\t"
        f"{','.join(str(s - t.start) for s, _ in t.exons)},\n"
        for t in found
    )


def gtf(found: list[Transcript]) -> str:
    lines = []
    for t in found:
        rows = [("transcript", t.start, t.end), *(("exon", int(s), int(e)) for s, e in t.exons)]
        if t.cds is not None:
            # The stop codon is the last three coding bases of the RNA, the CDS what is left of them.
            coding = [base for s, e in clipped(t, *t.cds) for base in range(s, e)][:: 1 if t.strand == "+" else -1]
            for feature, bases in (("CDS", coding[:-3]), ("stop_codon", coding[-3:])):
                rows += [(feature, base, base + 1) for base in bases]
        attributes = f'gene_id "{t.gene_id}"; transcript_id "{t.id}";'
        lines += [f"{t.chrom}\ts\t{kind}\t{s + 1}\t{e}\t.\t{t.strand}\t.\t{attributes}\n" for kind, s, e in rows]
    return "".join(lines)


def gff3(found: list[Transcript]) -> str:
    lines = ["##gff-version 3\n"]
    for t in found:
        rows = [("mRNA", t.start, t.end, f"ID=rna-{t.id};Parent=gene-{t.gene_id}")]
        rows += [("exon", int(s), int(e), f"Parent=rna-{t.id}") for s, e in t.exons]
        rows += [("CDS", s, e, f"Parent=rna-{t.id}") for s, e in (clipped(t, *t.cds) if t.cds else [])]
        lines += [f"{t.chrom}\ts\t{kind}\t{s + 1}\t{e}\t.\t{t.strand}\t.\t{rest}\n" for kind, s, e, rest in rows]
    return "".join(lines)


def told(found: tuple[Transcript, ...] | list[Transcript]) -> list[tuple]:
    return [(t.id, t.gene_id, t.gene_name, t.chrom, t.strand, t.exons.tolist(), t.cds) for t in found]


@pytest.mark.parametrize(("kind", "write"), [("BED12", bed12), ("GTF", gtf), ("GFF3", gff3)])
@pytest.mark.parametrize("packed", [False, True])
@settings(max_examples=30, deadline=None)
@given(found=build_transcripts())
def test_every_format_gives_back_the_same_transcripts(
    found: list[Transcript],
    kind: str,
    write: Callable[[list[Transcript]], str],
    packed: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.getbasetemp() / f"round_trip_{kind}_{packed}"
    text = write(found).encode()
    path.write_bytes(gzip.compress(text) if packed else text)
    annotation = read_annotation(path)
    assert (annotation.kind, annotation.exclusions.notes()) == (kind, ())
    assert told(annotation.transcripts) == told(found)
    for transcript in annotation.transcripts:
        assert transcript.exons.dtype == np.int64


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("#!genome-build GRCh38\n1\th\tgene\t1\t9\t.\t+\t.\tgene_id \"G\";\n", "GTF"),
        ("1\th\texon\t1\t9\t.\t+\t.\tgene_id G; transcript_id T\n", "GTF"),
        ("1\th\texon\t1\t9\t.\t+\t.\tgene_id=G; transcript_id=T\n", "GTF"),
        ("cut\toff\n1\th\texon\t1\t9\t.\t+\t.\tgene_id G; transcript_id T\n", "GTF"),
        ("1\th\texon\t1\t9\t.\t+\t.\tID = G; transcript_id=T\n", "GFF3"),
        ("##gff-version 3\n##sequence-region 1 1 9\n1\th\tregion\t1\t9\t.\t+\t.\tID=1:1..9\n", "GFF3"),
        ("1\th\tregion\t1\t9\t.\t+\t.\t.\n1\th\texon\t1\t9\t.\t+\t.\tParent=A\n", "GFF3"),
        ("browser position chr1\ntrack name=\"a\tb\"\nchr1\t0\t9\tA\t0\t+\t0\t0\t0\t1\t9\t0\n", "BED12"),
    ],
)  # fmt: skip
def test_the_kind_is_told_by_the_content(tmp_path: Path, text: str, kind: str) -> None:
    (tmp_path / "misleading.vcf").write_text(text)
    assert detect_format(tmp_path / "misleading.vcf") == kind


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("chr1 exon\n", "is not tab-separated GTF, GFF3 or BED12", 1),
        (">chr1\nACGT\n", "is FASTA; give GTF, GFF3 or BED12", None),
        ("##fileformat=VCFv4.2\n#CHROM\tPOS\nchr1\t5\t.\tA\tC\t.\t.\t.\n", "is VCF; give GTF", None),
        ("chr1\t0\t9\tA\t0\t+\n", "BED with 6 columns; transcripts need BED12", 1),
        ("# only\n# comments\n", "has no transcripts; give an annotation of genes", None),
        ("\n\n", "has no transcripts; give an annotation of genes", None),
        ("1\th\texon\t1\t9\t.\t+\t.\t.\n", "is not GTF, GFF3 or BED12", None),
    ],
)
def test_what_is_no_annotation(tmp_path: Path, text: str, reason: str, line: int | None) -> None:
    (tmp_path / "a.gtf").write_text(text)
    with pytest.raises(InputError, match=reason) as caught:
        read_annotation(tmp_path / "a.gtf")
    assert (caught.value.path, caught.value.line) == (tmp_path / "a.gtf", line)


def test_missing_empty_binary_and_truncated(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\x89PNG\r\n\0\0\0")
    lines = bed12([Transcript("T", "G", "G", "1", "+", np.array([[i, i + 9]]), None) for i in range(20_000)])
    (tmp_path / "cut.gz").write_bytes(gzip.compress(lines.encode())[:-40])
    for name, reason in [("no", "no such file"), ("empty", "is empty"), ("binary", "binary"), ("cut.gz", "truncated")]:
        with pytest.raises(InputError, match=reason):
            read_annotation(tmp_path / name)


PATH = Path("a.gtf")


def annotation(*places: tuple[str, int], circular: dict[str, int] | None = None) -> Annotation:
    results = [
        Transcript(f"T{i}", f"G{i}", "G", name, "+", np.array([[end - 5, end]])) for i, (name, end) in enumerate(places)
    ]
    return Annotation(tuple(results), "GTF", Exclusions(PATH, "transcript"), circular or {})


RESOLVER = ContigResolver({"chr1": 249250621, "chr2": 243199373, "chrM": 16571})


def test_transcripts_move_to_the_names_of_the_fasta() -> None:
    before = annotation(("1", 50), ("chr2", 60), ("GL000192.1", 5), ("MT", 16569), ("GL000192.1", 7), ("HG7", 5))
    after = map_to_contigs(before, RESOLVER)
    assert [(t.id, t.chrom, t.end) for t in after.transcripts] == [
        ("T0", "chr1", 50),
        ("T1", "chr2", 60),
        ("T3", "chrM", 16569),
    ]
    assert after.exclusions.notes() == (
        "a.gtf: 3 transcripts on 2 contigs that the FASTA lacks (GL000192.1, HG7) are left out, "
        "the first is T2 on GL000192.1",
        "a.gtf: 1 transcript on MT, read as chrM, another sequence (16,571 bases instead of 16,569), the first is T3",
    )
    assert before.transcripts[0].chrom == "1", "the annotation read is left as it was"


def test_an_annotation_of_another_naming_style() -> None:
    with pytest.raises(ContigMismatch, match=r"a\.gtf: .*NC_003070\.9.*chr1, chr2, chrM"):
        map_to_contigs(annotation(("NC_003070.9", 5)), RESOLVER)


def test_an_annotation_of_another_assembly() -> None:
    map_to_contigs(annotation(("chr1", 249250621)), RESOLVER)
    advice = r"T0 ends at 1:249250622, past the end of the FASTA's chr1 .*use the annotation made .*\(hg19\)"
    with pytest.raises(ContigMismatch, match=advice):
        map_to_contigs(annotation(("1", 249250622)), RESOLVER)
    with pytest.raises(ContigMismatch, match=advice):
        map_to_contigs(annotation(*[("1", 249250622)] * 3, *[("2", 50)] * 100), RESOLVER)


def test_an_odd_transcript_past_the_end_of_its_contig_is_left_out() -> None:
    after = map_to_contigs(annotation(*[("2", 50)] * 5, ("1", 249250622)), RESOLVER)
    assert len(after.transcripts) == 5
    assert after.exclusions.notes() == (
        "a.gtf: 1 transcript past the end of their contig is left out, "
        "the first is T5, which ends at 1:249250622 of 249250621",
    )


def test_a_transcript_across_the_origin_is_a_part_at_each_end() -> None:
    exons = np.array([[16501, 16561], [16566, 16581], [16591, 16601]])
    crossing = Transcript("T", "G", "G", "chrM", "-", exons, (16551, 16576))
    before = annotation(("chrM", 900), circular={"chrM": 16571})
    before = replace(before, transcripts=(*before.transcripts, crossing))
    _, last, first = map_to_contigs(before, RESOLVER).transcripts
    assert (last.id, last.exons.tolist(), last.cds) == ("T", [[16501, 16561], [16566, 16571]], (16551, 16571))
    assert (first.id, first.exons.tolist(), first.cds) == ("T", [[0, 10], [20, 30]], (0, 5))
    assert "across the origin" in before.exclusions.notes()[0]
    other = replace(before, circular={"chrM": 16569}, exclusions=Exclusions(PATH, "transcript"))
    assert len(map_to_contigs(other, RESOLVER).transcripts) == 1, "a contig of another length is not that contig"


def test_too_little_that_can_be_used_ends_the_run(tmp_path: Path) -> None:
    row = '1\ts\texon\t{}\t{}\t.\t+\t.\tgene_id "G{}"; transcript_id "T{}";\n'
    path = tmp_path / "a.gtf"
    path.write_text("".join(row.format(1, 9, i, i) if i > 1 else row.format(9, 1, i, i) for i in range(19)))
    with pytest.raises(
        InputError, match=r"2 of 19 transcripts cannot be used, more than a tenth.*T0: start 9 and end 1"
    ):
        read_annotation(path)
    path.write_text("".join(row.format(1, 9, i, i) if i > 1 else row.format(9, 1, i, i) for i in range(20)))
    assert len(read_annotation(path).transcripts) == 18
    with pytest.raises(InputError, match=r"line 1: .*--strict"):
        read_annotation(path, strict=True)


@pytest.mark.parametrize("text", ['1\ts\tgene\t1\t9\t.\t+\t.\tgene_id "G";\n'])
def test_genes_alone_are_no_annotation(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.gtf").write_text(text)
    with pytest.raises(InputError, match="no transcripts with exons"):
        read_annotation(tmp_path / "a.gtf")


@pytest.mark.parametrize("write", [bed12, gtf, gff3])
def test_a_byte_order_mark_changes_nothing(tmp_path: Path, write: Callable[[list[Transcript]], str]) -> None:
    transcript = Transcript("T", "G", "G", "1", "+", np.array([[5, 9], [20, 30]]), (6, 25))
    (tmp_path / "a").write_text("\ufeff" + write([transcript]), encoding="utf-8")
    assert told(read_annotation(tmp_path / "a").transcripts) == told([transcript])

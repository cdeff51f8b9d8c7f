"""Assemblies and annotations of several sources: each scans, and readers that did not write the files agree on them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pybigtools
import pyBigWig
import pysam
import pytest

from ideep_scan.jobs.scan.run import Summary, run
from ideep_scan.jobs.scan_settings import ScanSettings
from tests.real.conftest import SIDES, Silent, contig_lines, write_contig
from track_hubs.check.hub_check import check

CHR22 = "chr22:32,109,001-32,112,000"  # of hg38: the 3' end of SLC5A1
CHR1 = 26_145_644, 26_147_330  # a stretch whose bases are known
CHR1_END = 26_200_000  # where the test cuts chr1
FLIP = str.maketrans("ACGT", "TGCA")
Scan = Callable[..., Summary]


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    def scan(fasta: Path, **options: object) -> Summary:
        out = tmp_path_factory.mktemp("run") / "out"
        return run(
            ScanSettings(("ELAVL1",), fasta, out=out, threshold=0.1, threads=1, device="cpu", **options), Silent()
        )

    return scan


def read_entries(path: Path) -> Iterator[tuple[str, int, int, str]]:
    """Rows of a bigBed: contig, start, end, the other columns."""
    with pyBigWig.open(str(path)) as file:
        for chrom, length in file.chroms().items():
            for start, end, text in file.entries(chrom, 0, length) or ():
                yield chrom, start, end, text


def read_back(out: Path) -> dict[str, np.ndarray]:
    """Read all files of a run with two other programs; return the scores of each strand of its only contig."""
    tracks = {}
    for strand, side in SIDES.items():
        path = out / "tracks" / f"ELAVL1.{side}.bw"
        if path.exists():
            with pyBigWig.open(str(path)) as first, pybigtools.open(str(path)) as second:
                assert first.chroms() == second.chroms()
                ((chrom, length),) = first.chroms().items()
                intervals = first.intervals(chrom)
                start, end = intervals[0][0], intervals[-1][1]
                values = np.array(first.values(chrom, start, end))
                np.testing.assert_allclose(values, second.values(chrom, start, end, fillna=None), rtol=0, atol=1e-7)
                assert end <= length
            tracks[strand] = values
    for folder in ("hits", "motifs"):
        path = out / folder / "ELAVL1.bed.gz"
        with gzip.open(path, "rt") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines]
        with pysam.TabixFile(str(path)) as tabix:
            assert [line.split("\t") for chrom in tabix.contigs for line in tabix.fetch(chrom)] == rows
        entries = list(read_entries(out / folder / "ELAVL1.bb")) if rows else []
        assert [
            (chrom, str(start), str(end), *text.split("\t")[: len(rows[0]) - 3]) for chrom, start, end, text in entries
        ] == [tuple(row) for row in rows]
        with gzip.open(out / folder / "ELAVL1.tsv.gz", "rt") as lines:
            assert sum(1 for _ in lines) == len(rows) + 1
    findings = [str(finding) for finding in check(out).findings]
    assert all("UCSC does not host" in finding for finding in findings), findings
    return tracks


@pytest.mark.parametrize("spliced", [False, True])
@pytest.mark.parametrize("name", ["gencode.v38.basic_chr22.hg38.gtf.gz", "RefSeq_GRCh38_chr22.gff3.gz"])
def test_hg38_with_annotations_of_two_sources(
    scan: Scan, hg38_fasta: Path, data: Path, name: str, spliced: bool
) -> None:
    gtf = data / "assemblies" / "hg38" / name
    summary = scan(hg38_fasta, gtf=gtf, regions=(CHR22,), spliced=spliced)
    tracks = read_back(summary.out)
    assert "genome hg38\n" in (summary.out / "hub.txt").read_text()
    assert tracks.keys() == {"+"}
    assert summary.positions >= np.isfinite(tracks["+"]).sum() > 1000
    assert summary.called[0].sites > 0


@pytest.fixture(scope="module")
def chr1(data: Path, sparse_hg19: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """The beginning of chr1 with its Ensembl annotation, with UCSC's name and Ensembl's."""
    folder = tmp_path_factory.mktemp("chr1")
    letters = contig_lines(sparse_hg19, "chr1").replace(b"\n", b"").decode()[:CHR1_END]
    with gzip.open(data / "assemblies" / "hg19" / "Ensembl75_GRCh37_chr1.gtf.gz", "rt") as lines:
        near = [line for line in lines if line[:2] == "1\t" and 26_000_000 < int(line.split("\t")[4]) < CHR1_END]
    files = {}
    for name, prefix in (("1", ""), ("chr1", "chr")):
        files[name] = folder / f"{name}.fa", folder / f"{name}.gtf"
        write_contig(files[name][0], name, letters)
        files[name][1].write_text("".join(f"{prefix}{line}" for line in near))
    return files


@pytest.mark.parametrize("spliced", [False, True])
def test_contigs_of_ensembl_and_ucsc_meet_in_both_directions(
    scan: Scan, chr1: dict[str, tuple[Path, Path]], spliced: bool
) -> None:
    first, last = CHR1
    (fasta, gtf), (ucsc_fasta, ucsc_gtf) = chr1["1"], chr1["chr1"]
    one = scan(ucsc_fasta, gtf=gtf, regions=(f"1:{first + 1}-{last}",), spliced=spliced)
    other = scan(fasta, gtf=ucsc_gtf, regions=(f"chr1:{first + 1}-{last}",), spliced=spliced)
    tracks, others = read_back(one.out), read_back(other.out)
    assert tracks.keys() == others.keys() == {"+", "-"}
    for strand in "+-":
        np.testing.assert_array_equal(tracks[strand], others[strand])
    with pyBigWig.open(str(one.out / "tracks" / "ELAVL1.plus.bw")) as file:
        assert file.chroms() == {"chr1": CHR1_END}
    with pyBigWig.open(str(other.out / "tracks" / "ELAVL1.plus.bw")) as file:
        assert file.chroms() == {"1": CHR1_END}


def test_cdna_of_ensembl_keeps_its_names(scan: Scan, data: Path, tmp_path: Path) -> None:
    path = data / "assemblies" / "hg38" / "chr19_cdna_all.GRCh38.fa.gz"
    headers: list[str] = []
    with gzip.open(path, "rt") as lines, (tmp_path / "cdna.fa").open("w") as out:
        for line in lines:
            if line.startswith(">"):
                if len(headers) == 8:
                    break
                headers.append(line)
            out.write(line)
    summary = scan(tmp_path / "cdna.fa", transcripts=True)
    names = {header[1:].split()[0]: header.split("gene_symbol:")[1].split()[0] for header in headers}
    with pyBigWig.open(str(summary.out / "tracks" / "ELAVL1.plus.bw")) as file:
        assert set(file.chroms()) == set(names)
    with gzip.open(summary.out / "hits" / "ELAVL1.tsv.gz", "rt") as lines:
        head, *rows = (line.rstrip("\n").split("\t") for line in lines)
    assert rows
    assert all(row[head.index("gene_name")] == names[row[0]] for row in rows)


def test_a_spliced_scan_has_the_scores_of_the_joined_sequences(
    scan: Scan, sparse_hg19: Path, data: Path, tmp_path: Path
) -> None:
    gtf = data / "annotation" / "gencode.v19.annotation.chr20.250k.gtf"
    options = {"modalities": "sequence"}
    spliced = scan(sparse_hg19, gtf=gtf, regions=("chr20:60,001-251,930",), spliced=True, **options)
    exons: dict[str, list[tuple[int, int]]] = {}
    strands = {}
    for line in gtf.read_text().splitlines():
        row = line.split("\t")
        if len(row) > 8 and row[2] == "exon":
            name = row[8].split('transcript_id "')[1].split('"')[0]
            exons.setdefault(name, []).append((int(row[3]) - 1, int(row[4])))
            strands[name] = row[6]
    walks = {name: np.concatenate([np.arange(*part) for part in sorted(parts)]) for name, parts in exons.items()}
    walks = {
        name: walk if strands[name] == "+" else walk[::-1]
        for name, walk in walks.items()
        if 60_000 <= walk[0] < 251_930
    }
    with pysam.FastaFile(str(sparse_hg19)) as fasta, (tmp_path / "mrna.fa").open("w") as out:
        for name, walk in walks.items():
            text = "".join(fasta.fetch("chr20", place, place + 1) for place in walk.tolist()).upper()
            out.write(f">{name}\n{text if strands[name] == '+' else text.translate(FLIP)}\n")
    joined = scan(tmp_path / "mrna.fa", transcripts=True, **options)
    expected: dict[tuple[str, int], float] = {}
    ends = set()
    with pyBigWig.open(str(joined.out / "tracks" / "ELAVL1.plus.bw")) as file:
        for name, walk in walks.items():
            keys = [(strands[name], place) for place in walk.tolist()]
            ends |= {*keys[:50], *keys[-50:]}
            for key, value in zip(keys, file.values(name, 0, len(walk)), strict=True):
                expected[key] = np.fmax(value, expected.get(key, np.nan))
    count = 0
    for strand, side in SIDES.items():
        with pyBigWig.open(str(spliced.out / "tracks" / f"ELAVL1.{side}.bw")) as file:
            values = np.array(file.values("chr20", 0, 251_930))
        places = [place for of, place in expected if of == strand and (of, place) not in ends]
        np.testing.assert_allclose(values[places], [expected[strand, place] for place in places], rtol=0, atol=0.00101)
        count += len(places)
    assert count > 4000

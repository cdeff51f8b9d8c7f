"""Real hg19 as the tests see it: the package's own scans, and a second way to the same letters and transcripts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pybigtools
import pyfaidx
import pytest

from ideep_scan.jobs.scan.run import Summary, run
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.records.transcript import Transcript

CHROM = "chr20"
HALF, MOST_UNKNOWN = 50, 10  # of a window of 101 nt
SIDES = {"+": "plus", "-": "minus"}


class Silent:
    """Watches a scan and says nothing."""

    def begins(self, *_: object) -> None: ...

    def advance(self, positions: int) -> None: ...

    def reports(self, state: str) -> None: ...

    def closing(self, done: int, models: int) -> None: ...


@dataclass(frozen=True)
class Scan:
    """What a run left, read back with a reader that did not write it."""

    summary: Summary
    settings: ScanSettings

    @property
    def modalities(self) -> tuple[str, ...]:
        """The evidence that the model read, as the manifest says."""
        receipts: dict[str, Any] = json.loads((self.summary.out / "manifest.json").read_text())["receipts"]
        return tuple(receipts["modalities"]["ELAVL1"])

    def track(self, strand: Strand, start: int, end: int) -> np.ndarray:
        """Scores of `[start, end)` of chr20 from the bigWig, float64; NaN = not scored."""
        (model,) = self.summary.sites
        path = self.summary.out / "tracks" / f"{model}.{SIDES[strand]}.bw"
        values = pybigtools.open(str(path)).values(CHROM, start, end, fillna=None)
        return np.asarray(values, np.float64)


@dataclass(frozen=True)
class Letters:
    """Raw letters of chr20 and its RefSeq transcripts; what `twin` reads from.

    Neither goes through the package's readers: the letters come out of the bgzipped FASTA by Python's gzip and are
    read by pyfaidx, the transcripts are taken from the BED12's columns.
    """

    fasta: pyfaidx.Fasta
    transcripts: Sequence[Transcript]
    motifs: Sequence[np.ndarray] = ()
    sites: Mapping[str, Sequence[tuple[str, int, int, str]]] = field(default_factory=dict)

    def window(self, chrom: str, start: int, end: int) -> str:
        """Letters of `[start, end)` of the plus strand, as the file has them."""
        assert chrom == CHROM
        assert 0 <= start <= end <= len(self.fasta[chrom])
        return str(self.fasta[chrom][start:end].seq)

    def known(self, start: int, end: int) -> np.ndarray:
        """Which positions of chr20 have a known base and at most a tenth of their 101-nt window unknown: bool."""
        text = self.window(CHROM, start - HALF, end + HALF).upper().encode()
        unknown = ~np.isin(np.frombuffer(text, "S1"), [b"A", b"C", b"G", b"T", b"U"])
        before = np.concatenate([[0], np.cumsum(unknown)])
        return ~unknown[HALF:-HALF] & (before[2 * HALF + 1 :] - before[: end - start] <= MOST_UNKNOWN)

    def transcribed(self, strand: Strand, start: int, end: int) -> np.ndarray:
        """Which positions of chr20 lie in a transcript of the strand: bool."""
        inside = np.zeros(end - start, bool)
        for t in self.transcripts:
            if t.strand == strand and t.start < end and t.end > start:
                inside[max(t.start - start, 0) : max(t.end - start, 0)] = True
        return inside


@pytest.fixture(scope="session")
def data(shared: Path) -> Path:
    return shared / "data"


@pytest.fixture(scope="session")
def sparse_hg19(data: Path) -> Path:
    return data / "hg19" / "hg19_sparse.fa.gz"


@pytest.fixture(scope="session")
def refseq(data: Path) -> Path:
    return data / "annotation" / "refseq_hg19.bed12.gz"


@pytest.fixture(scope="session")
def refseq_chr20(refseq: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """RefSeq's lines of chr20, a fiftieth of the table: features never look at another contig."""
    path = tmp_path_factory.mktemp("annotation") / "refseq_chr20.bed"
    with gzip.open(refseq, "rt") as lines:
        path.write_text("".join(line for line in lines if line.startswith(f"{CHROM}\t")))
    return path


@pytest.fixture(scope="session")
def letters(sparse_hg19: Path, refseq: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Letters]:
    plain = tmp_path_factory.mktemp("hg19") / f"{CHROM}.fa"
    plain.write_bytes(f">{CHROM}\n".encode() + contig_lines(sparse_hg19, CHROM))
    with pyfaidx.Fasta(str(plain)) as fasta:
        yield Letters(fasta, bed12_transcripts(refseq, CHROM))


@pytest.fixture(scope="session")
def scan(sparse_hg19: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Scan]:
    """Runs the main job on the sparse hg19, for ELAVL1 or another model; takes settings, gives what the run left."""

    def scan_with(name: str = "ELAVL1", **settings: Any) -> Scan:
        if isinstance(settings.get("regions"), str):
            settings["regions"] = (settings["regions"],)
        settings = {"model": "ideep", **settings}
        chosen = ScanSettings((name,), sparse_hg19, out=tmp_path_factory.mktemp("run") / "out", **settings)
        return Scan(run(chosen, Silent()), chosen)

    return scan_with


@pytest.fixture(scope="session")
def annotated(scan: Callable[..., Scan], refseq_chr20: Path) -> Scan:
    """FASTA and RefSeq, 200 kb with transcripts on both strands."""
    return scan(gtf=refseq_chr20, regions=f"{CHROM}:1000001-1200000")


@pytest.fixture(scope="session")
def sequence_only(scan: Callable[..., Scan]) -> Scan:
    """FASTA alone, both strands of 10 kb."""
    return scan(regions=f"{CHROM}:1146001-1156000")


@pytest.fixture(scope="session")
def hg38_fasta(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """chr22 of hg38 with the bases from 32,000,001 to 32,300,000, between N."""
    length, start = 50_818_468, 32_000_000
    with gzip.open(data / "assemblies" / "hg38" / "chr22_32000000-32300000.hg38.fa.gz", "rt") as lines:
        piece = "".join(line.strip() for line in lines if not line.startswith(">"))
    path = tmp_path_factory.mktemp("hg38") / "hg38.fa"
    write_contig(path, "chr22", "N" * start + piece + "N" * (length - start - len(piece)))
    return path


def write_contig(path: Path, name: str, letters: str) -> None:
    """Write a FASTA of one contig."""
    lines = (letters[i : i + 100_000] for i in range(0, len(letters), 100_000))
    path.write_text(f">{name}\n" + "\n".join(lines) + "\n")


def contig_lines(path: Path, chrom: str) -> bytes:
    """The lines of one contig of a bgzipped FASTA, by its two indices and Python's gzip."""
    rows = [line.split("\t") for line in path.with_name(path.name + ".fai").read_text().splitlines()]
    length, offset, bases, width = next(tuple(map(int, row[1:5])) for row in rows if row[0] == chrom)
    size = length + (length - 1) // bases * (width - bases)
    blocks = np.fromfile(path.with_name(path.name + ".gzi"), "<u8")[1:].reshape(-1, 2)
    at = np.searchsorted(blocks[:, 1], offset, side="right") - 1
    packed, before = (int(blocks[at, 0]), int(blocks[at, 1])) if at >= 0 else (0, 0)
    with path.open("rb") as file:
        file.seek(packed)
        return gzip.GzipFile(fileobj=file).read(offset - before + size)[offset - before :]


def bed12_transcripts(path: Path, chrom: str) -> list[Transcript]:
    """The transcripts of one contig, straight from the columns of a BED12 whose names are accession|gene."""
    found = []
    with gzip.open(path, "rt") as lines:
        for line in lines:
            row = line.rstrip("\n").split("\t")
            if row[0] != chrom:
                continue
            start, first, last = int(row[1]), int(row[6]), int(row[7])
            starts = np.array(row[11].strip(",").split(","), np.int64) + start
            exons = np.column_stack([starts, starts + np.array(row[10].strip(",").split(","), np.int64)])
            name, gene = row[3].split("|")
            strand = STRANDS[row[5] == "-"]
            found.append(Transcript(name, gene, gene, chrom, strand, exons, (first, last) if first < last else None))
    return found

"""A stretch of chr22 in hg38 and in hg19: the sequence is the same, so the scores are; chains say where it lies."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pybigtools
import pytest

from ideep_scan.jobs.scan.run import run
from ideep_scan.jobs.scan_settings import ScanSettings
from tests.real.conftest import Silent

CHROM = "chr22"
START, END = 32_109_000, 32_112_000  # of hg38: the 3' end of SLC5A1


@dataclass(frozen=True)
class Assembly:
    """A FASTA of an assembly, with the place of the stretch."""

    name: str
    fasta: Path
    start: int

    def find_end(self) -> int:
        return self.start + END - START


@pytest.fixture(scope="module")
def hg38(hg38_fasta: Path) -> Assembly:
    return Assembly("hg38", hg38_fasta, START)


@pytest.fixture(scope="module")
def hg19(data: Path) -> Assembly:
    return Assembly(
        "hg19", data / "hg19" / "hg19_more.fa.gz", lift(data / "chains" / "hg38ToHg19.over.chain.gz", START)
    )


def lift(chain: Path, position: int) -> int:
    """Lift a position of chr22 by the chain that holds it, both on the plus strand."""
    for start, size, shift in read_blocks(chain):
        if start <= position and position + END - START <= start + size:
            return position + shift
    raise AssertionError("the stretch is not in one block")


def read_blocks(chain: Path) -> Iterator[tuple[int, int, int]]:
    """Start, size and shift of the blocks without a gap, of chains from chr22 to chr22."""
    source = target = 0
    chosen = False
    with gzip.open(chain, "rt") as lines:
        for line in lines:
            row = line.split()
            if row[:1] == ["chain"]:
                chosen = (row[2], row[4], row[7], row[9]) == (CHROM, "+", CHROM, "+")
                source, target = int(row[5]), int(row[10])
            elif chosen and row:
                size, source_gap, target_gap = (int(text) for text in [*row, "0", "0"][:3])
                yield source, size, target - source
                source, target = source + size + source_gap, target + size + target_gap


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Assembly, Path | None], np.ndarray]:
    """Scan the stretch of an assembly, and read both bigWigs: float64 (2, positions)."""

    def score(assembly: Assembly, gtf: Path | None) -> np.ndarray:
        out = tmp_path_factory.mktemp("run") / "out"
        region = f"{CHROM}:{assembly.start + 1}-{assembly.find_end()}"
        run(ScanSettings(("ELAVL1",), assembly.fasta, gtf=gtf, regions=(region,), out=out), Silent())
        assert f"genome {assembly.name}" in (out / "hub.txt").read_text()
        paths = [out / "tracks" / f"ELAVL1.{side}.bw" for side in ("plus", "minus")]
        return np.array([read_values(path, assembly) for path in paths])

    return score


def read_values(path: Path, assembly: Assembly) -> np.ndarray:
    """Read a bigWig at the stretch; NaN without a file, as for a strand without transcripts."""
    if not path.exists():
        return np.full(END - START, np.nan)
    values = pybigtools.open(str(path)).values(CHROM, assembly.start, assembly.find_end(), fillna=None)
    return np.asarray(values, np.float64)


def check_equal(first: np.ndarray, second: np.ndarray) -> None:
    """Scores are equal, but for the last of three decimals where a walk begins at another place."""
    np.testing.assert_allclose(first, second, rtol=0, atol=0.00101)
    scored = np.isfinite(first)
    assert (first == second)[scored].mean() > 0.999


def test_the_sequence_alone_scores_the_same_in_both_assemblies(hg38, hg19, score):
    first, second = (score(assembly, None) for assembly in (hg38, hg19))
    assert np.isfinite(first).all()
    assert np.unique(first).size > 50
    check_equal(first, second)


def test_the_same_transcripts_score_the_same_in_both_assemblies(hg38, hg19, score, refseq, tmp_path):
    shift = hg38.start - hg19.start
    old, new = tmp_path / "hg19.bed", tmp_path / "hg38.bed"
    with gzip.open(refseq, "rt") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if line.startswith(f"{CHROM}\t")]
    rows = [row for row in rows if int(row[1]) < hg19.find_end() + 200_000 and hg19.start - 200_000 < int(row[2])]
    old.write_text("".join("\t".join(row) + "\n" for row in rows))
    for row in rows:
        row[1], row[2], row[6], row[7] = (str(int(row[i]) + shift) for i in (1, 2, 6, 7))
    new.write_text("".join("\t".join(row) + "\n" for row in rows))
    first, second = score(hg38, new), score(hg19, old)
    assert np.isfinite(first).any(axis=1).sum() == 1
    check_equal(first, second)


def test_refseq_of_each_assembly_scores_nearly_the_same(hg38, hg19, score, data, refseq):
    gff3 = data / "assemblies" / "hg38" / "RefSeq_GRCh38_chr22.gff3.gz"
    first, second = score(hg38, gff3), score(hg19, refseq)
    common = np.isfinite(first) & np.isfinite(second)
    assert common.sum() > 0.9 * np.isfinite(first).sum()
    assert np.corrcoef(first[common], second[common])[0, 1] > 0.9

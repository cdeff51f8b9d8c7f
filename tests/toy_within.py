"""A toy of the data inside transcripts: a held-out and a validation contig with genes, and lists of peaks.

No test stands here.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from toy_fasta import write_fasta
from toys import bundle, network

from ideep_scan.benchmark.within.ground import Ground, lay_ground
from ideep_scan.benchmark.within.models import JudgedModel
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.formats.peak_lists import PeakList, find_peak_files, read_peak_lists
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.jobs.genome import Genome, open_genome

KNOWN = 22_000  # known bases of chr20, before as many unknown ones
GENES = (("chr20", 500, 9_000, "+"), ("chr20", 4_000, 30_000, "-"), ("chr21", 300, 5_700, "+"))
ECLIP, REPLICATE, PARCLIP = "TARDBP_K562_ENCFF1", "TARDBP_HepG2_ENCFF2", "QKI_HEK293_PARCLIP"
SPEC = FeatureSpec(tuple(pwm.id for pwm in read_pwms()), ("expA", "expB"))


@dataclass(frozen=True)
class ToyWithin:
    """Hold the paths of the toy."""

    data: Path
    fasta: Path
    gtf: Path

    def open(self, stack: ExitStack) -> Genome:
        return open_genome(self.fasta, self.gtf, stack)

    @cached_property
    def ground(self) -> Ground:
        with ExitStack() as stack:
            genome = self.open(stack)
            assert genome.annotation is not None
            return lay_ground(genome.source, genome.resolver, genome.annotation.transcripts, SPEC)

    @cached_property
    def lists(self) -> dict[str, PeakList]:
        return read_peak_lists(find_peak_files(self.data))


def write(folder: Path, seed: int = 0) -> ToyWithin:
    """Write the genome, its genes and three lists; the two of TARDBP have nearly the same peaks."""
    rng = np.random.default_rng(seed)
    letters = ["".join(rng.choice(list("ACGT"), size)) for size in (KNOWN, 6_000)]
    fasta = write_fasta(folder / "genome.fa", {"chr20": letters[0] + "N" * KNOWN, "chr21": letters[1]})
    gtf = folder / "genes.bed"
    gtf.write_text("".join(_make_bed12(number, *gene) for number, gene in enumerate(GENES)))
    data = folder / "peaks"
    data.mkdir()
    lines = []
    for chrom, start, end, strand in GENES:
        for place in range(start + 200, min(end, KNOWN) - 200, 400):
            point = place + int(rng.integers(0, 100))
            for name, shift in ((ECLIP, 0), (REPLICATE, int(rng.integers(-4, 5)))):
                first = point + shift if strand == "+" else point + shift - 59
                lines.append(f"{chrom}\t{first}\t{first + 60}\t{name}\t3.0\t{strand}\t9\n")
            if strand == "+":
                lines.append(f"{chrom}\t{point + 150}\t{point + 172}\t{PARCLIP}\t0\t{strand}\n")
    (data / "peaks.bed").write_text("".join(lines))
    return ToyWithin(data, fasta, gtf)


def make_models(source: str = "ideep") -> list[JudgedModel]:
    """Make two small models, and one that no list judges."""
    names = ("TARDBP", "QKI", "NOBODY")
    return [
        JudgedModel(source, source, bundle(name, network(SPEC, {"region": 7}, seed=number), SPEC), threshold=0.0)
        for number, name in enumerate(names)
    ]


def _make_bed12(number: int, chrom: str, start: int, end: int, strand: str) -> str:
    size = (end - start) // 4
    thick = f"{start + size // 2}\t{end - size // 2}"
    blocks = f"2\t{size},{size}\t0,{end - start - size}"
    return f"{chrom}\t{start}\t{end}\tNM_{number}|G{number}\t0\t{strand}\t{thick}\t0\t{blocks}\n"

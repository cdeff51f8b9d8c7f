"""Content of the embedded example: composition of its sequence, genes, planted sites and variants.

The shares of dinucleotides and codons were counted in hg19 with one RefSeq transcript a gene.
GENOME is chr20:1-2 Mb. UTR5 and the codons come from about 800 genes of all chromosomes, UTR3 from about 5,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

BASES = "ACGT"

# Row: a base; column: the base after it; per 10,000 dinucleotides.
GENOME = ((845, 514, 747, 670), (764, 627, 104, 746), (625, 482, 623, 503), (542, 617, 760, 832))
UTR5 = ((493, 481, 774, 302), (651, 1034, 602, 737), (641, 941, 964, 427), (254, 583, 636, 479))
UTR3 = ((912, 471, 637, 756), (640, 530, 106, 717), (539, 417, 508, 556), (687, 574, 768, 1183))
# Codons AAA AAC AAG AAT ACA ... TTT without the stops, per 10,000.
CODON_SHARES = (
    *(160, 183, 282, 133, 140, 221, 56, 132, 88, 199, 110, 89, 75, 276, 242, 175),
    *(83, 168, 294, 89, 140, 237, 79, 149, 51, 141, 113, 42, 75, 277, 489, 139),
    *(162, 218, 337, 143, 134, 336, 98, 190, 126, 252, 174, 97, 67, 174, 327, 103),
    *(0, 174, 0, 129, 105, 221, 46, 152, 0, 184, 115, 137, 61, 280, 138, 195),
)
CODONS = dict(zip(map("".join, product(BASES, repeat=3)), CODON_SHARES, strict=True))

# Signals, 5'→3': one text per position, each of its letters equally likely.
KOZAK = ("G", "C", "C", "G", "C", "C", "AAG", "C", "C")
STOP = ("TAA", "TAG", "TGA")
DONOR = ("G", "T", "AAAG", "AAAG", "GGGGT", "TTACG")
BRANCH_POINT = ("CCT", "T", "AG", "A", "CCT")
TRACT_AND_ACCEPTOR = (*("TTTTTTCCCAG",) * 16, "ACGT", "CCCT", "A", "G")
POLY_A_SIGNAL = "AATAAA"
DOWNSTREAM_ELEMENT = ("T", "G", "T", "GT", "T", "GT", "T", "T", "CT", "T")


@dataclass(frozen=True)
class Gene:
    """One gene: lengths of its exons and introns 5'→3', on the contig from `start` (0-based).

    `utr5` and `utr3` are counted in the spliced transcript with all exons; a gene without them is not coding.
    `skip` is the number of an exon that a second isoform lacks.
    The 3'UTR of another isoform is `shortening` nt shorter.
    """

    name: str
    chrom: str
    start: int
    strand: str
    exons: tuple[int, ...]
    introns: tuple[int, ...] = ()
    utr5: int = 0
    utr3: int = 0
    skip: int | None = None
    shortening: int = 0

    @property
    def length(self) -> int:
        """Length of the pre-mRNA, nt."""
        return sum(self.exons) + sum(self.introns)

    @property
    def blocks(self) -> list[tuple[int, int]]:
        """Exons as offsets into the pre-mRNA, 5'→3'."""
        starts = [sum(self.exons[:i]) + sum(self.introns[:i]) for i in range(len(self.exons))]
        return [(start, start + length) for start, length in zip(starts, self.exons, strict=True)]

    @property
    def isoforms(self) -> list[list[tuple[int, int]]]:
        """Exons of each isoform, as offsets into the pre-mRNA."""
        isoforms = [self.blocks]
        if self.skip is not None:
            isoforms.append([block for i, block in enumerate(self.blocks) if i != self.skip])
        if self.shortening:
            *exons, (start, end) = self.blocks
            isoforms.append([*exons, (start, end - self.shortening)])
        return isoforms

    @property
    def coding(self) -> tuple[int, int]:
        """First coding base and the end of the stop codon, as offsets; both 0 in a non-coding gene."""
        line = [offset for block in self.blocks for offset in range(*block)]
        return (line[self.utr5], line[-self.utr3 - 1] + 1) if self.utr3 else (0, 0)

    def position_of(self, offset: int) -> int:
        """Convert an offset into the pre-mRNA to a genome position."""
        return self.start + (offset if self.strand == "+" else self.length - 1 - offset)

    def interval(self, start: int, end: int) -> tuple[int, int]:
        """Convert offsets [start, end) into the pre-mRNA to a genome interval."""
        first, last = self.position_of(start), self.position_of(end - 1)
        return min(first, last), max(first, last) + 1


@dataclass(frozen=True)
class Plant:
    """Sites of one protein: clusters of copies drawn from its PWMs, one cluster per this many bases (0 for none)."""

    symbol: str
    motifs: tuple[str, ...]
    per_utr3: int
    per_intron: int
    copies: tuple[int, int]
    span: int
    context: str = ""  # equally likely letters between the copies; empty to keep the sequence


LENGTHS = {"exA": 120_000, "exB": 80_000}
GAPS = {
    "exA": ((0, 1_000), (40_000, 40_150), (60_500, 60_560), (98_200, 98_206)),
    "exB": ((26_000, 26_001), (33_000, 35_500)),
}
GENES = (
    Gene("EXA1", "exA", 4_000, "+", (240, 123, 150, 96, 171, 1391), (2900, 1450, 3800, 1100, 2579), 150, 1100, skip=2),
    Gene("EXA2", "exA", 17_400, "-", (210, 140, 118, 1701), (4200, 1900, 4331), 130, 1400),
    Gene("EXA3", "exA", 33_000, "+", (180, 105, 132, 87, 156, 2002), (3100, 14200, 1500, 2300, 1238), 90, 1900),
    Gene("EXA4", "exA", 43_000, "-", (1500,), (), 120, 600),
    Gene("EXA5", "exA", 61_800, "-", (400, 700), (3100,)),
    Gene("EXA6", "exA", 65_000, "+", (200, 160, 144, 93, 210, 1392), (2600, 5200, 1300, 3400, 4301), 260, 1000),
    Gene("EXA7", "exA", 88_000, "-", (190, 126, 99, 2301), (2700, 4600, 2984), 100, 2100, shortening=1100),
    Gene("EXA8", "exA", 104_000, "+", (300, 150, 117, 138, 1200), (3300, 2100, 3795, 1900), 210, 900),
    Gene("EXB1", "exB", 1_500, "-", (170, 132, 1300), (5600, 4298), 80, 1150),
    Gene("EXB2", "exB", 16_000, "+", (220, 129, 90, 114, 1801), (3100, 1800, 4246, 2500), 130, 1600, 2, 900),
    Gene("EXB3", "exB", 38_000, "-", (260, 147, 108, 96, 1502), (2900, 1400, 4187, 1400), 170, 1250),
    Gene("EXB4", "exB", 52_000, "+", (310, 180, 620), (2200, 1690)),
    Gene("EXB5", "exB", 60_000, "+", (150, 111, 165, 120, 2050), (6100, 3200, 5084, 3000), 60, 1900),
)
PLANTS = (
    Plant("ELAVL1", ("RNCMPT00032", "RNCMPT00274"), 600, 5000, (3, 6), 100, "TTTTTTAAACG"),
    Plant("QKI", ("RNCMPT00047",), 1500, 4000, (2, 2), 40),
    Plant("RBFOX1", ("RNCMPT00168",), 0, 4000, (1, 2), 30),
    Plant("PTBP1", ("RNCMPT00268",), 0, 4000, (2, 3), 45, "TTTCCTCAG"),
    Plant("TARDBP", ("RNCMPT00076",), 1800, 4000, (1, 3), 40),
)
VARIANTS = {"SNV": 15, "deletion": 6, "insertion": 6, "MNV": 1, "multiallelic": 1}
VARIANTS_IN_SITES = {"SNV": 9, "deletion": 1, "insertion": 1}

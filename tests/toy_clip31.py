"""A toy of the published data: experiments of a few windows on a toy genome, in the published folders and formats.

No test stands here.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

WIDTH, HALF = 101, 50
NAMES = ("1_TOY_ALPHA", "2_TOY_BETA", "10_TOY_GAMMA")
ROWS = {"training": 60, "test": 40}
REGIONS = ("intron", "ORF", "5UTR", "3UTR", "exon")
MOTIFS = ("M1", "M2", "M3")
LENGTH = 30_000
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


@dataclass(frozen=True)
class Toy:
    """Hold the paths of the toy."""

    data: Path
    fasta: Path
    gtf: Path


def write(folder: Path, seed: int = 0) -> Toy:
    """Three experiments, the genome that their windows are cut from, and its genes."""
    rng = np.random.default_rng(seed)
    letters = "".join(rng.choice(list("ACGT"), LENGTH))
    fasta, gtf = folder / "genome.fa", folder / "genes.bed"
    lines = [letters[start : start + 60] for start in range(0, LENGTH, 60)]
    fasta.write_text(">chr1\n" + "\n".join(lines) + "\n")
    genes = [(400, 9_000, "+"), (8_000, 20_000, "-"), (21_000, 29_000, "+")]
    gtf.write_text("".join(_bed12(i, *gene) for i, gene in enumerate(genes)))
    for name in NAMES:
        others = [other.partition("_")[2] for other in NAMES if other != name]
        for part, rows in ROWS.items():
            _write_part(folder / "clip31" / name / "5000" / f"{part}_sample_0", rows, others, letters, rng)
    return Toy(folder / "clip31", fasta, gtf)


def _bed12(number: int, start: int, end: int, strand: str) -> str:
    size = (end - start) // 4
    thick = f"{start + size // 2}\t{end - size // 2}"
    blocks = f"2\t{size},{size}\t0,{end - start - size}"
    return f"chr1\t{start}\t{end}\tNM_{number}|G{number}\t0\t{strand}\t{thick}\t0\t{blocks}\n"


def _write_part(folder: Path, rows: int, others: list[str], letters: str, rng: np.random.Generator) -> None:
    """One part of an experiment; all kinds of evidence tell the classes apart, none of them perfectly."""
    folder.mkdir(parents=True)
    labels = rng.permutation((np.arange(rows) < rows // 4).astype(int))
    centres = rng.integers(600, LENGTH - 600, rows)
    strands = rng.choice(["+", "-"], rows)
    records = []
    for label, centre, strand in zip(labels, centres, strands, strict=True):
        window = letters[centre - HALF : centre + HALF + 1]
        window = window if strand == "+" else window[::-1].translate(_COMPLEMENT)
        place = f"chr1,{strand},{centre - HALF},{centre + HALF}"
        records.append(f"> {place}; class:{label}\n{window[:60]}\n{window[60:]}\n")
    pack(folder / "sequences.fa.gz", "".join(records))
    table(folder / "matrix_Response.tab.gz", ("Class",), labels[:, None])
    hint = (rng.random((rows, 1)) < np.where(labels, 0.8, 0.2)[:, None]).astype(int)
    table(folder / "matrix_RegionType.tab.gz", names(REGIONS), np.tile(hint, WIDTH * len(REGIONS)))
    noise = rng.random((rows, WIDTH)).round(6) / 2 + hint / 2
    table(folder / "matrix_RNAfold.tab.gz", names(("dsRNA",)), noise)
    sites = (rng.random((rows, WIDTH * len(others))) < 0.1 + 0.3 * hint).astype(int)
    table(folder / "matrix_Cobinding.tab.gz", names(tuple(others)), sites)
    scores = (rng.exponential(size=(rows, len(MOTIFS))) + 3 * hint).round(3)
    places = [f"chr1:{centre - HALF}-{centre + HALF}" for centre in centres]
    lines = ["\t".join(["", *(f"{motif}.cb" for motif in MOTIFS)])]
    lines += ["\t".join([place, *map(str, row)]) for place, row in zip(places, scores.tolist(), strict=True)]
    pack(folder / "motif_fea.gz", "\n".join(lines) + "\n")


def names(blocks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in blocks for _ in range(WIDTH))


def table(path: Path, header: tuple[str, ...], values: np.ndarray) -> None:
    rows = ["\t".join(map(str, row)) for row in values.tolist()]
    pack(path, "\t".join(header) + "\n" + "\n".join(rows) + "\n")


def pack(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode()))

"""Runs of the main job on the embedded example, and readers of what they leave that did not write it.

No test stands here.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pybigtools
import torch

from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import gather_evidence, open_bundles
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate
from ideep_scan.jobs.scan.run import Summary, run
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.jobs.variants.run import VariantSummary
from ideep_scan.jobs.variants.run import run as annotate_variants
from ideep_scan.jobs.variants.settings import VariantSettings
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.scorer import Scorer
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.scan.plan import cut_chunks, plan_loci
from ideep_scan.scan.sweep import sweep
from ideep_scan.train.calibrate import fit_calibration

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
HEADER = f"##fileformat=VCFv4.3\n##contig=<ID=exA,length=120000>\n##contig=<ID=exB,length=80000>\n{COLUMNS}\n"
PACKAGED = Path(__file__).resolve().parents[1] / "ideep_scan" / "data" / "example"
LENGTHS = {"exA": 120_000, "exB": 80_000}
PRIOR = 0.02  # of the toy calibration
SIDES = {"+": "plus", "-": "minus"}
Scores = dict[tuple[str, str], np.ndarray]


@dataclass(frozen=True)
class Said:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@contextmanager
def standard_input(sent: bytes) -> Iterator[None]:
    """Let a pipe with these bytes be the standard input of this process."""
    reader, writer = os.pipe()
    os.write(writer, sent)
    os.close(writer)
    before = os.dup(0)
    os.dup2(reader, 0)
    os.close(reader)
    try:
        yield
    finally:
        os.dup2(before, 0)
        os.close(before)


class Watcher:
    """A monitor that remembers."""

    def __init__(self) -> None:
        self.expected: ScanEstimate | None = None
        self.notes: tuple[str, ...] = ()
        self.advanced = 0
        self.closed: list[tuple[int, int]] = []
        self.states: list[str] = []

    def begins(self, expected: ScanEstimate, notes: Sequence[str]) -> None:
        self.expected, self.notes = expected, tuple(notes)

    def advance(self, positions: int) -> None:
        self.advanced += positions

    def reports(self, state: str) -> None:
        self.states.append(state)

    def closing(self, done: int, models: int) -> None:
        self.closed.append((done, models))


def copy_example(folder: Path) -> Path:
    """FASTA with its index, annotation and planted sites in a folder of their own, the index younger."""
    folder.mkdir(exist_ok=True)
    fasta = "example.fa.gz", "example.fa.gz.fai", "example.fa.gz.gzi"
    for name in (*fasta, "genes.gtf", "planted_sites.bed", "variants.vcf"):
        shutil.copyfile(PACKAGED / name, folder / name)
    return folder


def scan(example: Path, out: Path, watcher: Watcher | None = None, **options: Any) -> Summary:
    """The job with ELAVL1 on one thread, with the example's annotation and many sites unless options say otherwise."""
    values = {
        "rbp": ("ELAVL1",),
        "model": IDEEP,  # whose weights and calibration stay as they are
        "fasta": example / "example.fa.gz",
        "gtf": example / "genes.gtf",
        "threads": 1,
        "device": "cpu",
        "out": out,
        "threshold": None if "fdr" in options else 0.5,
        **options,
    }
    if isinstance(values.get("regions"), str):
        values["regions"] = (values["regions"],)
    return run(ScanSettings(**values), watcher or Watcher())


def vcf(folder: Path, *rows: str, header: str = HEADER, name: str = "in.vcf") -> Path:
    """A VCF of the example with these rows, whose columns have blanks between them."""
    path = folder / name
    path.write_text(header + "".join("\t".join(row.split(" ")) + "\n" for row in rows))
    return path


class RowWatcher:
    """A monitor of rows that remembers."""

    def __init__(self) -> None:
        self.rows, self.pictures, self.advanced = 0, 0, 0
        self.notes: tuple[str, ...] = ()

    def begins(self, rows: int, notes: Sequence[str]) -> None:
        self.rows, self.notes = rows, tuple(notes)

    def advance(self, rows: int) -> None:
        self.advanced += rows

    def draws(self, pictures: int) -> None:
        self.pictures, self.advanced = pictures, 0


def annotate(
    example: Path, path: Path, watcher: RowWatcher | None = None, **options: Any
) -> tuple[VariantSummary, str]:
    """The job on variants with ELAVL1 on one thread: its summary, and the VCF that it wrote to the stream."""
    given = {
        "rbp": ("ELAVL1",),
        "model": IDEEP,
        "variants": path,
        "fasta": example / "example.fa.gz",
        "gtf": example / "genes.gtf",
        "threads": 1,
        "device": "cpu",
        **options,
    }
    stream = io.BytesIO()
    summary = annotate_variants(VariantSettings(**given), watcher or RowWatcher(), stream)
    return summary, stream.getvalue().decode()


def direct_scores(example: Path, walk: int, size: int, regions: list[tuple[str, int, int]] | None = None) -> Scores:
    """Scores of every contig and strand straight from the sweep, in walks and chunks of the given lengths."""
    with ExitStack() as stack:
        genome = open_genome(example / "example.fa.gz", example / "genes.gtf", stack)
        bundles = open_bundles(["ELAVL1"], IDEEP)
        evidence = gather_evidence(genome, bundles, "auto", None, no_folding)
        scorer = Scorer(bundles[0], evidence.modalities["ELAVL1"], torch.device("cpu"))
        assert genome.annotation is not None
        pieces = cut_chunks(plan_loci(genome.source.contigs, genome.annotation.transcripts, regions), size)
        out = {(c, s): np.full(n, np.nan, np.float32) for c, n in LENGTHS.items() for s in SIDES}
        for _, (track,) in sweep(pieces, genome.source, evidence.featurizer, [scorer], walk_length=walk):
            out[track.chrom, track.strand][track.start : track.start + track.values.size] = track.values
    return out


def no_folding(spec: object) -> Any:
    raise AssertionError("nothing is to be folded here")


def files(folder: Path) -> set[str]:
    """Every file below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def toy_calibration(kinds: Sequence[str] = ("sequence", "sequence+region"), sites: int = 300) -> dict[str, Any]:
    """A calibration that knows nothing of the model it is given to."""
    rng = np.random.default_rng(0)
    background, positive = rng.normal(-3.5, 1.2, 30_000), rng.normal(0.5, 1.5, sites)
    return fit_calibration(dict.fromkeys(kinds, background), dict.fromkeys(kinds, positive), PRIOR, "a guess", "a toy")


def recalibrated(folder: Path, name: str, fields: dict[str, Any]) -> str:
    """Path of a bundle that is the packaged ELAVL1 with another calibration."""
    bundle = load_bundle(find_entries(["ELAVL1"], list_entries(IDEEP))[0].path)
    path = folder / f"{name}.safetensors"
    replace(bundle, name="ELAVL1", calibration=fields).save(path)
    return str(path)


def track(out: Path, strand: str, name: str = "ELAVL1") -> dict[str, np.ndarray]:
    """A bigWig as pybigtools reads it: by contig, NaN = no value."""
    with pybigtools.open(str(out / "tracks" / f"{name}.{SIDES[strand]}.bw")) as reader:
        return {
            chrom: np.asarray(reader.values(chrom, 0, length, fillna=None)) for chrom, length in reader.chroms().items()
        }


def table(out: Path, what: str = "hits", name: str = "ELAVL1") -> pd.DataFrame:
    """A table of a run, all columns as text but places and scores."""
    with gzip.open(out / what / f"{name}.tsv.gz", "rt") as text:
        rows = pd.read_csv(text, sep="\t", dtype=str, keep_default_na=False)
    numbers = {column: int for column in ("start", "end", "summit") if column in rows}
    return rows.astype({**numbers, "score": np.float64})


def data_files(out: Path) -> dict[str, bytes]:
    """Bytes of tracks, hits and motifs."""
    results = {name: (out / name).read_bytes() for name in files(out)}
    return {name: data for name, data in results.items() if name.startswith(("tracks/", "hits/", "motifs/"))}

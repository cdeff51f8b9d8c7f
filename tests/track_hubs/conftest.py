"""A small invented run: two proteins on two contigs, with gene models and receipts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyBigWig
import pytest

from ideep_scan.formats.site_columns import MOTIFS, SITES
from ideep_scan.formats.site_files import MotifWriter, SiteWriter
from ideep_scan.records.scores import Hit, MotifHit, MotifLabel, SiteReport
from ideep_scan.records.span import Strand
from track_hubs.color import choose_color, tint
from track_hubs.manifest import Assembly, Manifest, Model, Track, to_json

MOTIF = MotifLabel("M108", "HuR_UUUUUUU", "HuR", "known")
CONTIGS = {"chrA": 12_000, "chrB": 4_000}
GENES = (
    "chrA\t1000\t6200\tT1|ALPHA\t0\t+\t1400\t5200\t0\t3\t700,300,1400,\t0,1800,3800,\n"
    "chrA\t2700\t6200\tT2|ALPHA\t0\t+\t2700\t2700\t0\t2\t400,1200,\t0,2300,\n"
    "chrA\t5600\t9000\tT3|BETA\t0\t-\t6000\t8500\t0\t2\t900,1000,\t0,2400,\n"
    "chrB\t500\t2500\tT4|GAMMA\t0\t-\t800\t2200\t0\t1\t2000,\t0,\n"
)
PEAKS = {
    "ELAVL1": [
        ("chrA", 5100, "+", 0.97),
        ("chrA", 5260, "+", 0.71),
        ("chrA", 5900, "-", 0.88),
        ("chrB", 700, "-", 0.93),
    ],
    'hnRNP <C> & "co" α\'': [("chrA", 5400, "+", 0.64), ("chrA", 8700, "-", 0.81)],
}


MODELS = {
    "ELAVL1": Model(
        protein="ELAVL1",
        assay="PAR-CLIP",
        reads=("sequence", "region"),
        card={
            "experiment": "an <invented> experiment",
            "published test windows": {
                "FASTA": {"AUC": {"value": 0.9, "low": 0.88, "high": 0.92}, "auPRC": {"value": 0.7}},
            },
            "strongest motif": {"id": "M108", "match": "HuR", "figure": "AUC", "value": 0.7, "low": 0.6, "high": 0.8},
            "top region": {"region": "3'UTR", "share": 0.61, "background share": 0.07},
            "licence": "MIT",
            "citation": ["Somebody & others 2017"],
        },
        motif=((0.1, 0.05, 0.05, 0.8), (0.0, 0.0, 0.0, 1.0), (0.7, 0.1, 0.1, 0.1), (0.25, 0.25, 0.25, 0.25)),
        motif_id=MOTIF.id,
        motif_name=MOTIF.name,
        roc=((0.0, 0.0), (0.05, 0.7), (0.2, 0.9), (1.0, 1.0)),
        roc_about="Invented figures.",
    ),
}


def scores(group: str, chrom: str, strand: Strand) -> np.ndarray:
    """Low waves under the genes of the strand, NaN elsewhere, a bump at each peak."""
    where = np.arange(CONTIGS[chrom])
    values = np.full(CONTIGS[chrom], np.nan)
    for line in GENES.splitlines():
        fields = line.split("\t")
        if (fields[0], fields[5]) == (chrom, strand):
            values[int(fields[1]) : int(fields[2])] = 0.04
    values += 0.03 * np.sin(where / 17.0) ** 2 + 0.02 * np.cos(where / 41.0) ** 2
    for at, top in [(p[1], p[3]) for p in PEAKS[group] if (p[0], p[2]) == (chrom, strand)]:
        values = np.maximum(values, top * np.exp(-(((where - at) / 16.0) ** 2)))
    return values.astype(np.float32)


def make_run(folder: Path, fasta: bool = False, note: str | None = None) -> Path:
    """Write tracks, sites, motifs and the manifest; return the folder."""
    tracks: list[Track] = []
    for index, group in enumerate(PEAKS):
        name = ("ELAVL1", "hnRNP C")[index]
        tracks += _score_tracks(folder, group, name) + _interval_tracks(folder, group, name)
    (folder / "genes.bed").write_text(GENES)
    if fasta:
        (folder / "mini.fa").write_text(">chrA\nACGT\n")
    assembly = Assembly(
        "mini" if fasta else "hg19",
        "a mini-genome" if fasta else "human genome hg19 (GRCh37)",
        "mini.fa" if fasta else None,
        CONTIGS,
        "genes.bed",
        note,
    )
    receipts: dict[str, Any] = {
        "Program": "a scanner 1.0",
        "Models": {"ELAVL1": {"digest": "12ab", "inputs": ["sequence", "region", "motifs"]}},
        "Annotation": {"file": "genes.gtf", "note": None},
        "Command": 'scan --rbp "ELAVL1" <genome.fa> --threshold 0.5',
    }
    manifest = Manifest("An example run", assembly, tuple(tracks), receipts, models=MODELS)
    (folder / "manifest.json").write_text(to_json(manifest), encoding="utf-8")
    return folder


def _score_tracks(folder: Path, group: str, name: str) -> list[Track]:
    results = []
    for strand, word in (("+", "plus"), ("-", "minus")):
        path = f"tracks/{name}.{word}.bw"
        count = _write_bigwig(folder / path, group, strand)
        color = choose_color(group) if strand == "+" else tint(choose_color(group))
        long_label = f"{group}: probability of a binding site on the {word} strand"
        label = f"{group} {strand}"
        results.append(Track(path, "bigWig", "score", group, label, long_label, color, strand, count=count))
    return results


def _write_bigwig(path: Path, group: str, strand: Strand) -> int:
    """Write one strand's scores; how many there are."""
    path.parent.mkdir(exist_ok=True)
    count = 0
    with pyBigWig.open(str(path), "w") as track:
        track.addHeader(list(CONTIGS.items()))
        for chrom in CONTIGS:
            values = scores(group, chrom, strand).astype(np.float64)
            where = np.flatnonzero(~np.isnan(values))
            if len(where):
                track.addEntries(chrom, where, values=values[where].round(3), span=1)
            count += len(where)
    return count


def _interval_tracks(folder: Path, group: str, name: str) -> list[Track]:
    peaks = sorted(PEAKS[group])
    color = choose_color(group)
    gene = {"chrA": "ALPHA", "chrB": None}
    reports = [
        SiteReport(Hit(chrom, at - 12, at + 13, strand, at, top), "ACGUA" * 20 + "A", gene_name=gene[chrom])
        for chrom, at, strand, top in peaks
    ]
    motifs = [MotifHit(chrom, at - 3, at + 4, strand, MOTIF, 9.5, 3e-5) for chrom, at, strand, _ in peaks]
    with SiteWriter(folder / "hits", name, CONTIGS, rbp=group, color=color) as site_writer:
        for report in reports:
            site_writer.add(report)
    with MotifWriter(folder / "motifs", name, CONTIGS) as motif_writer:
        for hit in motifs:
            motif_writer.add(hit)
    sites, results = site_writer.written, motif_writer.written
    assert sites is not None
    assert results is not None
    return [
        Track(
            f"{place}/{name}.{ending}",
            kind,
            role,
            group,
            f"{group} {role}",
            f"{group}: {role}",
            color,
            None,
            *fields,
            count,
            extra_names=tuple(name for _, name, _ in schema.extra) if kind == "bigBed" else (),
            choices={"driver": ("sequence", "region", ".")} if (kind, role) == ("bigBed", "sites") else {},
        )
        for place, role, count, plain, extra, schema in (
            ("hits", "sites", sites.count, 9, len(SITES.extra), SITES),
            ("motifs", "motifs", results.count, 6, len(MOTIFS.extra), MOTIFS),
        )
        for ending, kind, fields in (
            ("bb", "bigBed", (plain, extra)),
            ("bed.gz", "bed", (plain, 0)),
            ("tsv.gz", "table", (0, 0)),
        )
    ]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run on hg19, not rendered yet."""
    return make_run(tmp_path)


@pytest.fixture
def own_genome_run(tmp_path: Path) -> Path:
    """A finished run on a genome of its own, simulated."""
    return make_run(tmp_path, fasta=True, note="This genome is simulated: nothing on it is real.")


@pytest.fixture
def new_run() -> Callable[..., Path]:
    """Makes a finished run in a folder, as often as a test asks."""
    return make_run

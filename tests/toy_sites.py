"""Tables of sites of two models, A and B, as a scan writes them. No test stands here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ideep_scan.formats.site_files import SiteWriter
from ideep_scan.jobs.view.sites import SiteTable
from ideep_scan.records.scores import Hit, MotifLabel, SiteReport

CONTIGS = {"chr2": 1000, "chr10": 500}
MOTIF = MotifLabel("M1", "ELAVL1_UUU", "ELAVL1", "known")
A = [
    SiteReport(Hit("chr2", 10, 20, "+", 15, 0.5, "sequence"), "ACGUA", "CDS", "TNF", "G1", MOTIF, 0.01, 0.25),
    SiteReport(Hit("chr2", 30, 40, "-", 35, 0.9, "region"), "ACGUA", "intron", "IL6", "G2", None, 0.001, 0.5),
    SiteReport(Hit("chr10", 5, 9, "+", 7, 0.7), "NNGUA", "3'UTR", "TNF", "G1", None, 0.02, 0.3),
]
B = [
    SiteReport(Hit("chr2", 12, 30, "+", 18, 0.5, "sequence"), "ACGUA", "CDS", "TNF", "G1"),
    SiteReport(Hit("chr10", 400, 410, "-", 404, 0.6), "ACGUA"),
]


def write_table(folder: Path, name: str, reports: Sequence[SiteReport]) -> Path:
    """Write the files of the sites of a model; return the path of the table."""
    folder.mkdir(exist_ok=True)
    meaning = "precision" if any(report.precision is not None for report in reports) else None
    with SiteWriter(folder, name, CONTIGS, rbp=name, color=(0, 0, 0), precision_meaning=meaning) as writer:
        for report in reports:
            writer.add(report)
    return folder / f"{name}.tsv.gz"


def write_tables(folder: Path) -> list[SiteTable]:
    """Write the tables of A, of a model without a site, and of B."""
    models = {"A": A, "none": [], "B": B}
    return [SiteTable(name, write_table(folder, name, reports)) for name, reports in models.items()]

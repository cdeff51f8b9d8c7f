"""Report of the benchmark: write tables and figures from the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ideep_scan.benchmark.comparison import average_rows, correlate
from ideep_scan.benchmark.figures import (
    CrossRow,
    Curve,
    Strip,
    draw_correlation,
    draw_cross_validation,
    draw_roc,
    draw_strips,
)
from ideep_scan.benchmark.methods import PAPER, SINGLE
from ideep_scan.benchmark.records import OWN, PUBLISHED, Anchor, Cell, Mean, Result, Row, Subject
from ideep_scan.benchmark.settings import BenchmarkSettings
from ideep_scan.benchmark.tables import Page, Section, write_page, write_tsv
from ideep_scan.jobs.source_date import add_source_date
from ideep_scan.train.curves import compute_roc
from ideep_scan.version import __version__

ABOUT = {
    PUBLISHED: (
        "The matrices published with the experiments, as in the paper: sequence, region type, structure (made on "
        "spliced transcripts), co-binding and motif scores of each window. They cannot be made for other places of a "
        "genome, so nothing here can scan. Every window has all of the evidence, and networks always get all of it."
    ),
    OWN: (
        "The same windows, but features by the own featurizer from genome, annotation and sites: what a scan reads. "
        "Co-binding sites are the positives of the training windows of the other experiments, where larger training "
        "sets are given of those too. Only methods with 30000 in their name learn from the larger sets, but for "
        "windows that overlap a test window or lie in a gene of the annotation that holds one."
    ),
}


@dataclass(frozen=True)
class ReportData:
    """Results to report.

    Attributes
    ----------
    subjects : sequence of Subject
        The experiments, in the order of the tables.
    names : mapping of str to sequence of str
        Names of the methods of each protocol.
    results : mapping of Cell to Result
        Result of each cell.
    anchors : mapping of int to Anchor
        Independent figures by number of the experiment.
    """

    subjects: Sequence[Subject]
    names: Mapping[str, Sequence[str]]
    results: Mapping[Cell, Result]
    anchors: Mapping[int, Anchor]

    def rows(self, protocol: str, folds: int) -> list[Row]:
        """Return the rows of a protocol, by method, then by experiment."""
        out = []
        for method in self.names[protocol]:
            for subject in self.subjects:
                result = self.results[Cell(protocol, method, subject.folder)]
                parts = (Cell(protocol, method, subject.folder, fold, folds) for fold in range(1, folds + 1))
                cross = tuple(self.results[part].auc.value for part in parts if part in self.results)
                anchor = self.anchors.get(subject.number)
                out.append(Row(protocol, method, subject, result.auc, result.auprc, result.seconds, cross, anchor))
        return out


def write_report(
    settings: BenchmarkSettings, data: ReportData, notes: Sequence[str]
) -> tuple[tuple[str, str, int, float, float], ...]:
    """Write benchmark.tsv, benchmark.md and figures/.

    Parameters
    ----------
    settings : BenchmarkSettings
        Settings of the run.
    data : ReportData
        Results to report.
    notes : sequence of str
        Lines for the beginning of the page.

    Returns
    -------
    tuple of tuple
        (protocol, method, number of experiments, mean AUC, mean auPRC) of each method.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    sections: list[Section] = []
    all_rows: list[Row] = []
    for protocol, names in data.names.items():
        rows = data.rows(protocol, settings.folds)
        means = [_mean(rows, method) for method in names]
        pictures = _pictures(settings.out / "figures", protocol, means, rows, data)
        linked = tuple((f"figures/{name}.png", caption) for name, caption in pictures)
        sections.append(Section(protocol, ABOUT[protocol], means, rows, linked))
        all_rows += rows
    write_tsv(settings.out / "benchmark.tsv", all_rows)
    write_page(settings.out / "benchmark.md", Page(_provenance(settings), sections, notes))
    return tuple((m.protocol, m.method, m.experiments, m.auc, m.auprc) for section in sections for m in section.means)


def _mean(rows: Sequence[Row], method: str) -> Mean:
    method_rows = [row for row in rows if row.method == method]
    return average_rows(method_rows, PAPER.get(method) if method_rows[0].protocol == PUBLISHED else None)


def _provenance(settings: BenchmarkSettings) -> str:
    return (
        f"{add_source_date(f'Made by `ideep-scan benchmark`, version {__version__}, seed {settings.seed}')}. "
        "AUC and auPRC (average precision) of the published test windows of each experiment, whose genes are none of "
        "the training genes. A fifth of the training windows, drawn by chance, stopped the training; the test windows "
        "decided nothing. Intervals and standard deviations are those of 1,000 bootstrap draws of the test windows, ± "
        "is the standard deviation of a mean. Seconds are those of one CPU core for one experiment."
    )


def _pictures(
    folder: Path, protocol: str, means: Sequence[Mean], rows: Sequence[Row], data: ReportData
) -> list[tuple[str, str]]:
    """Draw the figures of a protocol; return their file names, without suffix, and their captions."""
    first = means[0].method
    by_method = {mean.method: [row.auc.value for row in rows if row.method == mean.method] for mean in means}
    pictures = [(f"{protocol}_roc", f"ROC curves of {first} on the test windows of each experiment.")]
    draw_roc(folder / pictures[0][0], _curves(protocol, first, data))
    if len(means) > 1:
        name = f"{protocol}_methods"
        ordered = sorted(means, key=lambda mean: -mean.auc)
        strips = [Strip(mean.method, by_method[mean.method], mean.paper) for mean in ordered]
        draw_strips(folder / name, strips, "AUC, a dot per experiment")
        pictures.append((name, "AUC of every method: experiments, quartiles and mean."))
    single = {SINGLE[mean.method]: mean for mean in means if protocol == PUBLISHED and mean.method in SINGLE}
    if len(single) > 1:
        pictures += _single(folder, protocol, single, by_method)
    crossed = [row for row in rows if row.method == first and row.cross]
    if crossed:
        name = f"{protocol}_cross_validation"
        lines = [CrossRow(r.subject.label, r.cross, r.auc.value, r.auc.low, r.auc.high) for r in crossed]
        draw_cross_validation(folder / name, lines)
        pictures.append((name, f"Cross-validation of {first} over the training windows, beside the test windows."))
    return pictures


def _single(
    folder: Path, protocol: str, single: Mapping[str, Mean], by_method: Mapping[str, Sequence[float]]
) -> list[tuple[str, str]]:
    """Compare single modalities; with three experiments or more, also correlate them over experiments."""
    ordered = sorted(single, key=lambda label: -single[label].auc)
    strips = [Strip(label, by_method[single[label].method], single[label].paper) for label in ordered]
    draw_strips(folder / f"{protocol}_modalities", strips, "AUC, a dot per experiment")
    pictures = [(f"{protocol}_modalities", "AUC of each kind of evidence alone.")]
    if len(strips[0].values) > 2:
        draw_correlation(folder / f"{protocol}_correlation", ordered, correlate([strip.values for strip in strips]))
        pictures.append((f"{protocol}_correlation", "Correlation of these AUCs over the experiments (Pearson)."))
    return pictures


def _curves(protocol: str, method: str, data: ReportData) -> dict[str, list[Curve]]:
    """Compute the ROC curve of a method on each experiment."""
    curves = {}
    for subject in data.subjects:
        result = data.results[Cell(protocol, method, subject.folder)]
        curves[f"{subject.number} {subject.protein}\n{subject.detail}"] = [
            Curve(method, *compute_roc(result.labels, result.scores), result.auc.value)
        ]
    return curves

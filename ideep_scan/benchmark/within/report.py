"""Report of the benchmark inside transcripts: within.tsv, within.md and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from ideep_scan.benchmark.figures import Strip, draw_strips
from ideep_scan.benchmark.tables import tabulate
from ideep_scan.benchmark.within.anchors import ProfileAnchor
from ideep_scan.benchmark.within.evaluation import COLUMNS, TILE_PRECISION, Judgement, average
from ideep_scan.benchmark.within.figures import draw_precision_recall
from ideep_scan.benchmark.within.panel import ALL_PARTS, CALLED_PART, UNSEEN_PART
from ideep_scan.benchmark.within.truths import OTHER, SAME
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.jobs.source_date import add_source_date
from ideep_scan.records.estimate import Estimate
from ideep_scan.version import __version__

_FACTS = ("list", "protein", "part", "predictor", "source", "model", "relation", "genes", "peaks", "positions")
_RELATIONS = {OTHER: "peaks of another laboratory or cell line", SAME: "peaks of the experiment that it learned from"}
# Column of the tables of means: title, measure, part of the regions, decimals.
_MEANS = (
    ("auPRC", "auPRC", "", 3),
    ("auPRC / prevalence", "auPRC_ratio", "", 1),
    ("AUC in gene", "AUC_genes", "", 3),
    ("R-precision", "R_precision", "", 3),
    ("recall at 1 per kb", "recall_1_per_kb", "", 3),
    ("at 2", "recall_2_per_kb", "", 3),
    ("at 5", "recall_5_per_kb", "", 3),
    ("auPRC in 600 nt", TILE_PRECISION, "", 3),
    ("precision of called sites", "called_precision", CALLED_PART, 3),
    ("called per kb", "called_per_kb", CALLED_PART, 2),
)


@dataclass(frozen=True)
class Coverage:
    """One held-out region.

    Attributes
    ----------
    contig : str
        Name of the contig.
    start, end : int
        Genome coordinates.
    scored : int
        Positions of genes on known sequence.
    judged : int
        Those in genes that hold a peak of a list that judges a model.
    genes : int
        These genes.
    peaks : int
        Their peaks, of all lists.
    """

    contig: str
    start: int
    end: int
    scored: int
    judged: int
    genes: int
    peaks: int


@dataclass(frozen=True)
class Means:
    """Means of one predictor over proteins.

    Attributes
    ----------
    source, relation : str
        The lists: those that judge models of this source, with this relation to their training data.
    part : str
        Part of the held-out regions.
    predictor : str
        The predictor.
    proteins : int
        Number of proteins.
    estimates : mapping of str to Estimate
        Mean of each of `evaluation.COLUMNS`.
    """

    source: str
    relation: str
    part: str
    predictor: str
    proteins: int
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True, eq=False)
class ReportData:
    """Results to report.

    Attributes
    ----------
    judgements : sequence of Judgement
        All judgements.
    coverage : sequence of Coverage
        The held-out regions.
    anchors : mapping of str to ProfileAnchor
        Published figures inside 600 nt, by PROTEIN_CELL.
    digests : mapping of str to str
        Digests of the inputs.
    seed : int
        Seed of the bootstrap.
    """

    judgements: Sequence[Judgement]
    coverage: Sequence[Coverage]
    anchors: Mapping[str, ProfileAnchor]
    digests: Mapping[str, str]
    seed: int = 0

    @property
    def sources(self) -> list[str]:
        """Sources of the models, in the order of their judgements."""
        return list(dict.fromkeys(row.source for row in self.judgements if row.source))


def write_report(out: Path, data: ReportData) -> tuple[Means, ...]:
    """Write within.tsv, within.md and figures/.

    Parameters
    ----------
    out : Path
        Folder of the results.
    data : ReportData
        Results to report.

    Returns
    -------
    tuple of Means
        Means of all predictors on all held-out regions.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    means = list(_average_all(data))
    _write_tsv(out, data)
    pictures = _draw(out, data)
    lines = ["# Benchmark inside transcripts", "", *_describe(data), "", *_tabulate_regions(data)]
    for source in data.sources:
        for relation, text in _RELATIONS.items():
            for part in (ALL_PARTS, UNSEEN_PART):
                chosen = [mean for mean in means if (mean.source, mean.relation, mean.part) == (source, relation, part)]
                if chosen:
                    regions = "all held-out regions" if part == ALL_PARTS else part
                    lines += ["", f"## {source}: {text}, {regions}", "", *_tabulate_means(chosen, means)]
    lines += ["", "## Lists", "", *_tabulate_lists(data)]
    lines += ["", "## Average precision inside 600 nt", "", *_tabulate_tiles(data)]
    for file, caption in pictures:
        lines += ["", f"![{caption}]({file})", "", caption]
    with AtomicFile(out / "within.md") as path:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return tuple(mean for mean in means if mean.part == ALL_PARTS)


def _average_all(data: ReportData) -> Iterator[Means]:
    """Average each predictor over the lists of each source and relation."""
    for source in data.sources:
        for relation in _RELATIONS:
            lists = {row.experiment for row in data.judgements if (row.source, row.relation) == (source, relation)}
            for part in (ALL_PARTS, CALLED_PART, UNSEEN_PART):
                rows = [row for row in data.judgements if row.experiment in lists and row.part == part]
                for predictor in dict.fromkeys(row.predictor for row in rows):
                    chosen = [row for row in rows if row.predictor == predictor]
                    estimates = {column: average(chosen, column) for column in COLUMNS}
                    proteins = len({row.protein for row in chosen})
                    yield Means(source, relation, part, predictor, proteins, estimates)


def _write_tsv(out: Path, data: ReportData) -> None:
    """Write a row for each list, part and predictor, with the interval of each figure; '.' where it is not defined."""
    header = [*_FACTS, *(f"{name}{suffix}" for name in COLUMNS for suffix in ("", "_low", "_high"))]
    with AtomicFile(out / "within.tsv") as path, path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(header) + "\n")
        for row in data.judgements:
            facts = (row.experiment, row.protein, row.part, row.predictor, row.source, row.model, row.relation)
            estimates = (row.estimates[name] for name in COLUMNS)
            figures = [figure for estimate in estimates for figure in (estimate.value, estimate.low, estimate.high)]
            cells = [fact or "." for fact in facts] + [str(row.genes), str(row.peaks), str(row.positions)]
            file.write("\t".join(cells + [f"{value:.6g}" if isfinite(value) else "." for value in figures]) + "\n")


def _describe(data: ReportData) -> list[str]:
    inputs = ", ".join(f"{name} {digest[:12]}" for name, digest in data.digests.items())
    return [
        add_source_date(f"Made by `ideep-scan benchmark --within`, version {__version__}, seed {data.seed}")
        + f"; digests: {inputs}.",
        "Every scored position of the genes with a peak counts.",
        "A position is positive within 15 nt of the 5' end of an eCLIP peak, or in a PAR-CLIP peak.",
        "A call is right within 50 nt of the 5' end of an eCLIP peak, or of the middle of a PAR-CLIP peak.",
        "Calls are more than 50 nt apart, and so are the peaks to find.",
        "Intervals are 95 % bootstrap intervals over genes.",
    ]


def _tabulate_regions(data: ReportData) -> list[str]:
    head = ("held-out region", "positions of genes", "judged positions", "genes", "peaks of all lists")
    body = []
    for region in data.coverage:
        place = (
            region.contig if region.end > 250e6 else f"{region.contig}:{region.start / 1e6:g}-{region.end / 1e6:g} Mb"
        )
        body.append((place, *(f"{count:,}" for count in (region.scored, region.judged, region.genes, region.peaks))))
    return tabulate(head, body)


def _tabulate_means(chosen: Sequence[Means], means: Sequence[Means]) -> list[str]:
    body = []
    for mean in chosen:
        cells = [mean.predictor, str(mean.proteins)]
        for _, measure, part, decimals in _MEANS:
            same = (mean.source, mean.relation, mean.predictor, part or mean.part)
            estimates = [
                other.estimates[measure]
                for other in means
                if (other.source, other.relation, other.predictor, other.part) == same
            ]
            cells.append(_format(estimates[0], decimals) if estimates else "")
        body.append(cells)
    return tabulate(("predictor", "proteins", *(title for title, *_ in _MEANS)), body)


def _tabulate_lists(data: ReportData) -> list[str]:
    """Tabulate average precision and its ratio to the prevalence, by list and predictor."""
    rows = [row for row in data.judgements if row.part == ALL_PARTS]
    predictors = list(dict.fromkeys(row.predictor for row in sorted(rows, key=lambda row: bool(row.source))))
    body = []
    for name in dict.fromkeys(row.experiment for row in rows):
        by_predictor = {row.predictor: row for row in rows if row.experiment == name}
        first = next(iter(by_predictor.values()))
        relations = dict.fromkeys(f"{row.source}: {row.relation}" for row in by_predictor.values() if row.source)
        cells = [name, ", ".join(relations), str(first.genes), str(first.peaks)]
        cells.append(f"{first.estimates['prevalence'].value:.4f}")
        for predictor in predictors:
            row = by_predictor.get(predictor)
            cells.append("" if row is None else _format_precision(row))
        body.append(cells)
    head = ("list", "experiment", "genes", "peaks", "prevalence", *(f"auPRC: {name}" for name in predictors))
    return ["In brackets: ratio to the prevalence.", "", *tabulate(head, body)]


def _tabulate_tiles(data: ReportData) -> list[str]:
    """Tabulate the average precision inside 600 nt, beside the published figures."""
    rows = [row for row in data.judgements if row.part == ALL_PARTS and isfinite(row.estimates[TILE_PRECISION].value)]
    predictors = list(dict.fromkeys(row.predictor for row in sorted(rows, key=lambda row: bool(row.source))))
    body = []
    for name in dict.fromkeys(row.experiment for row in rows):
        by_predictor = {row.predictor: row.estimates[TILE_PRECISION] for row in rows if row.experiment == name}
        anchor = data.anchors.get(name.rpartition("_")[0])
        published = ("", "") if anchor is None else (f"{anchor.parnet:.3f}", f"{anchor.rbpnet:.3f}")
        estimates = (by_predictor.get(predictor) for predictor in predictors)
        body.append((name, *("" if value is None else _format(value, 3) for value in estimates), *published))
    head = ("list", *predictors, "PARNET", "RBPNet")
    return [
        "Tiles of 600 scored positions that hold a peak; positive within 5 nt of the 5' end of a peak.",
        "PARNET and RBPNet were judged on other chromosomes, and by the peaks of each replicate.",
        "",
        *tabulate(head, body),
    ]


def _draw(out: Path, data: ReportData) -> list[tuple[str, str]]:
    """Draw the figures; return their paths relative to the page, and captions."""
    rows = [row for row in data.judgements if row.part == ALL_PARTS]
    panels: dict[str, list[Judgement]] = {}
    ratios: dict[str, list[float]] = {}
    for row in rows:
        panels.setdefault(row.experiment, []).append(row)
        ratios.setdefault(row.predictor, []).append(row.estimates["auPRC_ratio"].value)
    draw_precision_recall(out / "figures" / "within_curves", panels)
    draw_strips(
        out / "figures" / "within_ratios",
        [Strip(name, values) for name, values in ratios.items()],
        "average precision / prevalence, a dot per list",
    )
    return [
        ("figures/within_curves.png", "Precision and recall of positions, by list."),
        ("figures/within_ratios.png", "Average precision as a multiple of chance: lists, quartiles and mean."),
    ]


def _format(estimate: Estimate, decimals: int) -> str:
    if not isfinite(estimate.value):
        return ""
    return f"{estimate.value:.{decimals}f} ({estimate.low:.{decimals}f}-{estimate.high:.{decimals}f})"


def _format_precision(row: Judgement) -> str:
    return f"{row.estimates['auPRC'].value:.3f} ({row.estimates['auPRC_ratio'].value:.1f})"

"""Tables of the benchmark: a TSV with a row for each method and experiment, and a Markdown page of all tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ideep_scan.benchmark.records import OWN, Mean, Row, Subject
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.records.estimate import Estimate

COLUMNS = (
    "protocol", "method", "number", "experiment", "AUC", "AUC_low", "AUC_high", "AUC_sd",
    "auPRC", "auPRC_low", "auPRC_high", "auPRC_sd", "cross_validation_AUC", "seconds",
)  # fmt: skip
NONE = "."
_TITLES = {"published": "Published matrices", "own": "Own featurizer"}


@dataclass(frozen=True)
class Section:
    """Section of the page about one protocol.

    Attributes
    ----------
    protocol : str
        `records.PUBLISHED` or `records.OWN`.
    about : str
        Description of the protocol.
    means : sequence of Mean
        Means of each method.
    rows : sequence of Row
        Rows of each method and experiment, in the order of the tables.
    pictures : sequence of tuple of str
        Path relative to the page, and caption.
    """

    protocol: str
    about: str
    means: Sequence[Mean]
    rows: Sequence[Row]
    pictures: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Page:
    """Page of a benchmark.

    Attributes
    ----------
    provenance : str
        Date, version and method of the run.
    sections : sequence of Section
        One section for each protocol.
    notes : sequence of str
        Lines for the beginning of the page.
    """

    provenance: str
    sections: Sequence[Section]
    notes: Sequence[str] = field(default_factory=tuple)


def write_tsv(path: Path, rows: Iterable[Row]) -> None:
    """Write a row for each method and experiment, in full precision; '.' without cross-validation.

    Parameters
    ----------
    path : Path
        File to write.
    rows : iterable of Row
        Rows in the order of the file.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    with AtomicFile(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for row in rows:
            cross = ",".join(map(repr, row.cross)) or NONE
            cells = (row.protocol, row.method, row.subject.number, row.subject.folder, *_full(row.auc))
            file.write("\t".join(map(str, (*cells, *_full(row.auprc), cross, f"{row.seconds:.1f}"))) + "\n")


def _full(estimate: Estimate) -> tuple[str, ...]:
    return tuple(repr(value) for value in (estimate.value, estimate.low, estimate.high, estimate.sd))


def write_page(path: Path, page: Page) -> None:
    """Write the page as Markdown.

    Parameters
    ----------
    path : Path
        File to write.
    page : Page
        Content of the page.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    lines = ["# Benchmark on the published CLIP experiments", "", page.provenance, "", *page.notes]
    for section in page.sections:
        lines += ["", f"## {_TITLES[section.protocol]}", "", section.about, "", *_means(section), *_main(section)]
        lines += _wide("AUC", section, lambda row: row.auc.value)
        lines += _wide("auPRC", section, lambda row: row.auprc.value)
        for file, caption in section.pictures:
            lines += ["", f"![{caption}]({file})", "", caption]
    with AtomicFile(path) as part:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _means(section: Section) -> list[str]:
    """Tabulate the means of each method beside the published mean."""
    body = []
    for mean in section.means:
        paper, difference = ("", "") if mean.paper is None else (f"{mean.paper:.2f}", f"{mean.auc - mean.paper:+.3f}")
        figures = f"{mean.auc:.3f} ± {mean.auc_sd:.3f}", f"{mean.auprc:.3f} ± {mean.auprc_sd:.3f}"
        body.append((mean.method, str(mean.experiments), *figures, paper, difference, f"{mean.seconds:.0f}"))
    head = ("method", "experiments", "mean AUC", "mean auPRC", "AUC in the paper", "difference", "seconds")
    return ["### Means", "", *tabulate(head, body)]


def _main(section: Section) -> list[str]:
    """Tabulate the first method by experiment, with intervals, independent figures and cross-validation."""
    method = section.means[0].method
    rows = [row for row in section.rows if row.method == method]
    anchored, crossed = any(row.anchor for row in rows), any(row.cross for row in rows)
    head = ["experiment", "AUC (95 % interval)", "auPRC (95 % interval)"]
    head += ["re-run AUC", "re-run auPRC", "behind"] if anchored else []
    head += ["with landmarks: AUC", "auPRC"] if anchored and section.protocol == OWN else []
    head += ["cross-validation AUC, mean (lowest-highest)"] if crossed else []
    body = []
    for row in rows:
        cells = [row.subject.label, _interval(row.auc), _interval(row.auprc)]
        if anchored:
            cells += ["", "", ""] if row.anchor is None else [f"{row.anchor.auc:.3f}", f"{row.anchor.auprc:.3f}"]
            cells += [] if row.anchor is None else ["**behind**" if row.behind else ""]
        if anchored and section.protocol == OWN:
            cells += (
                ["", ""] if row.anchor is None else [f"{row.anchor.spline_auc:.3f}", f"{row.anchor.spline_auprc:.3f}"]
            )
        if crossed:
            spread = (
                f"{sum(row.cross) / len(row.cross):.3f} ({min(row.cross):.3f}-{max(row.cross):.3f})"
                if row.cross
                else ""
            )
            cells.append(spread)
        body.append(cells)
    legend = ["", "behind: more than two bootstrap standard deviations below the re-run."] if anchored else []
    return ["", f"### {method}", "", *tabulate(head, body), *legend]


def _wide(name: str, section: Section, value: Callable[[Row], float]) -> list[str]:
    """Tabulate one figure of all methods by experiment, with the best in bold; empty for a single method."""
    names = [mean.method for mean in section.means]
    if len(names) < 2:
        return []
    table: dict[Subject, dict[str, float]] = {}
    for row in section.rows:
        table.setdefault(row.subject, {})[row.method] = value(row)
    body = [[subject.label, *_bold(names, figures)] for subject, figures in table.items()]
    return ["", f"### {name} of every method", "", *tabulate(["experiment", *names], body)]


def _bold(names: Sequence[str], figures: Mapping[str, float]) -> list[str]:
    shown = {name: f"{figure:.3f}" for name, figure in figures.items()}
    best = max(shown.values())
    return [f"**{shown[name]}**" if shown.get(name) == best else shown.get(name, "") for name in names]


def _interval(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.3f}-{estimate.high:.3f})"


def tabulate(head: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    """Lay out a table in Markdown.

    Parameters
    ----------
    head : sequence of str
        Titles of the columns.
    body : iterable of sequence of str
        Rows, of as many cells.

    Returns
    -------
    list of str
        Lines.
    """
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body)]

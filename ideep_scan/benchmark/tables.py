"""Tables of the benchmark: one row per method and experiment as TSV, and the page of all tables as Markdown.

It measures nothing: the figures come as rows and means.
"""

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
    """One protocol of the page.

    Attributes
    ----------
    rows : of every method and experiment, in the order of the tables.
    pictures : file, relative to the page, and what it shows.
    """

    protocol: str
    about: str
    means: Sequence[Mean]
    rows: Sequence[Row]
    pictures: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Page:
    """The page of a benchmark: `made` says when and how, `notes` what should be known before reading."""

    made: str
    sections: Sequence[Section]
    notes: Sequence[str] = field(default_factory=tuple)


def write_tsv(path: Path, rows: Iterable[Row]) -> None:
    """One row per method and experiment, full precision; '.' where there is no cross-validation.

    Raises OutputError where it cannot be written.
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
    """The page. Raises OutputError where it cannot be written."""
    lines = ["# Benchmark on the published CLIP experiments", "", page.made, "", *page.notes]
    for section in page.sections:
        lines += ["", f"## {_TITLES[section.protocol]}", "", section.about, "", *_means(section), *_main(section)]
        lines += _wide("AUC", section, lambda row: row.auc.value)
        lines += _wide("auPRC", section, lambda row: row.auprc.value)
        for file, shows in section.pictures:
            lines += ["", f"![{shows}]({file})", "", shows]
    with AtomicFile(path) as part:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _means(section: Section) -> list[str]:
    """Every method's means beside the published one."""
    body = []
    for mean in section.means:
        paper, off = ("", "") if mean.paper is None else (f"{mean.paper:.2f}", f"{mean.auc - mean.paper:+.3f}")
        figures = f"{mean.auc:.3f} ± {mean.auc_sd:.3f}", f"{mean.auprc:.3f} ± {mean.auprc_sd:.3f}"
        body.append((mean.method, str(mean.experiments), *figures, paper, off, f"{mean.seconds:.0f}"))
    head = ("method", "experiments", "mean AUC", "mean auPRC", "AUC in the paper", "difference", "seconds")
    return ["### Means", "", *_table(head, body)]


def _main(section: Section) -> list[str]:
    """The first method, experiment by experiment, with intervals, beside the anchors and the cross-validation."""
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
    said = ["", "behind: more than two bootstrap standard deviations below the re-run."] if anchored else []
    return ["", f"### {method}", "", *_table(head, body), *said]


def _wide(what: str, section: Section, value: Callable[[Row], float]) -> list[str]:
    """One figure of every method, an experiment a row; the best of a row is bold. Left out for a single method."""
    names = [mean.method for mean in section.means]
    if len(names) < 2:
        return []
    found: dict[Subject, dict[str, float]] = {}
    for row in section.rows:
        found.setdefault(row.subject, {})[row.method] = value(row)
    body = [[subject.label, *_bold(names, figures)] for subject, figures in found.items()]
    return ["", f"### {what} of every method", "", *_table(["experiment", *names], body)]


def _bold(names: Sequence[str], figures: Mapping[str, float]) -> list[str]:
    shown = {name: f"{figure:.3f}" for name, figure in figures.items()}
    best = max(shown.values())
    return [f"**{shown[name]}**" if shown.get(name) == best else shown.get(name, "") for name in names]


def _interval(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.3f}-{estimate.high:.3f})"


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body)]

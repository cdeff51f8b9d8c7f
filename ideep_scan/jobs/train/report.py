"""Write the report of a training: a page, its plots as files, and two tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.jobs.output_folder.report_folder import PAGE
from ideep_scan.jobs.train.figures import PLOTS, draw_figures, write_estimate, write_offset, write_share
from ideep_scan.jobs.train.outcome import Epoch, TrainingOutcome
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.measured_precision import MeasuredPrecision
from ideep_scan.records.estimate import Estimate
from ideep_scan.train.base_preference import find_base_preference
from ideep_scan.train.own_measures import OwnMeasures, measure_own
from ideep_scan.train.site_summary import SiteSummary
from ideep_scan.train.training_data import SITE, TEST, TRAIN
from track_hubs.model_figures import draw_logo
from track_hubs.motif_page.rows import Cluster, ModelMotifs
from track_hubs.training_page.charts import make_file
from track_hubs.training_page.page import TrainingPage, render_training_page

METRICS, EPOCHS = "metrics.tsv", "epochs.tsv"
_MOST_MOTIFS = 6
_SMALL = 100  # training sites up to which a model is a rough one
_PERFECT = 0.995  # AUC that few test sites cannot prove
_FEW_TESTS = 100  # test sites up to which such an AUC is doubted
_OVERFIT = 0.1  # AUC of training above that of validation
_PREFER = {"upstream": "start", "downstream": "end"}


def write_report(outcome: TrainingOutcome, motifs: ModelMotifs | None, folder: Path) -> None:
    """Write `index.html`, `metrics.tsv`, `epochs.tsv`, and an SVG file for each plot and motif.

    Parameters
    ----------
    outcome : TrainingOutcome
        The training.
    motifs : ModelMotifs or None
        Motifs of the model (`jobs.train.motifs.find_motifs`).
    folder : Path
        Folder of the report. The page is written last.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    labels = outcome.data.label[outcome.data.part == TEST]
    measures = measure_own(labels, outcome.test_logits, outcome.ranks)
    advice = "" if outcome.summary is None else advise_on_bases(outcome.summary)
    figures = draw_figures(outcome, measures, labels, advice)
    clusters = [] if motifs is None else [_keep_founder(cluster) for cluster in motifs.clusters[:_MOST_MOTIFS]]
    _remove_plots(folder)
    for figure in figures:
        if figure.picture:
            _write(folder / f"{figure.name}.svg", make_file(figure.picture))
    for number, cluster in enumerate(clusters, 1):
        motif = cluster.motifs[0]
        _write(folder / f"motif_{number}.svg", draw_logo(motif.shares, motif.consensus) + "\n")
    _write(folder / METRICS, _write_measures(outcome, measures))
    _write(folder / EPOCHS, _write_epochs(outcome.epochs, outcome.best_epoch))
    page = TrainingPage(
        model=outcome.model.name,
        lead=summarize(outcome, measures),
        remarks=list(list_remarks(outcome, measures, clusters, has_motifs=motifs is not None)),
        measures=list_measures(outcome, measures),
        figures=figures,
        motifs=clusters,
        windows="" if motifs is None else f"They come from {motifs.windows}",
    )
    _write(folder / PAGE, render_training_page(page))


def summarize(outcome: TrainingOutcome, measures: OwnMeasures) -> str:
    """Summarize a training in two sentences."""
    data = outcome.data
    trained = int(((data.part == TRAIN) & (data.kind == SITE)).sum())
    start = f"The model learned from {trained:,} sites"
    if measures.auc is None:
        return f"{start}. Too few sites are held out to measure it."
    text = f"{start}. On test windows its AUC is {write_estimate(measures.auc)}"
    if measures.within is None:
        return f"{text}."
    return f"{text}, within transcripts {write_estimate(measures.within)}."


def advise_on_bases(summary: SiteSummary) -> str:
    """Tell whether the bases around the sites fit the choice of the site.

    Parameters
    ----------
    summary : SiteSummary
        Summary of the sites.

    Returns
    -------
    str
        One or two sentences.
    """
    if summary.kept == 0:
        return "There is no site."
    preference = find_base_preference(summary.site_bases, summary.negative_bases, summary.kept)
    if not preference.is_clear:
        return (
            "No base is clearly preferred around the sites. The list may hold few true sites, "
            "or its sites may be imprecise."
        )
    if preference.is_central:
        place = f"{preference.bits:.2f} bits at {write_offset(preference.offset)} nt"
        return f"Bases are preferred at the sites ({place}), as they should be."
    side = "upstream" if preference.offset < 0 else "downstream"
    distance = f"{abs(preference.offset)} nt {side} of the sites ({preference.bits:.2f} bits)"
    text = f"The strongest base preference is {distance}."
    remedy = _PREFER[side]
    if summary.site == remedy:
        return f"{text} Check how the list was made: its rows may be extended or shifted."
    return f"{text} Try --site {remedy}."


def list_remarks(
    outcome: TrainingOutcome, measures: OwnMeasures, clusters: Sequence[Cluster], *, has_motifs: bool
) -> Iterator[str]:
    """List what a user must know before the plots.

    Parameters
    ----------
    outcome : TrainingOutcome
        The training.
    measures : OwnMeasures
        Its measures.
    clusters : sequence of Cluster
        Its first motifs.
    has_motifs : bool
        False if motifs were not looked for.

    Yields
    ------
    str
        One remark.
    """
    data = outcome.data
    trained = int(((data.part == TRAIN) & (data.kind == SITE)).sum())
    if trained <= _SMALL:
        yield f"{trained:,} training sites give a rough model: use the rank of its sites, and add sites if you can."
    if measures.auc is None:
        yield f"Only {measures.sites:,} sites are held out: no measure is certain, and no curve is drawn."
    elif measures.auc.value >= _PERFECT and measures.sites <= _FEW_TESTS:
        missed = write_share(1 - 0.05 ** (1 / measures.sites))
        yield (
            f"An AUC of {write_estimate(measures.auc)} from {measures.sites:,} test sites does not prove a perfect "
            f"model: so few cannot exclude that up to {missed} of further sites score lower. "
            "Judge the model by the rank within transcripts."
        )
    elif measures.auc.low <= 0.5:
        yield "The model does not tell sites from other windows: the interval of its AUC holds 0.5."
    if outcome.summary is not None:
        if outcome.summary.other_strand > outcome.summary.own_strand:
            yield "More sites lie in transcripts of the other strand than of their own: the strands may be swapped."
        preference = find_base_preference(
            outcome.summary.site_bases, outcome.summary.negative_bases, max(outcome.summary.kept, 1)
        )
        if not (preference.is_clear and preference.is_central):
            yield advise_on_bases(outcome.summary)
    yield from _list_epoch_remarks(outcome.epochs, outcome.best_epoch)
    if has_motifs and not any(_is_enriched(cluster) for cluster in clusters):
        yield "No motif of the first layer is more frequent in bound windows."


def _list_epoch_remarks(epochs: Sequence[Epoch], best: int) -> Iterator[str]:
    chosen = next((epoch for epoch in epochs if epoch.number == best), None)
    if chosen is not None and chosen.train_auc - chosen.validation_auc > _OVERFIT:
        yield (
            f"AUC is {chosen.train_auc:.3f} in training and {chosen.validation_auc:.3f} in validation: "
            "the model knows its training windows by heart. More sites help."
        )


def _keep_founder(cluster: Cluster) -> Cluster:
    """Leave out the other members, which only a report of motifs shows."""
    return replace(cluster, motifs=cluster.motifs[:1])


def _is_enriched(cluster: Cluster) -> bool:
    test = cluster.motifs[0].enrichment
    return test is not None and test.is_enriched


def list_measures(outcome: TrainingOutcome, measures: OwnMeasures) -> list[tuple[str, str, str]]:
    """List the rows of the table of measures."""
    rows = [
        ("AUC", write_estimate(measures.auc), "chance that a test site scores above another test window"),
        ("average precision", write_estimate(measures.auprc), "area under precision and recall of the test windows"),
        ("AUC within transcripts", write_estimate(measures.within), "mean share of a transcript below its sites"),
        ("sites in the top 1 %", write_estimate(measures.top), "share of sites among the top positions of transcripts"),
    ]
    rows.append(describe_threshold(outcome.model))
    if outcome.reliability is not None:
        level = (
            f"sites among validation windows with an expected precision of at least {outcome.reliability.predicted:.2f}"
        )
        rows.append(("observed precision", write_estimate(outcome.reliability.observed), level))
    counts = f"{measures.sites:,} + {measures.others:,}"
    rows.append(("test windows", counts, "with a site + without; never used in training"))
    rows.append(("ranked sites", f"{measures.ranked:,}", "test sites in scored transcripts"))
    if outcome.summary is not None:
        summary = outcome.summary
        rows.append(("rows read", f"{summary.read:,}", f"of {', '.join(summary.files)}"))
        rows.append(("sites kept", f"{summary.kept:,}", "after sites within 15 nt are collapsed"))
        rows += [("rows left out", f"{count:,}", reason) for reason, count in summary.dropped]
    return rows


def describe_threshold(model: ModelBundle) -> tuple[str, str, str]:
    """Describe the default threshold: a row of the table of measures."""
    measured = _find_measured(model)
    if measured is not None:
        meaning = (
            "share of such calls that are within 50 nt of a test site, in transcripts with one; validation sites chose "
            "this threshold"
        )
        return "precision at a score of 0.5", write_estimate(_measure_precision(measured)), meaning
    if model.calibration:
        return "default threshold", "p = 0.001", "too few held-out sites measure its precision"
    return "default threshold", "a score of 0.5", "best F1 on validation windows; too little is held out for p-values"


def _find_measured(model: ModelBundle) -> MeasuredPrecision | None:
    """Find the precision that was measured at the default threshold; None if it was not."""
    measured = Calibration.from_dict(model.calibration).measured_precision(model.modalities)
    return None if measured is None or measured.best is None else measured


def _measure_precision(measured: MeasuredPrecision) -> Estimate:
    """Estimate the precision of calls at a score of 0.5."""
    value, low, high = measured.precision_above(0.5, measured.prevalence)
    return Estimate(value, low, high, sd=(high - low) / 3.92)


def _write_measures(outcome: TrainingOutcome, measures: OwnMeasures) -> str:
    """Write the table of measures with their intervals."""
    estimates: dict[str, tuple[Estimate | None, int]] = {
        "auc": (measures.auc, measures.sites + measures.others),
        "average_precision": (measures.auprc, measures.sites + measures.others),
        "auc_within_transcripts": (measures.within, measures.ranked),
        "sites_in_top_percent": (measures.top, measures.ranked),
    }
    measured = _find_measured(outcome.model)
    if measured is not None:
        calls = round(float(np.interp(0.0, measured.logits, measured.calls)))
        estimates["precision_at_threshold"] = (_measure_precision(measured), calls)
    if outcome.reliability is not None:
        count = outcome.reliability.positives + outcome.reliability.negatives
        estimates["observed_precision"] = (outcome.reliability.observed, count)
    lines = ["measure\tvalue\tlow\thigh\tnumber"]
    for name, (value, number) in estimates.items():
        cells = ("NA",) * 3 if value is None else (f"{value.value:.6g}", f"{value.low:.6g}", f"{value.high:.6g}")
        lines.append("\t".join((name, *cells, str(number))))
    return "\n".join(lines) + "\n"


def _write_epochs(epochs: Sequence[Epoch], best: int) -> str:
    """Write the table of epochs."""
    lines = ["epoch\tloss\ttrain_auc\tvalidation_auc\tvalidation_auprc\tkept"]
    lines += [
        f"{epoch.number}\t{epoch.loss:.6g}\t{epoch.train_auc:.6g}\t{epoch.validation_auc:.6g}\t"
        f"{epoch.validation_auprc:.6g}\t{'yes' if epoch.number == best else 'no'}"
        for epoch in epochs
    ]
    return "\n".join(lines) + "\n"


def _remove_plots(folder: Path) -> None:
    """Remove the plots of an earlier report, which this one may not have."""
    names = (*PLOTS, *(f"motif_{number}" for number in range(1, _MOST_MOTIFS + 1)))
    try:
        for name in names:
            (folder / f"{name}.svg").unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror}): choose another folder (--report)"
        ) from error


def _write(path: Path, text: str) -> None:
    with AtomicFile(path) as part:
        part.write_text(text, encoding="utf-8", errors="replace", newline="\n")

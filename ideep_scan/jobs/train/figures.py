"""Plots of a training, each with the words that a reader needs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

import numpy as np

from ideep_scan.jobs.train.outcome import Epoch, TrainingOutcome
from ideep_scan.records.estimate import Estimate
from ideep_scan.train.curves import bin_scores, compute_precision, compute_roc, thin_curve
from ideep_scan.train.own_measures import LEAST, TOP, OwnMeasures
from ideep_scan.train.site_summary import FLANK, REGION_NAMES, SiteSummary
from track_hubs.training_page.charts import Axis, Curve, Dot, draw_groups, draw_plot
from track_hubs.training_page.page import Figure

PLOTS = ("rank", "roc", "precision", "calibration", "epochs", "loss", "bases", "regions")  # names
_POINTS = 200  # of a curve
_LOWEST = 1e-4  # smallest share of a transcript that is drawn


def draw_figures(outcome: TrainingOutcome, measures: OwnMeasures, labels: np.ndarray, advice: str) -> list[Figure]:
    """Draw the plots of a training.

    Parameters
    ----------
    outcome : TrainingOutcome
        The training.
    measures : OwnMeasures
        Its measures.
    labels : np.ndarray
        Labels of the test windows.
    advice : str
        Sentence on the bases around the sites; empty without a summary.

    Returns
    -------
    list of Figure
        Plots of what the data allow, in the order of the page.
    """
    logits = outcome.test_logits
    figures = [draw_rank(outcome.ranks, measures), draw_roc(labels, logits, measures)]
    figures += [draw_precision(labels, logits, measures), draw_calibration(labels, logits, measures)]
    figures += draw_epochs(outcome.epochs, outcome.best_epoch)
    if outcome.summary is not None:
        figures += [draw_bases(outcome.summary, advice), draw_regions(outcome.summary)]
    return figures


def write_estimate(estimate: Estimate | None) -> str:
    """Write a measure with its interval.

    Examples
    --------
    >>> write_estimate(Estimate(0.9, 0.85, 0.94, 0.02)), write_estimate(None)
    ('0.900 (0.850–0.940)', 'too few sites')
    """
    if estimate is None:
        return "too few sites"
    return f"{estimate.value:.3f} ({estimate.low:.3f}–{estimate.high:.3f})"


def write_share(share: float) -> str:
    """Write a share as a percentage that no line break parts.

    Examples
    --------
    >>> write_share(0.117).split()
    ['12', '%']
    """
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def write_offset(offset: int) -> str:
    """Write a distance from a site, with a sign.

    Examples
    --------
    >>> write_offset(-5), write_offset(0), write_offset(5)
    ('−5', '0', '+5')
    """
    return f"{offset:+d}".replace("-", "−") if offset else "0"


def _explain_too_few(sites: int, others: int) -> str:
    return f"Too few test windows to measure: {sites:,} with a site, {others:,} without; {LEAST} of each are needed."


def draw_rank(ranks: np.ndarray, measures: OwnMeasures) -> Figure:
    """Draw the share of sites among the top positions of their transcripts."""
    ranks = np.sort(ranks[~np.isnan(ranks)].astype(np.float64))
    finding = f"Too few test sites in scored transcripts to measure: {len(ranks):,}, at least {LEAST} needed."
    picture = ""
    if measures.within is not None and measures.top is not None:
        finding = (
            f"The top {write_share(TOP)} of the positions of a transcript hold {write_share(measures.top.value)} of "
            f"its sites (95 % interval {write_share(measures.top.low)} to {write_share(measures.top.high)}); "
            "AUC within transcripts "
            f"{write_estimate(measures.within)}."
        )
        recall = np.arange(1, len(ranks) + 1) / len(ranks)
        points = [(log10(_LOWEST), float((ranks <= _LOWEST).mean()))]
        points += thin_curve(np.log10(np.maximum(ranks, _LOWEST)), recall, _POINTS)
        points.append((0.0, 1.0))
        chance = [(log10(share), share) for share in np.logspace(log10(_LOWEST), 0, 60).tolist()]
        ticks = [(-4.0, "0.01 %"), (-3.0, "0.1 %"), (-2.0, "1 %"), (-1.0, "10 %"), (0.0, "100 %")]
        picture = draw_plot(
            finding,
            Axis("top positions of a transcript", log10(_LOWEST), 0.0, ticks),
            Axis.with_round_ticks("share of sites found", 0.0, 1.0),
            [Curve("chance", chance, "guide"), Curve("this model", points, "first")],
        )
    return Figure(
        "rank",
        "Rank within transcripts",
        picture,
        finding,
        "All positions of the test transcripts are scored, and each true site is ranked among those of its transcript. "
        "This is what a track shows.",
        "A curve far above the dashed line: a few positions hold most sites.",
        "The curve follows the dashed line although the ROC curve is good. "
        "The model then tells bound genes from others, but not where in a gene the sites are.",
    )


def draw_roc(labels: np.ndarray, logits: np.ndarray, measures: OwnMeasures) -> Figure:
    """Draw the ROC curve of the test windows."""
    picture, finding = "", _explain_too_few(measures.sites, measures.others)
    if measures.auc is not None:
        finding = f"AUC {write_estimate(measures.auc)}: {measures.sites:,} sites, {measures.others:,} other windows."
        picture = draw_plot(
            finding,
            Axis.with_round_ticks("share of other windows called", 0.0, 1.0),
            Axis.with_round_ticks("share of sites found", 0.0, 1.0),
            [
                Curve("chance", [(0.0, 0.0), (1.0, 1.0)], "guide"),
                Curve("this model", thin_curve(*compute_roc(labels, logits), _POINTS), "first"),
            ],
        )
    return Figure(
        "roc",
        "ROC curve",
        picture,
        finding,
        "Test windows come from genes or contigs that the training never saw. "
        "AUC is the chance that a site scores above another window.",
        "A curve in the upper left corner. Many proteins reach 0.85 to 0.95.",
        "AUC is near 0.5 (nothing learned), or near 1.0 with few sites (the negatives may be too easy).",
    )


def draw_precision(labels: np.ndarray, logits: np.ndarray, measures: OwnMeasures) -> Figure:
    """Draw precision by recall of the test windows."""
    picture, finding = "", _explain_too_few(measures.sites, measures.others)
    if measures.auprc is not None:
        share = measures.sites / (measures.sites + measures.others)
        finding = f"Average precision {write_estimate(measures.auprc)}; a guess has {share:.3f}."
        recall, precision = compute_precision(labels, logits)
        picture = draw_plot(
            finding,
            Axis.with_round_ticks("share of sites found (recall)", 0.0, 1.0),
            Axis.with_round_ticks("share of true sites (precision)", 0.0, 1.0),
            [
                Curve("chance", [(0.0, share), (1.0, share)], "guide"),
                Curve("this model", thin_curve(recall, precision, _POINTS), "first"),
            ],
        )
    return Figure(
        "precision",
        "Precision and recall",
        picture,
        finding,
        "Precision is the share of true sites among called windows, at the ratio of sites and others in this test.",
        "A curve that stays high as recall grows.",
        "The curve falls at once: the highest scores are not sites. "
        "Along a transcript sites are much rarer than here, so precision is lower there.",
    )


def draw_calibration(labels: np.ndarray, logits: np.ndarray, measures: OwnMeasures) -> Figure:
    """Draw the share of sites by score."""
    picture, finding = "", _explain_too_few(measures.sites, measures.others)
    if measures.auc is not None:
        bins = bin_scores(labels, 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -40, 40))))
        total = sum(row.windows for row in bins)
        gap = sum(row.windows * abs(row.share - row.score) for row in bins) / total
        finding = f"Score and share of sites differ by {gap:.3f} on average."
        picture = draw_plot(
            finding,
            Axis.with_round_ticks("mean score", 0.0, 1.0),
            Axis.with_round_ticks("share of sites", 0.0, 1.0),
            [
                Curve("score = share", [(0.0, 0.0), (1.0, 1.0)], "guide"),
                Curve("this model", [(row.score, row.share) for row in bins], "first"),
            ],
            [Dot(row.score, row.share, row.low, row.high) for row in bins],
        )
    return Figure(
        "calibration",
        "Calibration",
        picture,
        finding,
        "Test windows in ten bins of the score. A line at a dot is the 95 % interval of its share of sites. "
        "A score of 0.5 is the default threshold along transcripts, where sites are rarer than here.",
        "A curve that rises. Dots near the dashed line: a score of 0.8 means that 80 of 100 such windows are sites.",
        "Dots lie far below the line: scores are too confident. "
        "Use p-values and the expected false share (--fdr) then, which are made from scores along transcripts.",
    )


def draw_epochs(epochs: Sequence[Epoch], best: int) -> list[Figure]:
    """Draw AUC and loss by epoch; nothing without epochs."""
    return [_draw_areas(epochs, best), _draw_losses(epochs)] if epochs else []


def _draw_areas(epochs: Sequence[Epoch], best: int) -> Figure:
    """Draw AUC by epoch."""
    chosen = next((epoch for epoch in epochs if epoch.number == best), epochs[-1])
    low = min(0.95, *(floor(20 * min(epoch.train_auc, epoch.validation_auc)) / 20 for epoch in epochs))
    finding = (
        f"Epoch {best} was kept, the last one was {epochs[-1].number}: AUC {chosen.train_auc:.3f} in training, "
        f"{chosen.validation_auc:.3f} in validation."
    )
    curves = [
        Curve("kept", [(float(best), low), (float(best), 1.0)], "guide"),
        Curve("training", [(float(epoch.number), epoch.train_auc) for epoch in epochs], "third"),
        Curve("validation", [(float(epoch.number), epoch.validation_auc) for epoch in epochs], "first"),
    ]
    return Figure(
        "epochs",
        "AUC by epoch",
        draw_plot(finding, _make_epoch_axis(epochs), Axis.with_round_ticks("AUC", low, 1.0), curves),
        finding,
        "An epoch is one pass over the training windows; epoch 0 is the fit of a new output to the bundled layers. "
        "The weights of the best epoch in validation are kept.",
        "Validation rises, then stays level.",
        "Training keeps rising while validation falls: the model learns single windows by heart. "
        "More sites help. If validation still rises at the end, give more --epochs.",
    )


def _draw_losses(epochs: Sequence[Epoch]) -> Figure:
    """Draw the loss by epoch."""
    finding = f"The loss was {epochs[0].loss:.3f} in epoch {epochs[0].number}, {epochs[-1].loss:.3f} in the last one."
    top = max(0.05, ceil(20 * max(epoch.loss for epoch in epochs)) / 20)
    start = " Epoch 0 is fitted without dropout, so the loss may rise after it." if epochs[0].number == 0 else ""
    curve = Curve("training", [(float(epoch.number), epoch.loss) for epoch in epochs], "third")
    return Figure(
        "loss",
        "Loss by epoch",
        draw_plot(finding, _make_epoch_axis(epochs), Axis.with_round_ticks("loss", 0.0, top), [curve]),
        finding,
        f"The loss (cross-entropy) is what training lowers.{start}",
        "A falling curve that becomes level.",
        "A curve that rises or jumps.",
    )


def _make_epoch_axis(epochs: Sequence[Epoch]) -> Axis:
    """Make the axis of epochs, with about eight marks."""
    first, last = epochs[0].number, epochs[-1].number
    step = max(1, ceil((last - first) / 8))
    return Axis(
        "epoch", float(first), float(max(last, first + 1)), [(float(n), str(n)) for n in range(first, last + 1, step)]
    )


def draw_bases(summary: SiteSummary, advice: str) -> Figure:
    """Draw the bases around the sites, beside those around negatives."""
    places = range(-FLANK, FLANK + 1)
    highest = min(1.0, ceil(10 * max(summary.site_bases.max(), summary.negative_bases.max(), 0.3)) / 10)
    curves = [
        Curve("", list(zip(map(float, places), summary.negative_bases[:, row].tolist(), strict=True)), "guide")
        for row in range(4)
    ]
    curves += [
        Curve(base, list(zip(map(float, places), summary.site_bases[:, row].tolist(), strict=True)), f"base-{base}")
        for row, base in enumerate("ACGU")
    ]
    picture = draw_plot(
        f"bases around {summary.kept:,} sites",
        Axis("nt from the site, 5′→3′", -FLANK, FLANK, [(float(n), write_offset(n)) for n in range(-20, 21, 10)]),
        Axis.with_round_ticks("share of the base", 0.0, highest),
        curves,
    )
    return Figure(
        "bases",
        "Bases around the sites",
        picture,
        advice,
        f"Shares of the bases around {summary.kept:,} sites (site = {summary.site}). "
        "Dashed: the same around windows without a site.",
        "Coloured lines that leave the dashed ones near 0.",
        "Lines are flat, or leave the dashed ones far from 0. "
        "Then another base of each row may be the site: try --site start, end, centre or summit.",
    )


def draw_regions(summary: SiteSummary) -> Figure:
    """Draw the region types of sites, negatives and transcripts."""
    rows = [
        row
        for row in range(len(REGION_NAMES))
        if max(summary.site_regions[row], summary.negative_regions[row], summary.transcript_regions[row]) > 0
    ]
    groups = [
        ("sites", summary.site_regions[rows].tolist()),
        ("others", summary.negative_regions[rows].tolist()),
        ("all transcripts", summary.transcript_regions[rows].tolist()),
    ]
    top = int(np.argmax(summary.site_regions))
    finding = (
        f"The most frequent region type of the sites is {REGION_NAMES[top]}: {write_share(summary.site_regions[top])} "
        f"of the sites, {write_share(summary.transcript_regions[top])} of all positions of transcripts."
    )
    return Figure(
        "regions",
        "Sites by region type",
        draw_groups(finding, [REGION_NAMES[row] for row in rows], groups),
        finding,
        "The region types of sites, of the other windows of the training, and of all positions of transcripts.",
        "What is known of the protein: introns for splicing factors, 3′UTRs for regulators of stability.",
        "Sites are spread like all transcripts, or many are intergenic. "
        "The annotation, the assembly or the strand may then be wrong.",
    )

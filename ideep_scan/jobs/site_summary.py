"""Summary of the sites of one model: their number, and how many of them are expected to be true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ideep_scan.jobs.false_share import LowestShare
from ideep_scan.models.measured_precision import HELD_OUT_SITES
from ideep_scan.records.share import describe_share

HIGH = 0.5  # above this expected false share, most sites are expected to be false


@dataclass(frozen=True)
class MeasuredShare:
    """Share of calls within 50 nt of a peak, measured in bound transcripts.

    Attributes
    ----------
    value : float
        The share.
    low, high : float
        Limits of its 95 % interval.
    truth : str
        Source of the peaks.
    independent : bool
        True if the model did not learn from the laboratory or cells of the peaks.
    prior : float or None
        Share of positions within 50 nt of a peak that the user assumes; None for that of the judged transcripts.
    transcripts : str
        Kind of the judged transcripts.
    """

    value: float
    low: float
    high: float
    truth: str
    independent: bool
    prior: float | None = None
    transcripts: str = "bound transcripts"

    def in_words(self) -> str:
        """Say the share as a count of 100 calls, such as "of 100 such calls in bound transcripts, about 23 lie ..."."""
        truth, peak = "peak", "peak of the experiments that the model learned from"
        if self.independent:
            peak = "peak of another laboratory"
        elif self.truth == HELD_OUT_SITES:
            truth, peak = "site", "site that was held out of its training"
        where = f"in {self.transcripts}"
        if self.prior is not None:
            where = f"where a share of {self.prior:.3g} of the positions is within 50 nt of a {truth}"
        value, low, high = (_count_of_100(share) for share in (self.value, self.low, self.high))
        return f"of 100 such calls {where}, about {value} lie within 50 nt of a {peak} ({low}-{high})"


@dataclass(frozen=True)
class SiteSummary:
    """The sites of one model, with their threshold and expected false share.

    Attributes
    ----------
    name : str
        Name of the model.
    threshold : float
        Lowest score of a position in a site.
    sites : int
        Number of sites.
    positions : int
        Number of scored positions, which are `stride` apart.
    false_share : float or None
        Expected share of false calls at or above the threshold, at the prior: measured, or from `models.scale.Scale`.
        None if the model is not calibrated for the modalities that it read.
    prior : float or None
        Share of positions in sites that the expected share assumes; None if `false_share` is.
        With measured calls, the share of positions within 50 nt of a peak.
    prior_source : str or None
        Source of the prior.
    stride : int
        Distance of scored positions, in nt.
    lowest : LowestShare or None
        Lowest expected false share of the model; None if `false_share` is.
    strict_sites : int or None
        Number of sites at the threshold of `lowest`; None if that threshold is not recommended.
    highest : float or None
        Highest smoothed score; None if no position was scored.
    chosen_by : str
        Rule that gave the threshold, such as "best F1"; empty if an option gave it.
    smoothing : int
        Width in nt over which log odds were averaged; 0 for none.
    measured : MeasuredShare or None
        Measured precision at the threshold; None if `false_share` comes from a model, or is None.
    """

    name: str
    threshold: float
    sites: int
    positions: int
    false_share: float | None
    prior: float | None
    prior_source: str | None
    stride: int = 1
    lowest: LowestShare | None = None
    strict_sites: int | None = None
    highest: float | None = None
    chosen_by: str = ""
    smoothing: int = 0
    measured: MeasuredShare | None = None

    @property
    def per_kb(self) -> float:
        """Sites per 1,000 positions, which include those between two scored ones."""
        return self.sites / max(self.positions * self.stride, 1) * 1000

    @property
    def doubtful(self) -> bool:
        """Tell whether most of the sites are expected to be false."""
        return self.sites > 0 and self.false_share is not None and self.false_share > HIGH

    @property
    def stricter(self) -> LowestShare | None:
        """The lowest expected false share, if its threshold is recommended; else None."""
        return self.lowest if self.doubtful and self.strict_sites is not None else None

    def in_words(self) -> str:
        """Say how many of the sites are expected to be true; empty if that is unknown."""
        if self.false_share is None or self.prior is None:
            return ""
        if self.measured is not None:
            words = self.measured.in_words()
            source = "" if self.measured.truth == HELD_OUT_SITES else f"; {self.measured.truth}"
            return f"Threshold: a score of {self.threshold:.4g}. {words[0].upper()}{words[1:]}{source}."
        true = describe_share(1 - self.false_share).capitalize()
        words = (
            f"{true} positions with a score of {self.threshold:.4g} or more "
            f"are expected to be true, {_prior_in_words(self.prior)}."
        )
        if self.stricter is None:
            return words
        true = describe_share(1 - float(self.stricter.fdr))
        return (
            f"{words} Use the rank of the sites, not their count: of positions with a score of "
            f"{self.stricter.threshold} or more {true} are expected to be true; that threshold calls "
            f"{self.strict_sites:,} sites."
        )

    def receipts(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        measured = self.measured
        return {
            "threshold": self.threshold,
            "threshold chosen by": self.chosen_by or "an option",
            "smoothing": self.smoothing,
            "sites": self.sites,
            "sites per kb": round(self.per_kb, 4),
            "expected false share": self.false_share,
            "prior": self.prior,
            "prior source": self.prior_source,
            "lowest expected false share": None if self.lowest is None else self.lowest.receipts(self.strict_sites),
            "measured precision": None if measured is None else vars(measured).copy(),
        }


def _count_of_100(share: float) -> str:
    count = 100 * share
    return f"{count:.0f}" if count >= 1 or count == 0 else f"{count:.1g}"


def _prior_in_words(prior: float) -> str:
    return f"at a prior of {prior:.3g}" + (f" (1 site in {1 / prior:,.0f} positions)" if prior < 0.1 else "")

"""Choose each model's threshold; report the expected false share and the number of sites called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.jobs.false_share import LowestShare, check_reached, find_lowest_share
from ideep_scan.jobs.threshold_settings import ThresholdSettings
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.calibration import Calibration, name_kind
from ideep_scan.models.scale import Scale
from ideep_scan.records.notes import group_remarks, join_names
from ideep_scan.records.share import describe_share
from ideep_scan.scan.call_settings import CallSettings

HIGH = 0.5  # above this expected false share, most sites are expected to be false


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
        Expected share of false positions at or above the threshold, at the prior (`models.scale.Scale`).
        None if the model is not calibrated for the modalities that it read.
    prior : float or None
        Share of positions in sites that the expected share assumes; None if `false_share` is.
    prior_source : str or None
        Source of the prior.
    stride : int
        Distance of scored positions, in nt.
    lowest : LowestShare or None
        Lowest expected false share of the model; None if `false_share` is.
    strict_sites : int or None
        Number of sites at the threshold of `lowest`; None if that threshold is not recommended.
    highest : float or None
        Highest score; None if no position was scored.
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
        return {
            "threshold": self.threshold,
            "sites": self.sites,
            "sites per kb": round(self.per_kb, 4),
            "expected false share": self.false_share,
            "prior": self.prior,
            "prior source": self.prior_source,
            "lowest expected false share": None if self.lowest is None else self.lowest.receipts(self.strict_sites),
        }


@dataclass(frozen=True, eq=False)
class ModelThreshold:
    """The threshold of one model, with its calibration.

    Attributes
    ----------
    name : str
        Name of the model.
    settings : CallSettings
        Threshold and stride.
    scale : Scale or None
        Calibration for the modalities that the model reads; None if it has none.
    false_share : float or None
        Expected share of false positions at or above the threshold; None without a scale or a prior.
    prior : float or None
        Share of positions in sites; None without a scale, or if it has too few held-out sites.
    prior_source : str or None
        Source of the prior.
    lowest : LowestShare or None
        Lowest expected false share of the model; None without a prior.
    """

    name: str
    settings: CallSettings
    scale: Scale | None
    false_share: float | None = None
    prior: float | None = None
    prior_source: str | None = None
    lowest: LowestShare | None = None

    def precision(self) -> Callable[[np.ndarray], np.ndarray] | None:
        """Return the function that computes the expected precision of scores; None without a prior."""
        if self.scale is None or self.prior is None:
            return None
        return partial(self.scale.precision, prior=self.prior)

    @property
    def stricter(self) -> CallSettings | None:
        """The threshold with the lowest expected false share, if most sites of this one are expected to be false."""
        if self.lowest is None or self.false_share is None or self.false_share <= max(HIGH, float(self.lowest.fdr)):
            return None
        return replace(self.settings, threshold=float(self.lowest.threshold))

    def summarise(self, sites: int, strict_sites: int | None, positions: int, *, highest: float | None) -> SiteSummary:
        """Describe the sites that were called with this threshold; the parameters are fields of `SiteSummary`."""
        return SiteSummary(
            self.name,
            self.settings.threshold,
            sites,
            positions=positions,
            false_share=self.false_share,
            prior=self.prior,
            prior_source=self.prior_source,
            stride=self.settings.stride,
            lowest=self.lowest,
            strict_sites=strict_sites,
            highest=highest,
        )


def choose_thresholds(
    settings: ThresholdSettings,
    bundles: Sequence[ModelBundle],
    modalities: Mapping[str, tuple[str, ...]],
    stride: int = 1,
) -> list[ModelThreshold]:
    """Choose the threshold of each model.

    Parameters
    ----------
    settings : ThresholdSettings
        Options that choose the thresholds.
    bundles : sequence of ModelBundle
        Models of the job.
    modalities : mapping of str to tuple of str
        Modalities that each model reads, by its name.
    stride : int
        Distance of scored positions, in nt.

    Returns
    -------
    list of ModelThreshold
        One for each model, in their order.

    Raises
    ------
    InputError
        `fdr` is given and a model is not calibrated for its modalities or does not reach that share.
        A calibration is damaged, or a threshold calls nothing.
    """
    thresholds = [_by_score(settings, bundle, modalities[bundle.name], stride=stride) for bundle in bundles]
    if settings.fdr is not None:
        _check_fdr(settings.fdr, thresholds, explain_uncalibrated(bundles, modalities))
    return [_with_false_share(settings, threshold) for threshold in thresholds]


def find_scales(bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]) -> dict[str, Scale | None]:
    """Find the calibration of each model for the modalities that it reads; None if it has none."""
    return {bundle.name: read_calibration(bundle).scale(modalities[bundle.name]) for bundle in bundles}


def read_calibration(bundle: ModelBundle) -> Calibration:
    """Read the calibration of a bundle; raise InputError if it is damaged."""
    try:
        return Calibration.from_dict(bundle.calibration)
    except InputError as error:
        raise InputError(f"{bundle.name}: {error}") from error


def explain_uncalibrated(bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Explain which models give no p-values; models with the same reason share a line."""
    reasons = []
    for bundle in bundles:
        calibration = read_calibration(bundle)
        names = modalities[bundle.name]
        if calibration.scale(names) is None:
            reasons.append((bundle.name, _reason(calibration, names)))
    return group_remarks(reasons)


def _reason(calibration: Calibration, modalities: tuple[str, ...]) -> str:
    """Say why scores of these modalities have no p-value."""
    if not calibration.scales:
        return "not calibrated, so that scores have no p-value"
    kinds = ", ".join(calibration.scales)
    return f"scores of this combination of modalities ({name_kind(modalities)}) have no p-value; those of {kinds} have"


def _prior_in_words(prior: float) -> str:
    return f"at a prior of {prior:.3g}" + (f" (1 site in {1 / prior:,.0f} positions)" if prior < 0.1 else "")


def _by_score(
    settings: ThresholdSettings, bundle: ModelBundle, modalities: tuple[str, ...], *, stride: int
) -> ModelThreshold:
    """Take the threshold of --threshold, with the prior and the lowest expected false share of the model."""
    calibration = read_calibration(bundle)
    scale = calibration.scale(modalities)
    prior = calibration.prevalence
    source = calibration.prevalence_source
    if settings.prevalence is not None:
        prior = settings.prevalence
        source = "--prevalence"
    call = CallSettings(settings.threshold, calibration.smoothing, stride)
    if scale is None or prior is None or scale.sites_above is None:
        return ModelThreshold(bundle.name, call, scale)
    lowest = find_lowest_share(scale, prior)
    return ModelThreshold(bundle.name, call, scale, prior=prior, prior_source=source, lowest=lowest)


def _with_false_share(settings: ThresholdSettings, threshold: ModelThreshold) -> ModelThreshold:
    """Add the expected false share; with --fdr, replace the threshold first."""
    scale, prior, call = threshold.scale, threshold.prior, threshold.settings
    if scale is None or prior is None:
        return threshold
    if settings.fdr is not None:
        call = replace(call, threshold=scale.threshold(settings.fdr, prior))
    false_share = 1 - float(scale.precision(np.array(call.threshold), prior))
    return replace(threshold, settings=call, false_share=false_share)


def _check_fdr(fdr: float, thresholds: Sequence[ModelThreshold], notes: Sequence[str]) -> None:
    """Raise InputError if a model has no threshold for an expected false share."""
    if notes:
        raise InputError(
            f"--fdr {fdr:g}: {'; '.join(notes)}: choose --modalities that are calibrated, or give --threshold"
        )
    few = [threshold.name for threshold in thresholds if threshold.prior is None]
    if few:
        raise InputError(
            f"--fdr {fdr:g}: {join_names(few)}: too few held-out sites to say what share is false: give --threshold"
        )
    check_reached(
        fdr,
        {
            threshold.name: (threshold.lowest, threshold.prior)
            for threshold in thresholds
            if threshold.prior is not None
        },
    )

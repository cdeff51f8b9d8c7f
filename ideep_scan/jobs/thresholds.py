"""Choose each model's threshold, with its expected false share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.jobs.false_share import LowestShare, check_reached, find_lowest_share
from ideep_scan.jobs.site_summary import HIGH, MeasuredShare, SiteSummary
from ideep_scan.jobs.threshold_settings import ThresholdSettings
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.calibration import Calibration, PrecisionTable, name_kind
from ideep_scan.models.measured_precision import HELD_OUT_SITES, MeasuredPrecision
from ideep_scan.models.scale import Scale
from ideep_scan.records.notes import group_remarks, join_names
from ideep_scan.scan.call_settings import CallSettings

P_VALUE = 0.001  # of the default threshold of a model without measured calls


@dataclass(frozen=True, eq=False)
class ModelThreshold:
    """The threshold of one model, with its calibration.

    Attributes
    ----------
    name : str
        Name of the model.
    settings : CallSettings
        Threshold, smoothing and stride.
    chosen_by : str
        Rule that gave the threshold, such as "best F1"; empty if --threshold gave it.
    scale : Scale or None
        Calibration of scores for the modalities that the model reads; None if it has none.
    site_scale : Scale or None
        Calibration of the scores that sites are called from; None if it has none.
    table : PrecisionTable or None
        Measured or model-based precision of sites; None if there is neither.
    false_share : float or None
        Expected share of false calls at or above the threshold; None without a table.
    prior : float or None
        Share of positions in sites; None without a table.
    prior_source : str or None
        Source of the prior.
    lowest : LowestShare or None
        Lowest expected false share of the model; None without a table.
    """

    name: str
    settings: CallSettings
    chosen_by: str = ""
    scale: Scale | None = None
    site_scale: Scale | None = None
    table: PrecisionTable | None = None
    false_share: float | None = None
    prior: float | None = None
    prior_source: str | None = None
    lowest: LowestShare | None = None

    def precision(self) -> Callable[[np.ndarray], np.ndarray] | None:
        """Return the function that computes the expected precision of sites from scores; None without a table."""
        if self.table is None or self.prior is None:
            return None
        return partial(self.table.precision, prior=self.prior)

    @property
    def precision_meaning(self) -> str | None:
        """Describe the expected precision of sites in a few words; None without a table."""
        if self.table is None:
            return None
        if isinstance(self.table, MeasuredPrecision):
            truth = "held-out site" if self.table.truth == HELD_OUT_SITES else "peak"
            return f"Measured share of sites with this score that are near a {truth}, at a prior of {self.prior:.3g}"
        return f"Expected share of true sites at this score or above, at a prior of {self.prior:.3g}"

    @property
    def stricter(self) -> CallSettings | None:
        """The threshold with the lowest expected false share, if most sites of this one are expected to be false.

        None if that threshold is lower: with few judged calls, a higher one may have more false calls by chance.
        """
        if self.lowest is None or self.false_share is None or self.false_share <= max(HIGH, float(self.lowest.fdr)):
            return None
        threshold = float(self.lowest.threshold)
        return replace(self.settings, threshold=threshold) if threshold > self.settings.threshold else None

    @property
    def measured(self) -> MeasuredShare | None:
        """The measured precision at the threshold; None if it was not measured."""
        if not isinstance(self.table, MeasuredPrecision) or self.prior is None:
            return None
        value, low, high = self.table.precision_above(self.settings.threshold, self.prior)
        prior = None if self.prior == self.table.prevalence else self.prior
        return MeasuredShare(value, low, high, truth=self.table.truth, independent=self.table.independent, prior=prior)

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
            chosen_by=self.chosen_by,
            smoothing=self.settings.smoothing,
            measured=self.measured,
        )


def choose_thresholds(
    settings: ThresholdSettings,
    bundles: Sequence[ModelBundle],
    modalities: Mapping[str, tuple[str, ...]],
    stride: int = 1,
) -> list[ModelThreshold]:
    """Choose the threshold of each model.

    An option gives it, or else the best F1 of measured calls, or else the score with a p-value of `P_VALUE`.
    A model without calibration has the default of `CallSettings`.

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
    thresholds = [_open(settings, bundle, modalities[bundle.name], stride=stride) for bundle in bundles]
    if settings.fdr is not None:
        _check_fdr(settings.fdr, thresholds, bundles, modalities)
    return [_choose(settings, threshold) for threshold in thresholds]


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


def _open(
    settings: ThresholdSettings, bundle: ModelBundle, modalities: tuple[str, ...], *, stride: int
) -> ModelThreshold:
    """Collect what a model's calibration offers for its modalities; the threshold is still the default."""
    calibration = read_calibration(bundle)
    table = calibration.precision_table(modalities)
    prior, source = calibration.prior(modalities)
    if settings.prevalence is not None:
        prior, source = settings.prevalence, "--prevalence"
    threshold = ModelThreshold(
        bundle.name,
        CallSettings(smoothing=calibration.smoothing, stride=stride),
        scale=calibration.scale(modalities),
        site_scale=calibration.site_scale(modalities),
    )
    if table is None or prior is None:
        return threshold
    lowest = find_lowest_share(table, prior)
    return replace(threshold, table=table, prior=prior, prior_source=source, lowest=lowest)


def _choose(settings: ThresholdSettings, threshold: ModelThreshold) -> ModelThreshold:
    """Set the threshold, and its expected false share."""
    table, prior = threshold.table, threshold.prior
    if settings.threshold is not None:
        score, chosen_by = settings.threshold, ""
    elif settings.fdr is not None and table is not None and prior is not None:
        score, chosen_by = table.threshold(settings.fdr, prior), f"--fdr {settings.fdr:g}"
    else:
        score, chosen_by = _choose_default(threshold, settings.prevalence)
    false_share = None if table is None or prior is None else table.false_share(score, prior)
    call = replace(threshold.settings, threshold=score)
    return replace(threshold, settings=call, chosen_by=chosen_by, false_share=false_share)


def _choose_default(threshold: ModelThreshold, prevalence: float | None) -> tuple[float, str]:
    """Choose a threshold without an option; return it with the rule that gave it."""
    if isinstance(threshold.table, MeasuredPrecision):
        best = threshold.table.best_threshold(prevalence)
        if best is not None:
            return best, "best F1"
    if threshold.site_scale is not None:
        return threshold.site_scale.find_score(P_VALUE), f"p <= {P_VALUE:g}"
    return CallSettings.threshold, "the default"


def _check_fdr(
    fdr: float,
    thresholds: Sequence[ModelThreshold],
    bundles: Sequence[ModelBundle],
    modalities: Mapping[str, tuple[str, ...]],
) -> None:
    """Raise InputError if a model has no threshold for an expected false share."""
    uncalibrated = [
        bundle
        for bundle, threshold in zip(bundles, thresholds, strict=True)
        if threshold.table is None and threshold.scale is None
    ]
    notes = explain_uncalibrated(uncalibrated, modalities)
    if notes:
        others = any(read_calibration(bundle).scales for bundle in uncalibrated)
        remedy = "choose --modalities that are calibrated, or give --threshold" if others else "give --threshold"
        raise InputError(f"--fdr {fdr:g}: {'; '.join(notes)}: {remedy}")
    few = [threshold.name for threshold in thresholds if threshold.table is None]
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

"""Choose each model's threshold; report the expected false share and the number of sites called.

It neither calls (`scan/site_caller.py`) nor calibrates (`models/calibration.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.jobs.false_share import LowestShare, check_reached, lowest_share
from ideep_scan.jobs.settings import ScanSettings
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.calibration import Calibration, Scale, kind_of
from ideep_scan.records.notes import group_remarks, join_names
from ideep_scan.records.share import describe_share
from ideep_scan.scan.settings import CallSettings

HIGH = 0.5  # an expected false share above it: most sites are expected to be false


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
        Expected share of false positions at or above the threshold, at the prior (`models.calibration.Scale`).
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
        """Sites per 1,000 positions that were looked through: those between two scored ones count."""
        return self.sites / max(self.positions * self.stride, 1) * 1000

    @property
    def doubtful(self) -> bool:
        """Whether sites were called, most of which are expected to be false."""
        return self.sites > 0 and self.false_share is not None and self.false_share > HIGH

    @property
    def stricter(self) -> LowestShare | None:
        """The call with the lowest expected false share, where it is to be recommended."""
        return self.lowest if self.doubtful and self.strict_sites is not None else None

    def in_words(self) -> str:
        """Say how many of the sites are expected to be true; empty where that is unknown."""
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
        """The same as JSON values."""
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
    """How the sites of one model are called; `scale` and all that follows from it is None where there is none.

    `prior` is None as well where the scale has too few held-out sites.
    """

    name: str
    settings: CallSettings
    scale: Scale | None
    false_share: float | None = None
    prior: float | None = None
    prior_source: str | None = None
    lowest: LowestShare | None = None

    def precision(self) -> Callable[[np.ndarray], np.ndarray] | None:
        """Return the function that gives the expected precision of scores; None where there is none."""
        if self.scale is None or self.prior is None:
            return None
        return partial(self.scale.precision, prior=self.prior)

    @property
    def stricter(self) -> CallSettings | None:
        """A call with the lowest expected false share, if most sites of this one are expected to be false."""
        if self.lowest is None or self.false_share is None or self.false_share <= max(HIGH, float(self.lowest.fdr)):
            return None
        return replace(self.settings, threshold=float(self.lowest.threshold))

    def called(self, sites: int, strict_sites: int | None, positions: int, highest: float | None) -> SiteSummary:
        """Describe the sites that were called at the positions that were scored (see `SiteSummary`)."""
        return SiteSummary(
            self.name,
            self.settings.threshold,
            sites,
            positions,
            self.false_share,
            self.prior,
            self.prior_source,
            self.settings.stride,
            self.lowest,
            strict_sites,
            highest,
        )


def choose_thresholds(
    asked: ScanSettings, bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]
) -> list[ModelThreshold]:
    """How each model calls, in the order of the models.

    Parameters
    ----------
    modalities : what each model reads, by its name.

    Raises
    ------
    InputError : `fdr` is asked of models that are not calibrated for what they read, or that reach it nowhere; a
        calibration that is damaged; a threshold that calls nothing.
    """
    found = [_unset(asked, bundle, modalities[bundle.name]) for bundle in bundles]
    if asked.fdr is not None:
        _check_fdr(asked.fdr, found, uncalibrated_notes(bundles, modalities))
    return [_set(asked, calling) for calling in found]


def model_scales(bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]) -> dict[str, Scale | None]:
    """What scores mean, by model name; None where it was not measured for what the model reads."""
    return {bundle.name: read_calibration(bundle).scale(modalities[bundle.name]) for bundle in bundles}


def read_calibration(bundle: ModelBundle) -> Calibration:
    """The calibration of a bundle. Raises InputError where it cannot be read."""
    try:
        return Calibration.from_dict(bundle.calibration)
    except InputError as error:
        raise InputError(f"{bundle.name}: {error}") from error


def uncalibrated_notes(bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Notes on models whose scores get no p-value, and why; models with the same reason share a line."""
    reasons = []
    for bundle in bundles:
        calibration, used = read_calibration(bundle), modalities[bundle.name]
        if calibration.scale(used) is None:
            reasons.append((bundle.name, _reason(calibration, used)))
    return group_remarks(reasons)


def _reason(calibration: Calibration, used: tuple[str, ...]) -> str:
    if not calibration.scales:
        return "not calibrated, so that scores have no p-value"
    known = ", ".join(calibration.scales)
    return f"scores of this combination of modalities ({kind_of(used)}) have no p-value; those of {known} have"


def _prior_in_words(prior: float) -> str:
    return f"at a prior of {prior:.3g}" + (f" (1 site in {1 / prior:,.0f} positions)" if prior < 0.1 else "")


def _unset(asked: ScanSettings, bundle: ModelBundle, used: tuple[str, ...]) -> ModelThreshold:
    """How a model calls by --threshold, with what its calibration says."""
    calibration = read_calibration(bundle)
    scale = calibration.scale(used)
    prior, source = calibration.prevalence, calibration.prevalence_source
    if asked.prevalence is not None:
        prior, source = asked.prevalence, "--prevalence"
    settings = CallSettings(asked.threshold, stride=asked.stride)
    if scale is None or prior is None or scale.sites_above is None:
        return ModelThreshold(bundle.name, settings, scale)
    return ModelThreshold(bundle.name, settings, scale, None, prior, source, lowest_share(scale, prior))


def _set(asked: ScanSettings, calling: ModelThreshold) -> ModelThreshold:
    """The same with the threshold of --fdr, where it is asked for, and the expected false share."""
    scale, prior, settings = calling.scale, calling.prior, calling.settings
    if scale is None or prior is None:
        return calling
    if asked.fdr is not None:
        settings = replace(settings, threshold=scale.threshold(asked.fdr, prior))
    false_share = 1 - float(scale.precision(np.array(settings.threshold), prior))
    return replace(calling, settings=settings, false_share=false_share)


def _check_fdr(fdr: float, found: Sequence[ModelThreshold], unmeasured: Sequence[str]) -> None:
    """Raise InputError where a model cannot be called at an expected false share."""
    if unmeasured:
        raise InputError(
            f"--fdr {fdr:g}: {'; '.join(unmeasured)}: choose --modalities that are calibrated, or give --threshold"
        )
    few = [each.name for each in found if each.prior is None]
    if few:
        raise InputError(
            f"--fdr {fdr:g}: {join_names(few)}: too few held-out sites to say what share is false: give --threshold"
        )
    check_reached(fdr, {each.name: (each.lowest, each.prior) for each in found if each.prior is not None})

"""At which score each model of a run calls its sites, what its calibration says of that, and what came of it.

It neither calls (`scan/calls.py`) nor calibrates (`models/calibration.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.jobs.settings import ScanSettings
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.calibration import Calibration, Scale, kind_of
from ideep_scan.scan.settings import CallSettings


@dataclass(frozen=True)
class Called:
    """What the threshold of one model came to.

    Attributes
    ----------
    sites : called; positions : scored, every `stride`th of those looked through.
    false_share : share of false positions that is expected at or above the threshold, were `prior` of all positions
        in sites: a model's figure (`models.calibration.Scale.precision`). None, both, where the model is not
        calibrated for what it read.
    prior_source : where the prior comes from.
    """

    name: str
    threshold: float
    sites: int
    positions: int
    false_share: float | None
    prior: float | None
    prior_source: str | None
    stride: int = 1

    @property
    def per_kb(self) -> float:
        """Sites per 1,000 positions that were looked through: those between two scored ones count."""
        return self.sites / max(self.positions * self.stride, 1) * 1000

    def receipts(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "threshold": self.threshold,
            "sites": self.sites,
            "sites per kb": round(self.per_kb, 4),
            "expected false share": self.false_share,
            "prior": self.prior,
            "prior source": self.prior_source,
        }


@dataclass(frozen=True, eq=False)
class Calling:
    """How the sites of one model are called; `scale` and all that follows from it is None where there is none."""

    name: str
    settings: CallSettings
    scale: Scale | None
    false_share: float | None = None
    prior: float | None = None
    prior_source: str | None = None

    def came_to(self, sites: int, positions: int) -> Called:
        """With the sites that were called at the positions that were scored."""
        at = self.settings.threshold
        return Called(
            self.name, at, sites, positions, self.false_share, self.prior, self.prior_source, self.settings.stride
        )


def callings(
    asked: ScanSettings, bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]
) -> list[Calling]:
    """How each model calls, in the order of the models.

    Parameters
    ----------
    modalities : what each model reads, by its name.

    Raises
    ------
    InputError : `fdr` is asked of a model that is not calibrated for what it reads, or that reaches it nowhere; a
        calibration that is damaged; a threshold that calls nothing.
    """
    return [_calling(asked, bundle, modalities[bundle.name]) for bundle in bundles]


def scales(bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]) -> dict[str, Scale | None]:
    """What scores mean, by model name; None where it was not measured for what the model reads."""
    return {bundle.name: calibration_of(bundle).scale(modalities[bundle.name]) for bundle in bundles}


def calibration_of(bundle: ModelBundle) -> Calibration:
    """The calibration of a bundle. Raises InputError where it cannot be read."""
    try:
        return Calibration.from_dict(bundle.calibration)
    except InputError as error:
        raise InputError(f"{bundle.name}: {error}") from error


def what_has_no_p(bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Notes on models whose scores get no p-value, and why; models with the same reason share a line."""
    reasons: dict[str, list[str]] = {}
    for bundle in bundles:
        calibration, used = calibration_of(bundle), modalities[bundle.name]
        if calibration.scale(used) is None:
            reasons.setdefault(_reason(calibration, used), []).append(bundle.name)
    return tuple(f"{', '.join(names)}: {reason}" for reason, names in reasons.items())


def _reason(calibration: Calibration, used: tuple[str, ...]) -> str:
    if not calibration.scales:
        return "not calibrated, so that scores have no p-value"
    known = ", ".join(calibration.scales)
    return f"scores of this combination of modalities ({kind_of(used)}) have no p-value; those of {known} have"


def _calling(asked: ScanSettings, bundle: ModelBundle, used: tuple[str, ...]) -> Calling:
    calibration = calibration_of(bundle)
    scale = calibration.scale(used)
    prior, source = calibration.prevalence, calibration.prevalence_source
    if asked.prevalence is not None:
        prior, source = asked.prevalence, "--prevalence"
    if scale is None or prior is None or scale.sites_above is None:
        if asked.fdr is not None:
            why = _reason(calibration, used) if scale is None else "too few held-out sites to say what share is false"
            choice = "choose one of those with --modalities, or " if scale is None and calibration.scales else ""
            raise InputError(f"--fdr {asked.fdr:g}: {bundle.name}: {why}: {choice}give --threshold instead")
        return Calling(bundle.name, CallSettings(asked.threshold, stride=asked.stride), scale)
    settings = CallSettings(asked.threshold, stride=asked.stride)
    if asked.fdr is not None:
        try:
            settings = CallSettings(scale.threshold(asked.fdr, prior), stride=asked.stride)
        except InputError as error:
            raise InputError(f"--fdr {asked.fdr:g}: {bundle.name}: {error}, or give --threshold instead") from error
    false_share = 1 - float(scale.precision(np.array(settings.threshold), prior))
    return Calling(bundle.name, settings, scale, false_share, prior, source)

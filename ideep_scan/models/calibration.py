"""Calibration of a model's scores: p-values, and the expected share of true sites.

It reads the table that `train/calibrate.py` makes.
The background of variants (`models/variant_background.py`) is an optional part of it.
P-values are not corrected for the number of tests.
Every function takes scores as the network gives them, 0 to 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.modalities.registry import list_names
from ideep_scan.models.variant_background import BackgroundTables, VariantBackground, build_backgrounds
from ideep_scan.records.share import format_share
from track_hubs.typed_json import decode, describe_value

FORMAT = 1
LEAST_SITES = 10  # held-out sites at or above a score that are needed to estimate their share
_NEAREST = 2.0**-24  # distance from 0 or 1 to which scores are clipped; float32 has no value in between
_KNOTS = 10_000  # limit of knots in a table
_FURTHEST = 40.0  # limit of the magnitude of a logit
_STEEPEST = 1e6  # limit of the rate of a tail


def name_kind(modalities: Collection[str]) -> str:
    """Name a combination of modalities, as the key of its calibration.

    Parameters
    ----------
    modalities : collection of str
        Modalities that a model reads, in any order.

    Returns
    -------
    str
        Their names in the order of the registry, joined by "+".

    Examples
    --------
    >>> name_kind({"region", "sequence"})
    'sequence+region'
    """
    return "+".join(name for name in list_names() if name in modalities)


def logit(scores: np.ndarray) -> np.ndarray:
    """Compute the log odds of scores.

    Parameters
    ----------
    scores : np.ndarray
        Scores, 0 to 1; NaN means "not scored".

    Returns
    -------
    np.ndarray
        Float64 array of the same shape, natural logarithm, -16.7 to 16.7; NaN stays NaN.

    Examples
    --------
    >>> logit(np.array([0.5, 0.75])).round(3)
    array([0.   , 1.099])
    """
    inside = np.clip(np.asarray(scores, np.float64), _NEAREST, 1 - _NEAREST)
    return np.log(inside) - np.log1p(-inside)


@dataclass(frozen=True, eq=False)
class Scale:
    """The scores of one model on one combination of modalities, for background positions and held-out sites.

    Attributes
    ----------
    logits : np.ndarray
        Float64 array (k,), ascending, the knots of the table.
    positions : int
        Number of background positions.
    positions_above : np.ndarray
        Int64 array (b,), b <= k, background positions at or above each of the first b knots.
        All positions are at or above the first knot.
    tail_rate : float
        Beyond knot b, the share of positions at or above a logit is extrapolated as exp(-rate * logit).
    sites : int
        Number of held-out sites.
    sites_above : np.ndarray or None
        Int64 array (k,), held-out sites at or above each knot.
        None if there are too few.
    """

    logits: np.ndarray
    positions: int
    positions_above: np.ndarray
    tail_rate: float
    sites: int
    sites_above: np.ndarray | None

    def __post_init__(self) -> None:
        measured, above = len(self.positions_above), self.sites_above
        sound = (
            0 < measured <= len(self.logits)
            and np.isfinite(self.logits).all()
            and (np.diff(self.logits) > 0).all()
            and self.positions_above[0] == self.positions
            and self.positions_above[-1] > 0
            and (np.diff(self.positions_above) <= 0).all()
            and (np.abs(self.logits) <= _FURTHEST).all()
            and 0 < self.tail_rate <= _STEEPEST
            and (above is None or (len(above) == len(self.logits) and (np.diff(above) <= 0).all()))
            and (above is None or (LEAST_SITES <= above[0] <= self.sites and above[-1] >= 0))
        )
        if not sound:
            raise ValueError("the counts of a calibration do not fall from one knot to the next")

    @property
    def measured_to(self) -> float:
        """The smallest p-value that was counted; smaller ones are extrapolated."""
        return float(self.positions_above[-1] / self.positions)

    @property
    def smallest_p(self) -> float:
        """The lower limit of p-values: the smallest that this number of background positions supports."""
        return 1 / (self.positions + 1)

    def p_values(self, scores: np.ndarray) -> np.ndarray:
        """Compute the share of background positions that score at or above each score.

        The share is exact at the knots and log-linear in the logit between them, down to `measured_to`.
        Smaller values are extrapolated, exponentially in the logit, down to `smallest_p`.
        A p-value holds for a single position that was not chosen for its score.

        Parameters
        ----------
        scores : np.ndarray
            Scores of any shape, 0 to 1; NaN means "not scored".

        Returns
        -------
        np.ndarray
            Float64 array of the same shape, above 0 and at most 1.
            It never rises with the score; NaN stays NaN.
        """
        return self._background(logit(scores))

    def precision(self, scores: np.ndarray, prior: float) -> np.ndarray:
        """Compute the expected share of true sites among positions that score at least as high.

        Bayes' rule gives the share from the held-out sites and background positions at or above each knot.
        Between knots the share is linear in the logit.
        A lower score's share holds if it is higher, so the share never falls with the score.
        It stays constant where fewer than `LEAST_SITES` held-out sites score as high.

        The result depends on the prior.
        It also assumes that the held-out sites represent all sites, and the background all other positions.

        Parameters
        ----------
        scores : np.ndarray
            Scores of any shape, 0 to 1; NaN means "not scored".
        prior : float
            The assumed share of positions that are in a site.

        Returns
        -------
        np.ndarray
            Float64 array of the same shape, 0 to 1; NaN stays NaN.

        Raises
        ------
        InputError
            The prior is not between 0 and 1, or there are too few held-out sites.
        """
        return 1 - np.interp(logit(scores), self.logits, self._false_shares(prior))

    def threshold(self, fdr: float, prior: float) -> float:
        """Find the lowest score whose expected false share is at most `fdr`.

        Parameters
        ----------
        fdr : float
            Expected false share (1 minus the result of `precision`), between 0 and 1.
        prior : float
            The assumed share of positions that are in a site.

        Returns
        -------
        float
            A score, 0 to 1.

        Raises
        ------
        InputError
            No score has such a low false share; the message gives the lowest.
            Or a share or prior is not between 0 and 1, or there are too few held-out sites.
        """
        if not 0 < fdr < 1:
            raise InputError(f"an expected false share of {fdr:g} is not possible: choose one between 0 and 1")
        false = self._false_shares(prior)
        if false[-1] > fdr:
            raise InputError(
                f"no score has an expected false share of {fdr:g} or less at a prior of {prior:g}: "
                f"the lowest is {format_share(false[-1])}: choose a larger share"
            )
        first = int(np.argmax(false <= fdr))
        threshold = self.logits[0]
        if first:
            threshold = np.interp(-fdr, -false[first - 1 : first + 1], self.logits[first - 1 : first + 1])
        return float(1 / (1 + np.exp(-threshold)))

    def lowest_false_share(self, prior: float) -> float:
        """Return the lowest expected false share that a threshold can have.

        Parameters
        ----------
        prior : float
            The assumed share of positions that are in a site.

        Returns
        -------
        float
            Expected false share, 1 minus the result of `precision`.

        Raises
        ------
        InputError
            The prior is not between 0 and 1, or there are too few held-out sites.
        """
        return float(self._false_shares(prior)[-1])

    def _false_shares(self, prior: float) -> np.ndarray:
        """Compute the expected false share at or above each knot, never rising."""
        if not 0 < prior < 1:
            raise InputError(f"a prior of {prior:g} is not possible: choose a share of positions between 0 and 1")
        if self.sites_above is None:
            raise InputError("too few held-out sites to estimate the share of false sites")
        false = (1 - prior) * self._background(self.logits)
        true = prior * self.sites_above / self.sites
        estimable = self.sites_above >= LEAST_SITES
        return np.minimum.accumulate(np.where(estimable, false / (false + true), 1.0))

    def _background(self, logits: np.ndarray) -> np.ndarray:
        """Compute the share of background positions at or above each logit."""
        last = len(self.positions_above) - 1
        counted = np.interp(logits, self.logits[: last + 1], np.log(self.positions_above / self.positions))
        beyond = np.maximum(logits - self.logits[last], 0) * self.tail_rate
        return np.maximum(np.exp(counted - beyond), self.smallest_p)


class _Prevalence(TypedDict):
    value: float
    source: str


_Table = TypedDict(
    "_Table",
    {
        "logits": tuple[float, ...],
        "positions": int,
        "positions above": tuple[int, ...],
        "tail rate": float,
        "sites": int,
        "sites above": tuple[int, ...] | None,
    },
)


class _Variants(TypedDict):
    limits: str
    kinds: dict[str, BackgroundTables]


class _Required(TypedDict):
    prevalence: _Prevalence
    kinds: dict[str, _Table]
    limits: str


class _Fields(_Required, total=False):
    variants: _Variants


@dataclass(frozen=True, eq=False)
class Calibration:
    """The calibration of a model, by combination of modalities; empty for a model without one.

    Attributes
    ----------
    scales : Mapping[str, Scale]
        Scale of each combination, such as "sequence+region".
    prevalence : float or None
        The default prior: the share of transcript positions that are in a site of the protein.
        None if the model has none.
    prevalence_source : str
        The source of the prevalence.
    limits : str
        The data that the calibration was made from, and its limits.
    variants : Mapping[str, Mapping[str, VariantBackground]]
        Background of variants of each combination and kind of change; empty for a model without one.
    """

    scales: Mapping[str, Scale] = field(default_factory=dict)
    prevalence: float | None = None
    prevalence_source: str = ""
    limits: str = ""
    variants: Mapping[str, Mapping[str, VariantBackground]] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Calibration:
        """Build the calibration of a bundle from its JSON values.

        Parameters
        ----------
        fields : Mapping[str, Any]
            JSON values, as `train.calibrate.fit_calibration` makes them; may be empty.

        Returns
        -------
        Calibration
            The checked calibration.

        Raises
        ------
        InputError
            The format is unknown, or a value is of the wrong type or impossible.
        """
        if fields == {}:
            return cls()
        version = fields.get("format") if isinstance(fields, dict) else None
        if version != FORMAT or isinstance(version, bool):
            raise InputError(
                f"calibration format {describe_value(version)} is not the {FORMAT} that this program reads"
            )
        try:
            table = decode(_Fields, fields)
            prevalence = table["prevalence"]
            if not 0 < prevalence["value"] < 1:
                raise ValueError(f"prevalence.value is {prevalence['value']} instead of 0 to 1")
            scales = {kind: _scale(kind, table) for kind, table in table["kinds"].items()}
            backgrounds = table["variants"]["kinds"] if "variants" in table else {}
            for kind in backgrounds:
                _check_kind(kind)
            variants = build_backgrounds(backgrounds)
            return cls(scales, prevalence["value"], prevalence["source"], table["limits"], variants)
        except ValueError as error:
            raise InputError(f"its calibration is damaged ({error}): download the model again") from error

    def scale(self, modalities: Collection[str]) -> Scale | None:
        """Return the scale for a model that reads these modalities, or None if there is none."""
        return self.scales.get(name_kind(modalities))

    def variant_backgrounds(self, modalities: Collection[str]) -> Mapping[str, VariantBackground]:
        """Return the background of each kind of change for a model that reads these modalities; empty without one."""
        return self.variants.get(name_kind(modalities), {})

    def p_values(self, scores: np.ndarray, modalities: Collection[str]) -> np.ndarray | None:
        """Compute p-values of scores for a model that reads these modalities.

        Parameters
        ----------
        scores : np.ndarray
            Scores of any shape; NaN means "not scored".
        modalities : collection of str
            Modalities that the model reads.

        Returns
        -------
        np.ndarray or None
            `Scale.p_values` of this combination; None if there is no background for it.
        """
        scale = self.scale(modalities)
        return None if scale is None else scale.p_values(scores)


def _scale(kind: str, table: _Table) -> Scale:
    """Build one scale from its table; raise ValueError if the kind or the table is impossible."""
    _check_kind(kind)
    above = table["sites above"]
    if len(table["logits"]) > _KNOTS:
        raise ValueError(f"the table of {kind} has more than {_KNOTS} knots")
    return Scale(
        np.array(table["logits"], np.float64),
        table["positions"],
        np.array(table["positions above"], np.int64),
        table["tail rate"],
        table["sites"],
        None if above is None else np.array(above, np.int64),
    )


def _check_kind(kind: str) -> None:
    if kind != name_kind(kind.split("+")):
        raise ValueError(f"{describe_value(kind)} is not a combination of modalities")

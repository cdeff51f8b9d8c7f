"""Calibration of a model: smoothing of its scores for sites, p-values, and the share of true sites.

It reads the tables that `train/calibrate.py` makes.
Optional parts are the measured precision of sites (`models/measured_precision.py`) and the background of variants
(`models/variant_background.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.modalities.registry import list_names
from ideep_scan.models.measured_precision import MeasuredFields, MeasuredPrecision
from ideep_scan.models.scale import Scale
from ideep_scan.models.variant_background import BackgroundTables, VariantBackground, build_backgrounds
from track_hubs.typed_json import decode, describe_value

PrecisionTable = MeasuredPrecision | Scale  #: measured, or model-based
FORMAT = 2
READABLE = (1, 2)  # format 1 has no smoothing and no measured precision
WIDEST = 1000  # limit of the smoothing in nt
_KNOTS = 10_000  # limit of knots in a table


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


_Optional = TypedDict(
    "_Optional",
    {
        "smoothing": int,
        "smoothed kinds": dict[str, _Table],
        "measured": dict[str, MeasuredFields],
        "variants": _Variants,
    },
    total=False,
)


class _Fields(_Required, _Optional):
    """JSON values of a calibration."""


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
    smoothing : int
        Width in nt over which log odds are averaged before sites are called; 0 for none.
    smoothed_scales : Mapping[str, Scale]
        Scale of smoothed scores of each combination; empty without smoothing.
    measured : Mapping[str, MeasuredPrecision]
        Measured precision of sites of each combination; empty if there is no truth.
    """

    scales: Mapping[str, Scale] = field(default_factory=dict)
    prevalence: float | None = None
    prevalence_source: str = ""
    limits: str = ""
    variants: Mapping[str, Mapping[str, VariantBackground]] = field(default_factory=dict)
    smoothing: int = 0
    smoothed_scales: Mapping[str, Scale] = field(default_factory=dict)
    measured: Mapping[str, MeasuredPrecision] = field(default_factory=dict)

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
        if version not in READABLE or isinstance(version, bool):
            raise InputError(
                f"calibration format {describe_value(version)} is not one that this program reads "
                f"({', '.join(map(str, READABLE))})"
            )
        try:
            table = decode(_Fields, fields)
            prevalence = table["prevalence"]
            if not 0 < prevalence["value"] < 1:
                raise ValueError(f"prevalence.value is {prevalence['value']} instead of 0 to 1")
            smoothing = table.get("smoothing", 0)
            if not 0 <= smoothing <= WIDEST:
                raise ValueError(f"smoothing is {smoothing} instead of 0 to {WIDEST}")
            backgrounds = table["variants"]["kinds"] if "variants" in table else {}
            measured = table.get("measured", {})
            for kind in (*backgrounds, *measured):
                _check_kind(kind)
            return cls(
                _build_scales(table["kinds"]),
                prevalence["value"],
                prevalence["source"],
                table["limits"],
                variants=build_backgrounds(backgrounds),
                smoothing=smoothing,
                smoothed_scales=_build_scales(table.get("smoothed kinds", {})),
                measured={kind: MeasuredPrecision.from_fields(fields) for kind, fields in measured.items()},
            )
        except ValueError as error:
            raise InputError(f"its calibration is damaged ({error}): download the model again") from error

    def scale(self, modalities: Collection[str]) -> Scale | None:
        """Return the scale of scores for a model that reads these modalities, or None if there is none."""
        return self.scales.get(name_kind(modalities))

    def site_scale(self, modalities: Collection[str]) -> Scale | None:
        """Return the scale of the scores that sites are called from, or None if there is none."""
        return (self.smoothed_scales if self.smoothing else self.scales).get(name_kind(modalities))

    def measured_precision(self, modalities: Collection[str]) -> MeasuredPrecision | None:
        """Return the measured precision for a model that reads these modalities, or None if there is none."""
        return self.measured.get(name_kind(modalities))

    def precision_table(self, modalities: Collection[str]) -> PrecisionTable | None:
        """Return what gives the precision of sites: the measured one, or else the scale if it has enough sites."""
        measured, scale = self.measured_precision(modalities), self.site_scale(modalities)
        if measured is not None:
            return measured
        return None if scale is None or scale.sites_above is None else scale

    def prior(self, modalities: Collection[str]) -> tuple[float | None, str]:
        """Return the default prior of `precision_table`, with its source."""
        measured = self.measured_precision(modalities)
        if measured is not None:
            return measured.prevalence, f"judged transcripts ({measured.truth})"
        return self.prevalence, self.prevalence_source

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


def _build_scales(tables: Mapping[str, _Table]) -> dict[str, Scale]:
    return {kind: _scale(kind, table) for kind, table in tables.items()}


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

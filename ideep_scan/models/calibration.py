"""What a score of one model means outside of its training mix: how rare it is, and how often it would be wrong.

It reads the table that `train/calibrate.py` made. It opens no file and corrects for no number of tests.
Every function takes scores as the network gives them, 0-1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.modalities.registry import names
from ideep_scan.records.share import format_share
from track_hubs.typed_json import decode, shown

FORMAT = 1
LEAST_SITES = 10  # held-out sites at or above a score, from which on its share of sites counts as known
_NEAREST = 2.0**-24  # scores of 0 and 1 are read as this far inside: float32 knows none in between
_KNOTS = 10_000  # of the longest table
_FURTHEST, _STEEPEST = 40.0, 1e6  # magnitude of a logit, and rate of a tail


def kind_of(modalities: Collection[str]) -> str:
    """What a model reads, as the key of its calibration: "sequence+region", in the order of the registry."""
    return "+".join(name for name in names() if name in modalities)


def logit(scores: np.ndarray) -> np.ndarray:
    """Log odds of scores 0-1, float64, between -16.7 and 16.7: 0 and 1 have none. NaN stays NaN."""
    inside = np.clip(np.asarray(scores, np.float64), _NEAREST, 1 - _NEAREST)
    return np.log(inside) - np.log1p(-inside)


@dataclass(frozen=True, eq=False)
class Scale:
    """The scores of one model on one kind of input, against background positions and held-out sites.

    Attributes
    ----------
    logits : np.ndarray
        Float64 array (k,), rising; the knots of the table.
    positions : int
        Background positions. positions_above : int64 array (b,), b <= k, how many of them score at or above each of the
        first b knots; the first holds all of them.
    tail_rate : float
        Beyond knot b the share of positions at or above a logit falls as exp(-rate * logit), an extrapolation.
    sites : int
        Held-out sites. sites_above : int64 array (k,), how many of them score at or above each knot;
        None where there were too few.
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
            raise ValueError("the table of a calibration does not fall from all positions, knot by knot")

    @property
    def measured_to(self) -> float:
        """The smallest p-value that was counted; smaller ones are extrapolated."""
        return float(self.positions_above[-1] / self.positions)

    @property
    def smallest_p(self) -> float:
        """The smallest p-value that so many background positions support; a bound where it is given."""
        return 1 / (self.positions + 1)

    def p_values(self, scores: np.ndarray) -> np.ndarray:
        """Share of the background positions that score at or above each score.

        Exact at the knots and log-linear in the logit between them, down to `measured_to`. Beyond it an
        extrapolation, exponential in the logit, down to `smallest_p`: no lower value is given.

        Parameters
        ----------
        scores : np.ndarray
            Array of any shape;
            NaN = not scored.

        Returns
        -------
        np.ndarray
            Float64 array of that shape, above 0 and at most 1, never rising with the score;
            NaN where not scored.
            It is the p-value of one position that was not chosen for its score.
        """
        return self._background(logit(scores))

    def precision(self, scores: np.ndarray, prior: float) -> np.ndarray:
        """Expected share of true sites among positions with at least such a score, were `prior` of all positions sites.

        By Bayes' rule from the share of held-out sites and of background positions at or above each knot, and
        linear in the logit between knots; where a lower score has a higher one, that holds (the running best), so it
        never falls with the score. It stays level where fewer than `LEAST_SITES` held-out sites score as high.
        It is a model's figure, not a count: it is as good as the prior, and takes the held-out sites for all sites
        and the background for all else.

        Parameters
        ----------
        scores : np.ndarray
            Array of any shape;
            NaN = not scored, and stays NaN.

        Raises
        ------
        InputError
            A prior that is not between 0 and 1, or too few held-out sites to say.
        """
        return 1 - np.interp(logit(scores), self.logits, self._false_shares(prior))

    def threshold(self, fdr: float, prior: float) -> float:
        """The lowest score from which on the expected share of false positions is at most `fdr` (see `precision`).

        Raises
        ------
        InputError
            No score reaches it (the message says what the best one does), a share or a prior that is not between 0 and
            1, or too few held-out sites to say.
        """
        if not 0 < fdr < 1:
            raise InputError(f"an expected false share of {fdr:g} cannot be asked for: give one between 0 and 1")
        false = self._false_shares(prior)
        if false[-1] > fdr:
            raise InputError(
                f"no score has an expected false share of {fdr:g} or less at a prior of {prior:g}: "
                f"the lowest is {format_share(false[-1])}: choose a larger share"
            )
        first = int(np.argmax(false <= fdr))
        at = self.logits[0]
        if first:
            at = np.interp(-fdr, -false[first - 1 : first + 1], self.logits[first - 1 : first + 1])
        return float(1 / (1 + np.exp(-at)))

    def lowest_false_share(self, prior: float) -> float:
        """The lowest expected share of false positions that any threshold reaches (see `precision`).

        Raises
        ------
        InputError
            A prior that is not between 0 and 1, or too few held-out sites to say.
        """
        return float(self._false_shares(prior)[-1])

    def _false_shares(self, prior: float) -> np.ndarray:
        """Expected false share at or above each knot, never rising."""
        if not 0 < prior < 1:
            raise InputError(f"a prior of {prior:g} is not possible: give a share of positions between 0 and 1")
        if self.sites_above is None:
            raise InputError("too few held-out sites to say what share of hits is false")
        false = (1 - prior) * self._background(self.logits)
        true = prior * self.sites_above / self.sites
        known = self.sites_above >= LEAST_SITES
        return np.minimum.accumulate(np.where(known, false / (false + true), 1.0))

    def _background(self, logits: np.ndarray) -> np.ndarray:
        """Share of background positions at or above some logits."""
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


class _Fields(TypedDict):
    prevalence: _Prevalence
    kinds: dict[str, _Table]
    limits: str


@dataclass(frozen=True, eq=False)
class Calibration:
    """All that is known of a model's scores, by kind of input ("sequence+region"); empty for a model without one.

    Attributes
    ----------
    prevalence : float or None
        The default prior: share of transcript positions that lie in a site of the protein;
        None where the model has none. prevalence_source : where that figure comes from.
    limits : str
        What it was made from and what that cannot tell.
    """

    scales: Mapping[str, Scale] = field(default_factory=dict)
    prevalence: float | None = None
    prevalence_source: str = ""
    limits: str = ""

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Calibration:
        """Build the calibration of a bundle from its JSON values. Raises InputError for one that cannot be used."""
        if fields == {}:
            return cls()
        found = fields.get("format") if isinstance(fields, dict) else None
        if found != FORMAT or isinstance(found, bool):
            raise InputError(f"calibration format {shown(found)} is not the {FORMAT} that this program reads")
        try:
            table = decode(_Fields, fields)
            prevalence = table["prevalence"]
            if not 0 < prevalence["value"] < 1:
                raise ValueError(f"prevalence.value is {prevalence['value']} instead of 0 to 1")
            scales = {kind: _scale(kind, table) for kind, table in table["kinds"].items()}
            return cls(scales, prevalence["value"], prevalence["source"], table["limits"])
        except ValueError as error:
            raise InputError(f"its calibration is damaged ({error}): download the model again") from error

    def scale(self, modalities: Collection[str]) -> Scale | None:
        """What scores mean when the model reads these modalities; None where that combination was not measured."""
        return self.scales.get(kind_of(modalities))

    def p_values(self, scores: np.ndarray, modalities: Collection[str]) -> np.ndarray | None:
        """`Scale.p_values` of this combination of modalities; None where there is no background for it."""
        scale = self.scale(modalities)
        return None if scale is None else scale.p_values(scores)


def _scale(kind: str, table: _Table) -> Scale:
    """Build one scale from its table. Raises ValueError for a kind or a table that cannot be."""
    if kind != kind_of(kind.split("+")):
        raise ValueError(f"{shown(kind)} is not a combination of modalities")
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

"""Effects of common variants, from which effects of other variants get p-values.

`train/variant_background.py` makes the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from ideep_scan.records.variant import Variant

SNV, OTHER = "snv", "other"  # kinds of change
_KNOTS = 1000  # limit of knots in a table
_MOST = 10**9  # limit of the number of effects
_FURTHEST = 40.0  # limit of the magnitude of a change of log odds

BackgroundTable = TypedDict(
    "BackgroundTable", {"effects": int, "log odds": tuple[float, ...], "effects above": tuple[int, ...]}
)
BackgroundTables = Mapping[str, BackgroundTable]  #: by kind of change


def name_change(changes: Sequence[Variant]) -> str:
    """Name the kind of a change.

    Parameters
    ----------
    changes : sequence of Variant
        The changes of one haplotype in canonical form.

    Returns
    -------
    str
        `SNV` for one replaced base; `OTHER` for an indel, several bases or several changes.

    Examples
    --------
    >>> name_change([Variant("chr1", 5, "A", "G")]), name_change([Variant("chr1", 5, "A", "")])
    ('snv', 'other')
    """
    is_snv = len(changes) == 1 and len(changes[0].ref) == len(changes[0].alt) == 1
    return SNV if is_snv else OTHER


@dataclass(frozen=True, eq=False)
class VariantBackground:
    """Effects of common variants of one kind on one model.

    An effect is the largest absolute change of the natural log odds by one variant on one strand.

    Attributes
    ----------
    effects : int
        Number of effects.
    log_odds : np.ndarray
        Float32 array (k,), ascending, the knots of the table.
    effects_above : np.ndarray
        Int64 array (k,), effects at or above each knot.
        All effects are at or above the first knot.
    """

    effects: int
    log_odds: np.ndarray
    effects_above: np.ndarray

    def __post_init__(self) -> None:
        sound = (
            0 < len(self.log_odds) == len(self.effects_above) <= _KNOTS
            and (np.diff(self.log_odds) > 0).all()
            and self.effects_above[0] == self.effects
            and self.effects_above[-1] > 0
            and (np.diff(self.effects_above) <= 0).all()
        )
        if not sound:
            raise ValueError("the counts of a background of variants do not fall from one knot to the next")

    @classmethod
    def from_table(cls, table: BackgroundTable) -> VariantBackground:
        """Build a background from its decoded table; raise ValueError if a number is impossible."""
        effects, log_odds, above = table["effects"], table["log odds"], table["effects above"]
        if not 0 < effects < _MOST or any(not 0 <= count <= effects for count in above):
            raise ValueError(f"the counts of a background of variants are not 0 to all, at most {_MOST:,}")
        if any(not 0 <= knot <= _FURTHEST for knot in log_odds):
            raise ValueError(f"a change of log odds in a background of variants is not 0 to {_FURTHEST:g}")
        return cls(effects, np.array(log_odds, np.float32), np.array(above, np.int64))

    def p_values(self, log_odds: np.ndarray) -> np.ndarray:
        """Compute the share of effects that are at least as large as each change of log odds.

        The share is (k + 1) / (n + 1), for k of n effects.
        k is exact at the knots and linear between them.

        Parameters
        ----------
        log_odds : np.ndarray
            Changes of the natural log odds, of any shape and sign; NaN means "not scored".

        Returns
        -------
        np.ndarray
            Float64 array of the same shape, 1 / (n + 1) to 1.
            It never rises with the absolute change; NaN stays NaN.
        """
        size = np.abs(np.asarray(log_odds, np.float32))
        above = np.interp(size, self.log_odds, self.effects_above, right=0.0)
        return (above + 1) / (self.effects + 1)


def build_backgrounds(tables: Mapping[str, BackgroundTables]) -> dict[str, dict[str, VariantBackground]]:
    """Build the backgrounds of a model from their decoded tables.

    Parameters
    ----------
    tables : Mapping[str, BackgroundTables]
        Tables by combination of modalities.

    Returns
    -------
    dict[str, dict[str, VariantBackground]]
        Backgrounds by combination of modalities and kind of change.

    Raises
    ------
    ValueError
        The counts of a table are impossible.
    """
    return {
        modalities: {change: VariantBackground.from_table(table) for change, table in changes.items()}
        for modalities, changes in tables.items()
    }

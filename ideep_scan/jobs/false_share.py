"""Find the lowest expected false share that a model reaches, and refuse a lower one.

The shares come from `models/measured_precision.py` or `models/scale.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ideep_scan.errors import InputError
from ideep_scan.models.calibration import Calibration, PrecisionTable
from ideep_scan.records.share import round_share_up

_DIGITS = 4  # of a threshold: it calls what --fdr calls
_LEAST = 0.001  # share that is named if all calls are hits
_NAMED = 3  # models that an error names


@dataclass(frozen=True)
class LowestShare:
    """The lowest expected false share that a model reaches on what it reads.

    Attributes
    ----------
    share : float
        The share itself.
    fdr : str
        The share rounded up, so that --fdr accepts it.
    threshold : str
        The lowest score that reaches `fdr`, rounded up, as --threshold accepts it.
    """

    share: float
    fdr: str
    threshold: str

    def receipts(self, sites: int | None) -> dict[str, Any]:
        """Return the same with the number of sites that it calls, as JSON values."""
        return {"value": self.share, "threshold": float(self.threshold), "sites": sites}


def find_lowest_share(table: PrecisionTable | None, prior: float | None) -> LowestShare | None:
    """Find the lowest expected false share.

    Parameters
    ----------
    table : PrecisionTable or None
        Precision of sites, for what the model reads.
    prior : float or None
        Share of all positions that lie in sites.

    Returns
    -------
    LowestShare or None
        None without a table or a prior, or if the prior is so low that every score is expected to be false.
    """
    if table is None or prior is None:
        return None
    share = table.lowest_false_share(prior)
    if share >= 1:
        return None
    fdr = round_share_up(max(share, _LEAST))
    return LowestShare(share, fdr, round_share_up(table.threshold(float(fdr), prior), _DIGITS))


def find_lowest_default_share(calibration: Calibration, modalities: Collection[str]) -> LowestShare | None:
    """Find the lowest expected false share at the model's own prior, on the modalities that it reads by default."""
    return find_lowest_share(calibration.precision_table(modalities), calibration.prior(modalities)[0])


def check_reached(fdr: float, models: Mapping[str, tuple[LowestShare | None, float]]) -> None:
    """Check that each model reaches an expected false share.

    Parameters
    ----------
    fdr : float
        The requested share.
    models : Mapping
        Lowest share and prior of each model, by its name.

    Raises
    ------
    InputError
        Some models do not reach it. The message names the worst ones and a share that all of them reach.
    """
    hopeless = [name for name, (lowest, _) in models.items() if lowest is None]
    if hopeless:
        raise InputError(
            f"--fdr {fdr:g}: {', '.join(hopeless)}: every score is expected to be false at a prior of "
            f"{models[hopeless[0]][1]:g}: give a higher --prevalence, or --threshold instead"
        )
    short = [(lowest, name) for name, (lowest, _) in models.items() if lowest is not None and fdr < lowest.share]
    if not short:
        return
    short.sort(key=lambda pair: -pair[0].share)
    worst = ", ".join(f"{lowest.fdr} ({name}, prior {models[name][1]:.2g})" for lowest, name in short[:_NAMED])
    more = f" and lower for {len(short) - _NAMED} more models" if len(short) > _NAMED else ""
    raise InputError(
        f"--fdr {fdr:g} cannot be had: the lowest expected false share is {worst}{more}: give --fdr {short[0][0].fdr}, "
        "a higher --prevalence, or --threshold instead"
    )

"""Settings that choose each model's threshold, shared by jobs that call sites. It imports no numerics."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from ideep_scan.errors import InputError
from ideep_scan.scan.call_settings import CallSettings


@dataclass(frozen=True)
class ThresholdSettings:
    """Options that choose each model's threshold.

    Attributes
    ----------
    threshold : float or None
        Lowest score of a position in a site; None for each model's own.
    fdr : float or None
        Expected share of false positions; it replaces `threshold`.
    prevalence : float or None
        Share of positions that are in a site, or within 50 nt of a peak; None for each model's own.
    """

    _: KW_ONLY
    threshold: float | None = None
    fdr: float | None = None
    prevalence: float | None = None

    def check_threshold(self) -> None:
        """Check the values.

        Raises
        ------
        InputError
            A value is out of range, or two options contradict each other.
        """
        if self.threshold is not None:
            CallSettings(self.threshold)
            if self.fdr is not None:
                raise InputError("--threshold and --fdr both choose the sites: give one of them")
        if self.fdr is not None and not 0 < self.fdr < 1:
            raise InputError(f"--fdr {self.fdr:g}: give a share of false positions between 0 and 1, like 0.8")
        if self.prevalence is not None and not 0 < self.prevalence < 1:
            raise InputError(f"--prevalence {self.prevalence:g}: give a share of positions between 0 and 1, like 0.001")

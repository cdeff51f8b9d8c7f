"""Names of motifs that people know: gene symbol and consensus."""

from __future__ import annotations

from ideep_scan.motifs.consensus import name_consensus
from ideep_scan.records.pwm import Pwm
from ideep_scan.records.scores import KNOWN, MotifLabel, MotifOrigin


def make_label(pwm: Pwm, origin: MotifOrigin = KNOWN) -> MotifLabel:
    """Name a motif by the symbol of its protein and its consensus, as in ELAVL1_UUWUUUU.

    Names have no blanks, because some readers of BED split lines at blanks.

    Parameters
    ----------
    pwm : Pwm
        The motif.
    origin : {'known', 'learned'}
        Its origin.

    Returns
    -------
    MotifLabel
        The names.
    """
    return MotifLabel(pwm.id, "_".join([*pwm.symbol.split(), name_consensus(pwm.counts)]), pwm.symbol, origin)

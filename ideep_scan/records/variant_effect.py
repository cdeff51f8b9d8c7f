"""The effect of an allele on one model and strand, and the reason why an allele has none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ideep_scan.records.span import Strand
from ideep_scan.records.variant import Variant


class Status(Enum):
    """State of an allele: scored, or the reason why not; the value is its name in files."""

    SCORED = "scored"
    NO_TRANSCRIPT = "no_transcript"
    REF_MISMATCH = "ref_mismatch"
    SYMBOLIC = "symbolic"
    STAR = "star"
    NO_ALT = "no_alt"
    MISSING_ALLELE = "missing_allele"
    TOO_LONG = "too_long"
    UNKNOWN_BASES = "unknown_bases"
    NO_CONTIG = "no_contig"
    PAST_END = "past_end"

    @property
    def reason(self) -> str:
        """Explain the status in words."""
        return _REASONS[self]


_REASONS = {
    Status.SCORED: "scored",
    Status.NO_TRANSCRIPT: "no window with the change lies in a transcript of the annotation",
    Status.REF_MISMATCH: "REF differs from the FASTA",
    Status.SYMBOLIC: "ALT is symbolic or a breakend",
    Status.STAR: "ALT is *, an allele that another record deletes",
    Status.NO_ALT: "ALT is '.': the record has no alternate allele",
    Status.MISSING_ALLELE: "REF, or one of several alternate alleles, is '.'",
    Status.TOO_LONG: "more letters change than the limit",
    Status.UNKNOWN_BASES: "the alleles, or the FASTA there, have letters other than A, C, G and T",
    Status.NO_CONTIG: "the FASTA lacks the contig",
    Status.PAST_END: "the record reaches past an end of its contig",
}


@dataclass(frozen=True, slots=True)
class VariantEffect:
    """The effect of one allele on one model and strand.

    Attributes
    ----------
    allele : str
        The allele as the file writes it; several changes of one haplotype are joined.
    model : str
        Name of the model.
    strand : Strand
        Strand of the scores.
    gene : str or None
        Gene at the change; None without an annotation.
    region : str or None
        Part of the transcript there; None without an annotation.
    reference, alternate : float
        Highest score among the positions that see the change, on each haplotype; NaN if none is scored.
    delta : float
        Alternate minus reference score where the log odds change most; NaN if no position has both scores.
    position : int or None
        0-based genome position of `delta`; None if no position has both scores.
    log_odds : float
        Change of the natural log odds there; NaN if no position has both scores.
    site : str
        'gained', 'lost', 'kept', 'moved' or 'none', at the model's threshold.
    p_value : float or None
        Share of common variants whose log odds change at least as much; None if the model has no background.
    changes : tuple of Variant
        The changes of the allele, on the FASTA.
    """

    allele: str
    model: str
    strand: Strand
    gene: str | None
    region: str | None
    reference: float
    alternate: float
    delta: float
    position: int | None
    log_odds: float
    site: str
    p_value: float | None = None
    changes: tuple[Variant, ...] = ()

"""Content of the page of the strongest variants: both haplotypes of each, letter by letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from math import isnan

import numpy as np

from ideep_scan.jobs.learned_motifs import read_learned_pwms
from ideep_scan.jobs.variants.scoring import VariantScorer
from ideep_scan.jobs.variants.strongest import RankedEffect
from ideep_scan.kernels.onehot import UNKNOWN, complement, decode
from ideep_scan.motifs.hits import MotifScanner
from ideep_scan.records.pwm import Pwm
from ideep_scan.records.scores import LEARNED, MotifLabel
from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.variant_effect import Status, VariantEffect
from ideep_scan.variants.comparison import GAP, Comparison, compare_haplotypes
from ideep_scan.variants.comparison import Lane as LetterLane
from ideep_scan.variants.normalization import normalize_allele
from track_hubs.variant_page.rows import Gene, Lane, Motif, Picture, VariantRow

MOTIFS = 4  # hits of a picture, at most
P_VALUE, OWN_P_VALUE = 1e-3, 5e-3  # highest of a hit, and of a hit of the model's own protein
EDGE = 30  # columns drawn at each end of a long change


class PictureMaker:
    """Make the rows of a page.

    Parameters
    ----------
    scorer : VariantScorer
        Models and inputs of the job.
    pwms : sequence of Pwm
        Known motifs.
    """

    def __init__(self, scorer: VariantScorer, pwms: Sequence[Pwm]):
        self._scorer = scorer
        self._known = MotifScanner(pwms, OWN_P_VALUE)
        self._learned: dict[int, MotifScanner] = {}  # by the number of the model
        self._models = {model.bundle.name: number for number, model in enumerate(scorer.scorers)}

    def make(self, ranked: RankedEffect) -> VariantRow:
        """Make the row of an effect that has a position.

        Parameters
        ----------
        ranked : RankedEffect
            The effect with its record.

        Returns
        -------
        VariantRow
            Figures and picture.
        """
        record, effect = ranked.record, ranked.effect
        return VariantRow(
            record.chrom,
            record.start + 1,
            record.id,
            record.ref,
            effect.allele,
            Status.SCORED.value,
            effect.model,
            effect.strand,
            gene=effect.gene,
            region=effect.region,
            reference=_number(effect.reference),
            alternate=_number(effect.alternate),
            delta=effect.delta,
            log_odds=effect.log_odds,
            p_value=effect.p_value,
            site=effect.site,
            picture=self._picture(effect),
        )

    def _picture(self, effect: VariantEffect) -> Picture:
        scorer = self._scorer
        number = self._models[effect.model]
        assert effect.position is not None, "an effect with a delta has a position"
        allele = normalize_allele(effect.changes, scorer.reader.letters)
        comparison = compare_haplotypes(
            allele,
            effect.strand,
            effect.position,
            loci=scorer.loci,
            featurizer=scorer.featurizer,
            scorer=scorer.scorers[number],
            pool=scorer.pool,
        )
        chrom, places = allele[0].chrom, [allele[0].start, effect.position]
        transcript = scorer.names.find_transcript(chrom, effect.strand, places)
        motifs = self._find_motifs(comparison, effect.strand, number)
        return _draw(comparison, effect, motifs, threshold=float(scorer.thresholds[number]), transcript=transcript)

    def _find_motifs(self, comparison: Comparison, strand: Strand, number: int) -> list[Motif]:
        """Find the motif hits that only one haplotype has: those of the model or its protein first, then by p-value."""
        protein = self._scorer.scorers[number].bundle.protein
        scanners = self._known, self._scan_learned(number)
        hits: list[dict[tuple[MotifLabel, int, int], Motif]] = []
        for is_made, lane in ((False, comparison.reference), (True, comparison.alternate)):
            codes = orient(lane.codes, strand)
            columns = np.flatnonzero(codes != GAP)
            letters = codes[columns]
            motifs = {}
            for offset, pwm, label, _, p_value in chain.from_iterable(scanner.scan(letters) for scanner in scanners):
                if p_value > P_VALUE and not label.describes(protein):
                    continue
                end = offset + len(pwm)
                first, last = int(columns[offset]), int(columns[end - 1])
                name, spelling = f"{label.name} ({label.id})", decode(letters[offset:end])
                motifs[label, first, last] = Motif(name, is_made, first, last, spelling, p_value)
            hits.append(motifs)
        reference, alternate = hits
        pairs = ((reference, alternate), (alternate, reference))
        changed = [(place[0], motifs[place]) for motifs, others in pairs for place in motifs.keys() - others.keys()]
        changed.sort(key=lambda pair: (not pair[0].describes(protein), pair[1].p_value, pair[1].name, pair[1].first))
        return [motif for _, motif in changed]

    def _scan_learned(self, number: int) -> MotifScanner:
        """Return the scanner of the motifs that a model has learned."""
        if number not in self._learned:
            (pwms,) = read_learned_pwms([self._scorer.scorers[number].bundle])
            self._learned[number] = MotifScanner(pwms, OWN_P_VALUE, origin=LEARNED)
        return self._learned[number]


def orient(codes: np.ndarray, strand: Strand) -> np.ndarray:
    """Turn codes of the plus strand in genome order to codes of a strand, 5'→3'; gaps stay gaps."""
    if strand == "+":
        return codes
    return np.where(codes == GAP, GAP, complement(codes))[::-1]


def _draw(
    comparison: Comparison,
    effect: VariantEffect,
    motifs: Sequence[Motif],
    *,
    threshold: float,
    transcript: Transcript | None,
) -> Picture:
    """Select the columns to draw and turn them to the strand, 5'→3'."""
    direction = slice(None, None, 1 if effect.strand == "+" else -1)
    places, is_changed = comparison.places[direction], comparison.is_changed[direction]
    letters = orient(comparison.reference.codes, effect.strand)
    others = orient(comparison.alternate.codes, effect.strand)
    center = int(np.flatnonzero((places == effect.position) & (letters != GAP) & (others != GAP))[0])
    is_drawn = _select_columns(is_changed, center)
    numbers = np.cumsum(is_drawn) - 1  # of each column that is drawn
    return Picture(
        places[is_drawn].tolist(),
        np.flatnonzero(is_changed[is_drawn]).tolist(),
        int(numbers[center]),
        threshold,
        _lane(comparison.reference, letters, is_drawn, direction=direction),
        _lane(comparison.alternate, others, is_drawn, direction=direction),
        cuts=list(_cuts(is_drawn, numbers)),
        motifs=list(_visible(motifs, is_drawn, numbers))[:MOTIFS],
        gene=None if transcript is None else _gene(transcript),
    )


def _select_columns(is_changed: np.ndarray, center: int) -> np.ndarray:
    """Leave out the middle of long changes, but nothing close to the centre: bool array (columns,)."""
    is_drawn = np.ones(is_changed.size, np.bool_)
    edges = np.flatnonzero(np.diff(is_changed, prepend=False, append=False))
    for first, end in edges.reshape(-1, 2).tolist():
        is_drawn[first + EDGE : max(end - EDGE, first + EDGE)] = False
    is_drawn[max(center - EDGE, 0) : center + EDGE] = True
    return is_drawn


def _cuts(is_drawn: np.ndarray, numbers: np.ndarray) -> Iterator[tuple[int, int]]:
    """List the columns before which others are left out, with their count."""
    edges = np.flatnonzero(np.diff(is_drawn, prepend=True, append=True))
    for first, end in edges.reshape(-1, 2).tolist():
        yield int(numbers[first]) + 1, end - first


def _visible(motifs: Sequence[Motif], is_drawn: np.ndarray, numbers: np.ndarray) -> Iterator[Motif]:
    """Select the motif hits that are drawn, with the numbers of their columns."""
    for motif in motifs:
        if is_drawn[motif.first] and is_drawn[motif.last]:
            first, last = int(numbers[motif.first]), int(numbers[motif.last])
            yield Motif(motif.name, motif.is_made, first, last, motif.letters, motif.p_value)


def _lane(lane: LetterLane, codes: np.ndarray, is_drawn: np.ndarray, *, direction: slice) -> Lane:
    letters = np.where(codes == GAP, UNKNOWN, codes).astype(np.int8)
    text = "".join("-" if code == GAP else letter for code, letter in zip(codes, decode(letters), strict=True))
    return Lane(
        "".join(letter for letter, drawn in zip(text, is_drawn, strict=True) if drawn),
        [_number(round(value, 4)) for value in lane.scores[direction][is_drawn].tolist()],
        [_number(round(value, 4)) for value in lane.contributions[direction][is_drawn].tolist()],
    )


def _gene(transcript: Transcript) -> Gene:
    exons = [(start, end) for start, end in transcript.exons.tolist()]
    return Gene(transcript.gene_name, transcript.id, exons, transcript.cds)


def _number(value: float) -> float | None:
    return None if isnan(value) else value

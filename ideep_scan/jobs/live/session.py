"""Session of the live view: scores, contributions of letters and effects of variants, computed on demand.

It reads through the same rooms as a scan, so the scores are those that a scan would write.
Threads may call it at the same time; a lock lets one compute at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.formats.scan_regions import parse_region, resolve_place
from ideep_scan.formats.spool import Spool
from ideep_scan.formats.variants.variant_text import read_variant
from ideep_scan.jobs.genome import Genome, open_genome
from ideep_scan.jobs.input_notes import list_input_notes
from ideep_scan.jobs.inputs import Evidence, check_cobinding, open_bundles, open_scorers
from ideep_scan.jobs.interval_lookup import IntervalIndex, clip_spans
from ideep_scan.jobs.live.score_cache import ScoreCache
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.jobs.piped_inputs import check_inputs, spool_inputs
from ideep_scan.jobs.thresholds import explain_uncalibrated, find_scales
from ideep_scan.kernels.onehot import UNKNOWN, decode
from ideep_scan.kernels.windows import find_strongest_windows
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.span import STRANDS, Span, Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.variant import Variant
from ideep_scan.records.walk import Walk
from ideep_scan.scan.gene_selection import select_transcripts
from ideep_scan.scan.plan import plan_loci
from ideep_scan.scan.sweep import sweep
from ideep_scan.variants.contributions import compute_contributions
from ideep_scan.variants.haplotype import reference_haplotype, score_lines
from ideep_scan.variants.pairs import pair_haplotypes

TILE = 1024  # positions scored between two checks for cancellation
LETTERS = 64  # letters mutated between them
CACHE_BYTES = 64 << 20  # size of the cache of scores
FIRST = 2000  # nt of the first view
_LAST_TILE = 0.5  # seconds to wait for the last tile at the end
_FIRST_LOCI = 64  # candidates for the first view

Track = tuple[str, Strand]
GoOn = Callable[[], bool]


class RequestCancelled(IdeepScanError):
    """The client has cancelled the request. Finished tiles stay in the cache."""

    def __init__(self) -> None:
        super().__init__("the view has moved on")


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """Effect of a variant on `[start, start + n)` of its contig, which holds every window with the variant.

    Attributes
    ----------
    variant : Variant
        The variant.
    start : int
        First position.
    reference : dict
        Model and strand to scores, float32 array (n,); NaN if not scored.
    alternate : dict
        The same for the alternate haplotype, at reference coordinates; NaN also for deleted bases.
    inserted : dict
        Model and strand to scores of inserted letters, float32 array (k,), in genome order.
    """

    variant: Variant
    start: int
    reference: dict[Track, np.ndarray]
    alternate: dict[Track, np.ndarray]
    inserted: dict[Track, np.ndarray]


class LiveSession:
    """Open inputs and models of a live view, made by `open_live`.

    Parameters
    ----------
    genome : Genome
        Sequence and annotation.
    bundles, scorers : list
        Models, and the scorer of each.
    evidence : Evidence
        Evidence that they read.
    strands : sequence of Strand
        Strands to score.

    Attributes
    ----------
    names : tuple of str
        Names of the models, in the order of the settings.
    notes : tuple of str
        Remarks on inputs and models, one line each.
    """

    def __init__(
        self,
        genome: Genome,
        bundles: list[ModelBundle],
        evidence: Evidence,
        scorers: list[Scorer],
        *,
        strands: Sequence[Strand] = STRANDS,
    ):
        self.genome = genome
        self.bundles = bundles
        self.evidence = evidence
        self.names = tuple(bundle.name for bundle in bundles)
        self.scales = find_scales(bundles, evidence.modalities)
        self.notes = list_input_notes(genome, evidence, scorers) + explain_uncalibrated(bundles, evidence.modalities)
        self.scorers = dict(zip(self.names, scorers, strict=True))
        transcripts = None if genome.annotation is None else genome.annotation.transcripts
        self.loci = IntervalIndex(plan_loci(genome.source.contigs, transcripts, None, strands))
        self._transcripts = IntervalIndex(transcripts or ())
        self._cache = ScoreCache(CACHE_BYTES)
        self.lock = threading.RLock()
        self._closed = False

    def close(self) -> None:
        """Stop scoring at the next tile; later calls raise `RequestCancelled`."""
        self._closed = True
        self.lock.acquire(timeout=_LAST_TILE)

    def scores(self, chrom: str, start: int, end: int, go_on: GoOn = lambda: True) -> dict[Track, np.ndarray]:
        """Score an interval as a scan does.

        Parameters
        ----------
        chrom : str
            Contig, by its name in the FASTA.
        start, end : int
            Interval inside the contig, 0-based half-open.
        go_on : callable
            Called before each tile; False cancels the request.

        Returns
        -------
        dict
            Model and strand to a float32 array (end - start,), 0-1, in genome order; NaN if not scored.
            Strands without a transcript in the interval are absent.

        Raises
        ------
        RequestCancelled
            `go_on` returned False.
        """
        strands = [s for s in STRANDS if any(span.strand == s for span in self.loci.overlapping(chrom, start, end))]
        out = {(name, s): np.full(end - start, np.nan, np.float32) for name in self.names for s in strands}
        for first in range(start - start % TILE, end, TILE):
            tile = self._tile(chrom, first, go_on)
            left, right = max(start, first), min(end, first + TILE)
            for (name, strand), values in out.items():
                row = tile[self.names.index(name), STRANDS.index(strand)]
                values[left - start : right - start] = row[left - first : right - first]
        return out

    def contributions(
        self, name: str, strand: Strand, chrom: str, start: int, end: int, *, go_on: GoOn = lambda: True
    ) -> np.ndarray:
        """Compute how much each letter adds to the log odds of its strongest window (`variants.contributions`).

        Parameters
        ----------
        name : str
            Model.
        strand : Strand
            Strand of the windows.
        chrom : str
            Contig, by its name in the FASTA.
        start, end : int
            Interval inside the contig, 0-based half-open.
        go_on : callable
            Called before each step; False cancels the request.

        Returns
        -------
        np.ndarray
            Float32 array (end - start,), in genome order; NaN if no window with the letter is scored.

        Raises
        ------
        RequestCancelled
            `go_on` returned False.
        """
        out = np.full(end - start, np.nan, np.float32)
        for first in range(start - start % LETTERS, end, LETTERS):
            part = self._letters(name, strand, chrom, first, go_on)
            left, right = max(start, first), min(end, first + LETTERS)
            out[left - start : right - start] = part[left - first : right - first]
        return out

    def falls(
        self, name: str, strand: Strand, chrom: str, start: int, end: int, *, stride: int = 1
    ) -> tuple[int, float, dict[str, float]]:
        """Compute how far the log odds of a site fall without each modality, at its highest score.

        Parameters
        ----------
        name, strand : str
            Model, and strand of the site.
        chrom : str
            Contig, by its name in the FASTA.
        start, end : int
            Interval of the site, 0-based half-open.
        stride : int
            Only positions that are a multiple of it count.

        Returns
        -------
        tuple of int, float and dict
            Position and score; the fall of the natural log odds by modality, empty if the model reads only one.
        """
        featurizer, scorer = self.evidence.featurizer, self.scorers[name]
        half = featurizer.spec.half
        with self.lock:
            spans = [Span(chrom, start, end, strand)]
            values = np.full(end - start, np.nan)
            for _, (track,) in sweep(spans, self.genome.source, featurizer, [scorer], stride=stride):
                values = track.values
            if np.isnan(values).all():
                raise InputError(f"no position of {chrom}:{start + 1:,}-{end:,} can be scored: its bases are unknown")
            position = start + int(np.nanargmax(values))
            walk = Walk(chrom, strand, ((position - half, position + half + 1),))
            falls = scorer.network.measure_falls(featurizer.tile(walk, np.array([half])), scorer.row)
        score = float(values[position - start])
        return position, score, {modality: float(fall[0]) for modality, fall in falls.items()}

    def effect(self, text: str) -> Effect:
        """Compute the effect of a variant on every model and transcribed strand.

        Raises
        ------
        InputError
            The text is not a variant of this genome (`formats.variants.variant_text`), or nothing is scored around it.
        """
        variant = read_variant(text, self.genome.resolver, self.sequence)
        half = self.evidence.featurizer.spec.half
        length = self.genome.source.contigs[variant.chrom]
        start, end = max(variant.start - half, 0), min(variant.end + half, length)
        reference = self.scores(variant.chrom, start, end)
        alternate: dict[Track, np.ndarray] = {}
        inserted: dict[Track, np.ndarray] = {}
        with self.lock:
            featurizer = self.evidence.featurizer
            strands = {strand for _, strand in reference}
            pairs = pair_haplotypes([(variant,)], self.loci, featurizer)
            lines = [pair.alternate for pair in pairs if pair.alternate.strand in strands]
            for line, rows in score_lines(lines, featurizer, list(self.scorers.values())).items():
                for name, row in zip(self.names, rows, strict=True):
                    values = line.haplotype.aligned(row, start, end - start)
                    alternate[name, line.strand], inserted[name, line.strand] = values
        if not any(np.isfinite(values).any() for values in (*reference.values(), *alternate.values())):
            why = "no transcript of the annotation lies there" if self.genome.annotation else "the sequence is unknown"
            raise InputError(f"nothing is scored around {text.strip()}: {why}")
        return Effect(variant, start, reference, alternate, inserted)

    def sequence(self, chrom: str, start: int, end: int) -> str:
        """Read the DNA letters of the plus strand; N for unknown bases."""
        with self.lock:
            return decode(self.genome.source.codes(chrom, start, end)).replace("U", "T")

    def transcripts(self, chrom: str, start: int, end: int) -> list[Transcript]:
        """List the transcripts that overlap an interval, in the order of the annotation."""
        return self._transcripts.overlapping(chrom, start, end)

    def find(self, text: str) -> tuple[str, int, int]:
        """Find a region, contig or gene; return (chrom, start, end), 0-based half-open.

        Raises
        ------
        InputError
            The region is malformed or not in the FASTA, or the gene is unknown; the message names similar genes.
        """
        place = parse_region(text)
        annotation = self.genome.annotation
        if place.end is not None or annotation is None or self.genome.resolver.resolve(place.chrom) is not None:
            return resolve_place(place, self.genome.resolver)
        transcripts = select_transcripts(annotation.transcripts, [text])
        matches = [transcript for transcript in transcripts if transcript.chrom == transcripts[0].chrom]
        return transcripts[0].chrom, min(t.start for t in matches), max(t.end for t in matches)

    def first_view(self) -> tuple[str, int, int]:
        """Choose an early place with known sequence: the 3' end or the middle of one of the first loci."""
        best, best_count = None, -1
        for place in self._first_places():
            count = int(np.count_nonzero(self._codes(*place) != UNKNOWN))
            if count > best_count:
                best, best_count = place, count
            if count == FIRST:
                break
        assert best is not None, "there is a locus"
        return best

    def _first_places(self) -> Iterator[tuple[str, int, int]]:
        for span in self.loci.first(_FIRST_LOCI):
            length = min(FIRST, len(span))
            last = span.end - length if span.strand == "+" else span.start
            for start in (last, span.start + (len(span) - length) // 2):
                yield span.chrom, start, start + length

    def _codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        with self.lock:
            return self.genome.source.codes(chrom, start, end)

    def _tile(self, chrom: str, first: int, go_on: GoOn) -> np.ndarray:
        """Score one tile: float32 array (models, strands, TILE)."""
        with self.lock:
            cached = self._cache.get((chrom, first))
            if cached is not None:
                return cached
            if self._closed or not go_on():
                raise RequestCancelled
            out = np.full((len(self.names), len(STRANDS), TILE), np.nan, np.float32)
            spans = clip_spans(self.loci.overlapping(chrom, first, first + TILE), first, first + TILE)
            scorers = list(self.scorers.values())
            for chunk, tracks in sweep(spans, self.genome.source, self.evidence.featurizer, scorers):
                for row, track in zip(out[:, STRANDS.index(chunk.strand)], tracks, strict=True):
                    row[chunk.start - first : chunk.end - first] = track.values
            return self._cache.put((chrom, first), out)

    def _letters(self, name: str, strand: Strand, chrom: str, first: int, go_on: GoOn) -> np.ndarray:
        """Compute the contributions of `LETTERS` letters."""
        half = self.evidence.featurizer.spec.half
        with self.lock:
            cached = self._cache.get((name, strand, chrom, first))
            if cached is not None:
                return cached
            around = self._padded(name, strand, chrom, first - half, first + LETTERS + half, go_on=go_on)
            if self._closed or not go_on():
                raise RequestCancelled
            start = first - 2 * half
            letters = slice(2 * half, 2 * half + LETTERS)
            haplotype = reference_haplotype(self.genome.source.codes(chrom, start, start + LETTERS + 4 * half), start)
            centres = np.full(len(haplotype), -1)
            best = find_strongest_windows(around, half)
            centres[letters] = np.where(best < 0, -1, best + half)
            values = compute_contributions(
                chrom,
                strand,
                haplotype,
                centres=centres,
                featurizer=self.evidence.featurizer,
                scorer=self.scorers[name],
            )[letters].copy()
            return self._cache.put((name, strand, chrom, first), values)

    def _padded(self, name: str, strand: Strand, chrom: str, start: int, end: int, *, go_on: GoOn) -> np.ndarray:
        """Score an interval that may reach past the ends of the contig; NaN there."""
        out = np.full(end - start, np.nan, np.float32)
        first, last = max(start, 0), min(end, self.genome.source.contigs[chrom])
        values = self.scores(chrom, first, last, go_on).get((name, strand))
        if values is not None:
            out[first - start : last - start] = values
        return out


def open_live(settings: LiveSettings, stack: ExitStack) -> LiveSession:
    """Open the inputs and models of a live view.

    Parameters
    ----------
    settings : LiveSettings
        Settings of the view.
    stack : ExitStack
        Closes them.

    Returns
    -------
    LiveSession
        The session.

    Raises
    ------
    IdeepScanError
        An input cannot be used.
    """
    settings.check()
    bundles = open_bundles(settings.rbp, settings.model)
    check_inputs(settings)
    check_cobinding(settings.cobinding, bundles)
    settings = spool_inputs(settings, stack.enter_context(Spool()))
    genome = open_genome(settings.fasta, settings.gtf, stack, scattered=True, strict=settings.strict)
    evidence, scorers = open_scorers(settings, bundles, genome, stack)
    live = LiveSession(genome, bundles, evidence, scorers)
    stack.callback(live.close)
    return live

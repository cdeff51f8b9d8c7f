"""Score the records of a VCF in batches: a stream of records with their effects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, fields
from math import isnan

import numpy as np

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.formats.variants.vcf_effects import join_changes
from ideep_scan.jobs.interval_lookup import IntervalIndex
from ideep_scan.jobs.variants.allele_reader import AlleleReader, PlacedRecord
from ideep_scan.jobs.variants.gene_names import GeneNames
from ideep_scan.jobs.variants.p_values import Backgrounds, compute_p_values
from ideep_scan.jobs.variants.phasing import Haplotype, Phasing
from ideep_scan.models.scorer import Scorer
from ideep_scan.models.variant_background import name_change
from ideep_scan.records.span import STRANDS, Span
from ideep_scan.records.variant import Variant
from ideep_scan.records.variant_effect import Status, VariantEffect
from ideep_scan.variants.effect import Effects, SiteChange, score_alleles
from ideep_scan.variants.normalization import normalize_allele

ROWS = 1024  # records of a batch
BYTES = 1 << 25  # of the lines of a batch; a line has a column per sample


@dataclass(slots=True)
class ScoredRecord:
    """A record with its effects.

    Attributes
    ----------
    record : VcfRecord
        The record.
    statuses : tuple of Status
        One per alternate allele.
    effects : list of VariantEffect
        Effects of its alleles, by allele, model and strand.
    haplotypes : list of VariantEffect
        Effects of haplotypes that have one of its changes.
    """

    record: VcfRecord
    statuses: tuple[Status, ...]
    effects: list[VariantEffect] = field(default_factory=list)
    haplotypes: list[VariantEffect] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class VariantScorer:
    """All that scoring a record needs.

    Attributes
    ----------
    reader : AlleleReader
        Places alleles on the FASTA.
    loci : IntervalIndex of Span
        Spans in which positions are scored.
    featurizer : Featurizer
        Computes the features.
    scorers : sequence of Scorer
        The models.
    thresholds : np.ndarray
        Float array (models,), threshold of each model's sites.
    names : GeneNames
        Names genes and regions.
    phasing : Phasing or None
        Joins the changes of haplotypes; None scores each allele alone.
    pool : Executor or None
        Threads that score.
    backgrounds : sequence of mappings
        Background of variants of each model, by kind of change; empty gives no p-values.
    smoothing : np.ndarray or None
        Int array (models,), width of the smoothing of each model's sites in nt; None for none.
    """

    reader: AlleleReader
    loci: IntervalIndex[Span]
    featurizer: Featurizer
    scorers: Sequence[Scorer]
    thresholds: np.ndarray
    names: GeneNames
    phasing: Phasing | None = None
    pool: Executor | None = None
    backgrounds: Backgrounds = ()
    smoothing: np.ndarray | None = None

    def score(self, records: Iterable[VcfRecord]) -> Iterator[list[ScoredRecord]]:
        """Score records in batches.

        Parameters
        ----------
        records : iterable of VcfRecord
            The records, in any order; sorted with `phasing`.

        Yields
        ------
        list of ScoredRecord
            Consecutive records, in their order.
        """
        for batch in self._batches(records):
            yield self._score_batch(batch)

    def _batches(self, records: Iterable[VcfRecord]) -> Iterator[list[PlacedRecord]]:
        """Split records into batches. With phasing, records whose changes share windows stay together."""
        batch: list[PlacedRecord] = []
        size = 0
        carrier: PlacedRecord | None = None
        for placed in map(self.reader.place, records):
            is_full = len(batch) >= ROWS or size >= BYTES
            if is_full and (self.phasing is None or carrier is None or not self.phasing.reaches(carrier, placed)):
                yield batch
                batch, size, carrier = [], 0, None
            batch.append(placed)
            size += len(placed.record.genotypes)
            if self.phasing is not None and self.phasing.carries(placed):
                same = carrier is not None and carrier.contig == placed.contig
                if carrier is None or not same or carrier.record.end < placed.record.end:
                    carrier = placed
        if batch:
            yield batch

    def _score_batch(self, batch: Sequence[PlacedRecord]) -> list[ScoredRecord]:
        singles = [
            Haplotype((variant,), ((index, number),))
            for index, placed in enumerate(batch)
            for number, variant in enumerate(placed.alleles)
            if isinstance(variant, Variant)
        ]
        joined = [] if self.phasing is None else self.phasing.haplotypes(batch)
        haplotypes = [*singles, *joined]
        effects = score_alleles(
            [haplotype.allele for haplotype in haplotypes],
            self.loci,
            self.featurizer,
            scorers=self.scorers,
            thresholds=self.thresholds,
            smoothing=self.smoothing,
            pool=self.pool,
        )
        with_rows = {haplotypes[number].members[0] for number in np.unique(effects.allele) if number < len(singles)}
        scored = [
            ScoredRecord(placed.record, self._statuses(placed, index, with_rows)) for index, placed in enumerate(batch)
        ]
        for number, effect in self._describe(effects, haplotypes, batch):
            for index, _ in haplotypes[number].members:
                record = scored[index]
                (record.effects if number < len(singles) else record.haplotypes).append(effect)
        return scored

    def _statuses(self, placed: PlacedRecord, index: int, scored: Collection[tuple[int, int]]) -> tuple[Status, ...]:
        """Return the status of each allele of a record, whose index in its batch is given."""
        return tuple(
            allele
            if isinstance(allele, Status)
            else Status.SCORED
            if (index, number) in scored
            else self._reason(allele)
            for number, allele in enumerate(placed.alleles)
        )

    def _reason(self, variant: Variant) -> Status:
        """Tell why an allele has no scored position."""
        half = self.featurizer.spec.half
        loci = self.loci.overlapping(variant.chrom, variant.start - half, variant.end + half)
        return Status.UNKNOWN_BASES if loci else Status.NO_TRANSCRIPT

    def _describe(
        self, effects: Effects, haplotypes: Sequence[Haplotype], batch: Sequence[PlacedRecord]
    ) -> Iterator[tuple[int, VariantEffect]]:
        """Turn the rows of a table of effects into records, each with the index of its haplotype."""
        texts = [_text(haplotype, batch) for haplotype in haplotypes]
        changes = [normalize_allele(haplotype.allele, self.reader.letters) for haplotype in haplotypes]
        p_values = compute_p_values(effects, [name_change(allele) for allele in changes], self.backgrounds)
        models = [scorer.bundle.name for scorer in self.scorers]
        columns = (getattr(effects, column.name).tolist() for column in fields(effects))
        genes = self.names.describe(effects, [allele[0] for allele in changes])
        rows = zip(zip(*columns, strict=True), genes, p_values.tolist(), strict=True)
        for (number, model, strand, *scores), (gene, region), p_value in rows:
            reference, alternate, delta, position, log_odds, site = scores
            yield (
                number,
                VariantEffect(
                    texts[number],
                    models[model],
                    STRANDS[strand],
                    gene=gene,
                    region=region,
                    reference=reference,
                    alternate=alternate,
                    delta=delta,
                    position=None if position < 0 else position,
                    log_odds=log_odds,
                    site=SiteChange(site).name.lower(),
                    p_value=None if isnan(p_value) else p_value,
                    changes=haplotypes[number].allele,
                ),
            )


def _text(haplotype: Haplotype, batch: Sequence[PlacedRecord]) -> str:
    """Name an allele as its record writes it, or the changes of a haplotype."""
    changes = [(batch[index].record, batch[index].record.alts[number]) for index, number in haplotype.members]
    return changes[0][1] if len(changes) == 1 else join_changes(changes)

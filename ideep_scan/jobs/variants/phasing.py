"""Changes that one haplotype of a sample carries close together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from ideep_scan.errors import InputError
from ideep_scan.formats.variants.vcf import VcfHeader, VcfRecord
from ideep_scan.jobs.variants.allele_reader import AlleleReader, PlacedRecord
from ideep_scan.records.notes import join_names
from ideep_scan.records.variant import Variant
from ideep_scan.variants.normalization import Allele, normalize

_NUMBER = re.compile(r"[0-9]{1,9}")
_FORMAT = 1  # index of FORMAT in the columns after INFO
_Carried = tuple[int, Variant, int, str | None]  #: index of the record, change, alternate allele, phase set


class Phase(Enum):
    """Knowledge about a genotype; the value is its name in notes."""

    PHASED = "phased"
    UNPHASED = "unphased"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Genotype:
    """The genotype of one sample.

    Attributes
    ----------
    alleles : tuple of int
        Index of the allele of each haplotype, 0 for REF; -1 if it is missing.
    phase : Phase
        Equal alleles count as phased.
    phase_set : str or None
        Name of the set in which haplotypes keep their order; None if the alleles are equal, which fits any set.
    """

    alleles: tuple[int, ...]
    phase: Phase
    phase_set: str | None


def read_genotype(record: VcfRecord, sample: int) -> Genotype:
    """Read the genotype of a sample from the fields GT and PS.

    Parameters
    ----------
    record : VcfRecord
        The record.
    sample : int
        Index of the sample.

    Returns
    -------
    Genotype
        A malformed genotype counts as missing.
    """
    fields = record.genotypes.split(b"\t", _FORMAT + sample + 2)
    values = dict(zip(fields[_FORMAT].split(b":"), fields[_FORMAT + sample + 1].split(b":"), strict=False))
    text = values.get(b"GT", b".").decode("ascii", "replace").lstrip("|/")
    numbers = re.split(r"[|/]", text)
    alleles = tuple(int(number) if _NUMBER.fullmatch(number) else -1 for number in numbers)
    if not all(0 <= allele <= len(record.alts) for allele in alleles):
        return Genotype(alleles, Phase.MISSING, None)
    if len(set(alleles)) == 1 and len(alleles) > 1:
        return Genotype(alleles, Phase.PHASED, None)
    phase = Phase.UNPHASED if "/" in text else Phase.PHASED
    return Genotype(alleles, phase, values.get(b"PS", b".").decode("ascii", "replace"))


def sample_index(header: VcfHeader, name: str) -> int:
    """Find a sample by its name.

    Raises
    ------
    InputError
        The VCF does not have the sample, or has several of this name.
    """
    if name not in header.samples:
        samples = f"its samples are {join_names(header.samples)}" if header.samples else "it has no samples"
        raise InputError(f"--phased {name}: the VCF does not have this sample; {samples}")
    if header.samples.count(name) > 1:
        raise InputError(
            f"--phased {name}: several samples of the VCF have this name: rename them (`bcftools reheader`)"
        )
    return header.samples.index(name)


@dataclass(frozen=True, slots=True)
class Haplotype:
    """Changes of one haplotype that share windows.

    Attributes
    ----------
    allele : Allele
        The changes, sorted and disjoint.
    members : tuple of tuple[int, int]
        Index of the record in its batch, and of the alternate allele, for each change.
    """

    allele: Allele
    members: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Cluster:
    """Changes of one haplotype that are close together."""

    phase_set: str | None
    changes: list[Variant] = field(default_factory=list)
    members: list[tuple[int, int]] = field(default_factory=list)


class Phasing:
    """Join the changes of one sample's haplotypes.

    Parameters
    ----------
    sample : int
        Index of the sample.
    reader : AlleleReader
        Reads the letters of the FASTA.
    window : int
        Width of a window, nt.
    """

    def __init__(self, sample: int, reader: AlleleReader, window: int):
        self._sample = sample
        self._letters = reader.letters
        self._distance = window - 1
        self._counts: Counter[Phase] = Counter()
        self._overlaps = 0

    def carries(self, placed: PlacedRecord) -> bool:
        """Tell whether a haplotype carries a change of the record."""
        genotype = read_genotype(placed.record, self._sample)
        return genotype.phase is Phase.PHASED and any(_change(placed, allele) for allele in genotype.alleles)

    def reaches(self, carrier: PlacedRecord, record: PlacedRecord) -> bool:
        """Tell whether a change of a record may share a window with one of an earlier record."""
        return carrier.contig == record.contig and record.record.start - carrier.record.end < self._distance

    def haplotypes(self, batch: Sequence[PlacedRecord]) -> list[Haplotype]:
        """Find the haplotypes with several changes that share windows.

        Parameters
        ----------
        batch : sequence of PlacedRecord
            Sorted records. No change of another record shares a window with theirs.

        Returns
        -------
        list of Haplotype
            Each haplotype once, also if both chromosomes carry it.
        """
        genotypes = [read_genotype(placed.record, self._sample) for placed in batch]
        self._counts.update(genotype.phase for genotype in genotypes if any(genotype.alleles))
        ploidy = max((len(genotype.alleles) for genotype in genotypes), default=0)
        distinct: dict[tuple[tuple[int, int], ...], Haplotype] = {}
        overlaps: set[tuple[int, int]] = set()
        for number in range(ploidy):
            for cluster in self._clusters(self._changes(batch, genotypes, number), overlaps):
                if len(cluster.changes) > 1:
                    members = tuple(cluster.members)
                    distinct[members] = Haplotype(tuple(cluster.changes), members)
        self._overlaps += len(overlaps)
        return list(distinct.values())

    def notes(self, name: str) -> tuple[str, ...]:
        """Describe the genotypes that are scored alone.

        Parameters
        ----------
        name : str
            Name of the sample.

        Returns
        -------
        tuple of str
            At most two lines.
        """
        alone = [f"{self._counts[phase]:,} {phase.value}" for phase in (Phase.UNPHASED, Phase.MISSING)]
        notes = []
        if self._counts[Phase.UNPHASED] or self._counts[Phase.MISSING]:
            notes.append(f"{name}: {' and '.join(alone)} genotypes are scored alone")
        if self._overlaps:
            notes.append(
                f"{name}: {self._overlaps:,} changes overlap another one of their haplotype and are scored alone"
            )
        return tuple(notes)

    def _clusters(self, changes: Iterable[_Carried], overlaps: set[tuple[int, int]]) -> Iterator[_Cluster]:
        """Collect the changes of one haplotype; changes that share a window are in one cluster.

        Changes that overlap an earlier one are added to `overlaps` instead.
        """
        cluster: _Cluster | None = None
        for index, change, allele, phase_set in changes:
            if cluster is not None and self._joins(cluster, change, phase_set):
                last = cluster.changes[-1]
                if change.start < last.end or (change.start == last.start and not change.ref and not last.ref):
                    overlaps.add((index, allele))
                    continue
                cluster.phase_set = cluster.phase_set or phase_set
            else:
                if cluster is not None:
                    yield cluster
                cluster = _Cluster(phase_set)
            cluster.changes.append(change)
            cluster.members.append((index, allele))
        if cluster is not None:
            yield cluster

    def _joins(self, cluster: _Cluster, change: Variant, phase_set: str | None) -> bool:
        last = cluster.changes[-1]
        fits = phase_set is None or cluster.phase_set is None or phase_set == cluster.phase_set
        return fits and last.chrom == change.chrom and change.start - last.end < self._distance

    def _changes(self, batch: Sequence[PlacedRecord], genotypes: Sequence[Genotype], number: int) -> list[_Carried]:
        """List the changes of one haplotype by contig and start."""
        changes: list[_Carried] = []
        for index, (placed, genotype) in enumerate(zip(batch, genotypes, strict=True)):
            if genotype.phase is not Phase.PHASED or number >= len(genotype.alleles):
                continue
            variant = _change(placed, genotype.alleles[number])
            if variant is not None:
                change = normalize(variant, self._letters, variant.start)
                if change.ref != change.alt:
                    changes.append((index, change, genotype.alleles[number] - 1, genotype.phase_set))
        return sorted(changes, key=lambda change: (batch[change[0]].record.chrom, change[1].start, change[1].end))


def _change(placed: PlacedRecord, allele: int) -> Variant | None:
    """Return the variant of an allele by its number in a genotype; None for REF and for what is not scored."""
    if allele < 1:
        return None
    variant = placed.alleles[allele - 1]
    return variant if isinstance(variant, Variant) else None

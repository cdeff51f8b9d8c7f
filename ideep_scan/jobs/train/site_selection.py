"""Selection of the sites to train on: those on transcripts of their strand, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.formats.training_sites import SiteList, read_training_sites
from ideep_scan.jobs.genome import Genome
from ideep_scan.jobs.strand_shares import StrandShares
from ideep_scan.jobs.train.settings import TrainSettings
from ideep_scan.records.places import Places, concatenate_places
from ideep_scan.records.span import Span
from ideep_scan.scan.place_scores import mark_scorable_places
from ideep_scan.train.loci import find_loci
from ideep_scan.train.site_lists import NEAR, collapse, count_replicates

LEAST = 10  # sites that can be split into three parts
_MANY = 0.5  # share of sites on transcripts of the other strand, above which strands are swapped


@dataclass(eq=False)
class SelectedSites:
    """Sites of all lists during their selection.

    Attributes
    ----------
    lists : list of SiteList
        The files.
    shares : StrandShares
        Shares of all sites in transcripts.
    places : Places
        The n sites that remain.
    strength : np.ndarray
        Float32 (n,).
    loci : np.ndarray
        Int64 (n,), number of the locus of each.
    dropped : Counter
        Number of the others by reason.
    """

    lists: list[SiteList]
    shares: StrandShares
    places: Places
    strength: np.ndarray
    loci: np.ndarray
    dropped: Counter[str] = field(default_factory=Counter)

    @property
    def files(self) -> str:
        """Names of the files."""
        return ", ".join(item.path.name for item in self.lists)

    def describe_dropped(self) -> str:
        """List the dropped sites by reason."""
        return "; ".join(f"{count:,} {reason}" for reason, count in self.dropped.most_common()) or "none"

    def keep(self, mask: np.ndarray, reason: str) -> None:
        """Drop the sites that are not in the mask."""
        if not mask.all():
            self.dropped[reason] += int((~mask).sum())
        self.places, self.strength, self.loci = self.places[mask], self.strength[mask], self.loci[mask]


def gather_sites(settings: TrainSettings, genome: Genome, loci: Sequence[Span]) -> SelectedSites:
    """Read all lists, and keep the sites on transcripts of their strand.

    Parameters
    ----------
    settings : TrainSettings
        Settings with lists of sites.
    genome : Genome
        FASTA and annotation.
    loci : sequence of Span
        The loci of all transcripts.

    Returns
    -------
    SelectedSites
        The sites.

    Raises
    ------
    InputError
        A list cannot be used, no site lies on a transcript, or most lie on the other strand.
    """
    lists = [read_training_sites(path, genome.resolver, settings.site, settings.strict) for path in settings.sites]
    places = concatenate_places([item.places for item in lists])
    numbers = find_loci(places, loci)
    other = Places(places.chrom, np.where(places.strand == "+", "-", "+").astype(object), places.centre)
    shares = StrandShares(len(places), float((numbers >= 0).mean()), float((find_loci(other, loci) >= 0).mean()))
    _check_transcripts(shares, settings.sites[0], genome)
    strength = np.concatenate([item.strength for item in lists])
    sites = SelectedSites(lists, shares, places, strength, numbers)
    for item in lists:
        for report in item.exclusions.reports():
            if report.excluded:
                sites.dropped[report.reason] += report.count
    sites.keep(numbers >= 0, "outside transcripts of their strand")
    return sites


def _check_transcripts(shares: StrandShares, path: Path, genome: Genome) -> None:
    """Raise InputError if no site lies on a transcript, or if most lie on the other strand."""
    assert genome.annotation_path is not None
    if shares.own == 0 and shares.other == 0:
        raise InputError(
            f"none of the {shares.sites:,} sites lies on a transcript of {genome.annotation_path.name}, on either "
            "strand: sites, genome and annotation are of different assemblies, or the annotation lacks these genes; "
            "`ideep-scan check` compares them",
            path,
        )
    if (shares.other > shares.own and shares.other > _MANY) or shares.own == 0:
        raise InputError(
            f"{shares}: the strands are swapped; swap + and - in the list (libraries differ in which strand they read)",
            path,
        )


def select_sites(sites: SelectedSites, settings: TrainSettings, featurizer: Featurizer) -> None:
    """Keep the sites that replicates agree on, with known bases, each once.

    Parameters
    ----------
    sites : SelectedSites
        The sites, which are changed.
    settings : TrainSettings
        Settings with the number of replicates.
    featurizer : Featurizer
        Source of the sequence.

    Raises
    ------
    InputError
        Too few sites remain.
    """
    path = settings.sites[0]
    if settings.min_replicates > 1:
        support = count_replicates(sites.places, [item.places for item in sites.lists])
        sites.keep(support >= settings.min_replicates, f"in fewer than {settings.min_replicates} replicates")
        if not len(sites.places):
            raise InputError(
                f"no site is in {settings.min_replicates} of {len(sites.lists)} lists (within {NEAR} nt): "
                "give a lower --min-replicates",
                path,
            )
    sites.keep(mark_scorable_places(sites.places, featurizer), "with too many unknown bases around them")
    order = collapse(sites.places, sites.strength)
    before = len(sites.places)
    sites.places, sites.strength, sites.loci = sites.places[order], sites.strength[order], sites.loci[order]
    if before > len(order):
        sites.dropped[f"within {NEAR} nt of a stronger one"] += before - len(order)
    if len(order) < LEAST:
        raise InputError(
            f"{len(order)} sites can be used, and a training needs {LEAST}; left out: {sites.describe_dropped()}", path
        )

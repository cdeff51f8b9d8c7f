"""Positions without a site to train on: of transcripts with sites, of genes without, or given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.formats.training_sites import SiteList, read_training_sites
from ideep_scan.jobs.genome import Genome
from ideep_scan.jobs.train.settings import BOTH, SAME, UNBOUND, TrainSettings
from ideep_scan.jobs.train.site_selection import SelectedSites
from ideep_scan.records.places import Places, concatenate_places
from ideep_scan.records.span import Span
from ideep_scan.scan.place_scores import mark_scorable_places
from ideep_scan.train.loci import find_loci
from ideep_scan.train.negatives import AWAY, Surroundings, draw_anywhere, draw_positions
from ideep_scan.train.site_lists import collapse
from ideep_scan.train.training_data import GIVEN, SAME_TRANSCRIPT, UNBOUND_GENE


class Negatives(NamedTuple):
    """Positions without a site of one kind, with the numbers of their loci."""

    kind: int
    places: Places
    loci: np.ndarray


@dataclass(frozen=True, eq=False)
class NegativeSource:
    """Transcripts and sites, from which positions without a site are drawn.

    Attributes
    ----------
    sites : SelectedSites
        The sites to train on.
    loci : sequence of Span
        The loci of all transcripts.
    around : Surroundings
        All given intervals, with what is near them.
    featurizer : Featurizer
        Source of the sequence.
    """

    sites: SelectedSites
    loci: Sequence[Span]
    around: Surroundings
    featurizer: Featurizer

    def mark_usable(self, places: Places) -> np.ndarray:
        """Mark the places away from sites whose bases are known: bool (n,)."""
        usable = ~self.around.cover(places)
        usable[usable] = mark_scorable_places(places[usable], self.featurizer)
        return usable


def surround(lists: Sequence[SiteList]) -> Surroundings:
    """Collect all given intervals, also of sites that are dropped later.

    Parameters
    ----------
    lists : sequence of SiteList
        The files of sites.

    Returns
    -------
    Surroundings
        Their intervals.
    """
    return Surroundings(
        concatenate_places([item.places for item in lists]),
        np.concatenate([item.starts for item in lists]),
        np.concatenate([item.ends for item in lists]),
    )


def draw_negatives(
    source: NegativeSource, settings: TrainSettings, genome: Genome, rng: np.random.Generator
) -> list[Negatives]:
    """Draw positions without a site.

    Parameters
    ----------
    source : NegativeSource
        What they are drawn from.
    settings : TrainSettings
        Settings with their kinds and number.
    genome : Genome
        FASTA and annotation.
    rng : Generator
        Source of random numbers.

    Returns
    -------
    list of Negatives
        The positions of each kind.

    Raises
    ------
    InputError
        A list cannot be used, or no position can be drawn.
    """
    words = [kind for text in settings.negatives for kind in ((SAME, UNBOUND) if text == BOTH else (text,))]
    kinds = list(dict.fromkeys(word for word in words if word in (SAME, UNBOUND)))
    files = [Path(word) for word in words if word not in (SAME, UNBOUND)]
    share = settings.negatives_per_site / (len(kinds) + bool(files))
    total = round(len(source.sites.places) * share)
    drawn: list[Negatives] = []
    if SAME in kinds:
        counts = np.bincount(source.sites.loci, minlength=len(source.loci))
        wanted = np.ceil(counts * share).astype(np.int64)
        drawn.append(Negatives(SAME_TRANSCRIPT, *draw_positions(source.loci, wanted, source.mark_usable, rng)))
    if UNBOUND in kinds:
        unbound = np.flatnonzero(~source.around.touch(source.loci))
        places, numbers = draw_anywhere([source.loci[i] for i in unbound.tolist()], total, source.mark_usable, rng)
        drawn.append(Negatives(UNBOUND_GENE, places, unbound[numbers]))
    if files:
        drawn.append(Negatives(GIVEN, *_read_given(source, files, genome, settings=settings, total=total, rng=rng)))
    if not sum(len(places) for _, places, _ in drawn):
        raise InputError(
            f"no position without a site can be drawn by --negatives {' '.join(settings.negatives)}: none is {AWAY} nt "
            "away from all sites with known bases; give another kind, or a list of positions",
            settings.sites[0],
        )
    return drawn


def _read_given(
    source: NegativeSource,
    files: Sequence[Path],
    genome: Genome,
    *,
    settings: TrainSettings,
    total: int,
    rng: np.random.Generator,
) -> tuple[Places, np.ndarray]:
    """Read given positions without a site: those on transcripts, away from all sites, each once."""
    base = "auto" if settings.site == "summit" else settings.site
    lists = [read_training_sites(path, genome.resolver, base, settings.strict) for path in files]
    places = concatenate_places([item.places for item in lists])
    places = places[collapse(places, np.zeros(len(places)), 0)]
    loci = find_loci(places, source.loci)
    usable = (loci >= 0) & source.mark_usable(places)
    if not usable.any():
        raise InputError(
            f"none of its positions can be used: each lies within {AWAY} nt of a site, outside transcripts of its "
            "strand, or among unknown bases",
            files[0],
        )
    rows = np.flatnonzero(usable)
    if len(rows) > total:
        rows = np.sort(rng.choice(rows, total, replace=False))
    return places[rows], loci[rows]

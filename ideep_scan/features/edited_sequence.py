"""Features of letters that the genome does not have, at places that it has: a changed base, another haplotype.

What is made of sequence alone (sequence, motifs, structure) comes from the letters, the rest (region, co-binding) from
the places. THE featurizer makes both; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.features.modalities.registry import modality
from ideep_scan.features.sources import SequenceSource
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.records.walk import Walk

CONTIG = "letters"


def respelled(featurizer: Featurizer, places: Walk, letters: Sequence[np.ndarray], scored: np.ndarray) -> Tile:
    """Features of letters laid along a walk of the genome.

    Parameters
    ----------
    places : where each letter counts as lying; a position may occur more than once (inserted letters) or never.
    letters : int8 arrays of plus-strand codes in the order of the genome, together as long as the walk; each is one
        stretch of RNA, in which windows lie whole.
    scored : int64 array (n,), ascending, as `Featurizer.tile` takes it, into the walk's 5'→3' positions.

    Raises
    ------
    ValueError : the letters are more or fewer than the places.
    """
    edges = np.cumsum([0, *map(len, letters)]).tolist()
    if edges[-1] != len(places):
        raise ValueError(f"{edges[-1]} letters do not lie at {len(places)} places")
    line = Walk(CONTIG, places.strand, tuple(pairwise(edges)))
    genome = InMemoryGenome({CONTIG: np.concatenate(letters)})
    of_positions = {name for name in featurizer.modalities if modality(name).follows == "position"}
    edited = _with(featurizer, featurizer.modalities - of_positions, genome).tile(line, scored)
    original = _with(featurizer, of_positions, featurizer.sources.sequence).tile(places, scored)
    return Tile(edited.window | original.window, edited.centre | original.centre, scored)


def _with(featurizer: Featurizer, modalities: Collection[str], sequence: SequenceSource) -> Featurizer:
    """Return the same featurizer for other modalities and another genome."""
    return Featurizer(featurizer.spec, replace(featurizer.sources, sequence=sequence), modalities)

"""Compute features for an edited sequence (a mutated base, an alternate haplotype) at reference coordinates.

Sequence, motifs and structure come from the edited letters; the other modalities come from the reference positions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.features.modalities.registry import get_modality
from ideep_scan.features.sources import SequenceSource
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.records.walk import Walk

CONTIG = "letters"


def featurize_edited_sequence(
    featurizer: Featurizer, places: Walk, letters: Sequence[np.ndarray], scored: np.ndarray
) -> Tile:
    """Compute the features of letters along a walk of the genome.

    Parameters
    ----------
    featurizer : Featurizer
        Featurizer of the reference genome.
    places : Walk
        Reference position of each letter.
        A position may repeat (inserted letters) or be left out (deleted letters).
    letters : sequence of int8 arrays
        Plus-strand codes in genome order, together as long as the walk.
        Each array is one piece of RNA; every window lies inside of a piece.
    scored : int64 array (n,)
        Ascending indices into the walk's 5'→3' positions, as `Featurizer.tile` takes them.

    Returns
    -------
    Tile
        Tensors of all modalities of the featurizer.

    Raises
    ------
    ValueError
        The letters are more or fewer than the places.
    """
    edges = np.cumsum([0, *map(len, letters)]).tolist()
    if edges[-1] != len(places):
        raise ValueError(f"{edges[-1]} letters are given for {len(places)} places")
    line = Walk(CONTIG, places.strand, tuple(pairwise(edges)))
    genome = InMemoryGenome({CONTIG: np.concatenate(letters)})
    of_positions = {name for name in featurizer.modalities if get_modality(name).follows == "position"}
    edited = _with(featurizer, featurizer.modalities - of_positions, genome).tile(line, scored)
    original = _with(featurizer, of_positions, featurizer.sources.sequence).tile(places, scored)
    return Tile(edited.window | original.window, edited.centre | original.centre, scored)


def _with(featurizer: Featurizer, modalities: Collection[str], sequence: SequenceSource) -> Featurizer:
    """Return the same featurizer for other modalities and another genome."""
    return Featurizer(featurizer.spec, replace(featurizer.sources, sequence=sequence), modalities)

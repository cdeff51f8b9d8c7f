"""The featurizer: the tensors of a walk and its scored positions.

Training, scanning, prediction and variants all use it, so they read the same features.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.modalities.base import View
from ideep_scan.features.modalities.registry import get_modality, list_names, list_offered
from ideep_scan.features.sources import SequenceSource, Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.kernels.onehot import complement
from ideep_scan.records.walk import Walk


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """Features along a walk, 5'→3'.

    A modality that is in neither dictionary is absent.

    Attributes
    ----------
    window : dict
        Modality -> float32 array (channels, length), a column per position of the walk.
    centre : dict
        Modality -> float32 array (values, n), a column per scored position.
    scored : int64 array (n,)
        Indices of the scored positions in the walk; the whole window of each lies in its block.
    """

    window: dict[str, np.ndarray]
    centre: dict[str, np.ndarray]
    scored: np.ndarray


class Featurizer:
    """Compute the tensors of walks.

    Parameters
    ----------
    spec : FeatureSpec
        Settings that training chose.
    sources : Sources
        Inputs to read.
    modalities : collection of str
        Modalities to compute.

    Raises
    ------
    InputError
        The sources do not offer one of the modalities.
    """

    def __init__(self, spec: FeatureSpec, sources: Sources, modalities: Collection[str]):
        absent = [name for name in modalities if name not in list_offered(sources)]
        if absent:
            raise InputError(f"no input offers {', '.join(absent)}: give it, or leave it out of the modalities")
        self.spec = spec
        self.sources = sources
        self.modalities = frozenset(modalities)

    def with_sequence(self, sequence: SequenceSource) -> Featurizer:
        """Return the same featurizer for another genome."""
        return Featurizer(self.spec, replace(self.sources, sequence=sequence), self.modalities)

    def tile(self, walk: Walk, scored: np.ndarray, codes: np.ndarray | None = None) -> Tile:
        """Compute the features of a walk.

        Parameters
        ----------
        walk : Walk
            Blocks of the contigs of `sources.sequence` on one strand; they may reach past the ends of the contig.
        scored : int64 array (n,)
            Indices into `walk.positions()`, each at least `spec.half` from both ends of its block.
        codes : int8 array (length,) or None
            Bases of the walk, as `codes` returns them; None reads them.

        Returns
        -------
        Tile
            Tensors of every modality of the featurizer.
        """
        isoforms = self.sources.isoforms
        place = walk if isoforms is None else isoforms.locate(walk)
        view = View(walk, place, place.positions(), self.codes(walk) if codes is None else codes, scored)
        window: dict[str, np.ndarray] = {}
        centre: dict[str, np.ndarray] = {}
        for name in list_names():
            if name in self.modalities:
                encoding = get_modality(name).encode(view, self.sources, self.spec)
                if encoding.window is not None:
                    window[name] = encoding.window
                if encoding.centre is not None:
                    centre[name] = encoding.centre
        return Tile(window, centre, scored)

    def codes(self, walk: Walk) -> np.ndarray:
        """Read the bases of the RNA along a walk: int8 array (length,), 5'→3'."""
        source = self.sources.sequence
        parts = [source.codes(walk.chrom, start, end) for start, end in walk.blocks]
        genome_order = np.concatenate(parts) if parts else np.zeros(0, np.int8)
        return genome_order if walk.strand == "+" else complement(genome_order[::-1])


def join_tiles(tiles: Sequence[Tile]) -> Tile:
    """Put tiles with the same modalities end to end.

    Parameters
    ----------
    tiles : sequence of Tile
        One or more tiles of any walks.

    Returns
    -------
    Tile
        Their columns and scored positions, in order.
    """
    if len(tiles) == 1:
        return tiles[0]
    lengths = [next(iter(tile.window.values())).shape[1] for tile in tiles]
    starts = np.cumsum([0, *lengths[:-1]])
    return Tile(
        {name: np.concatenate([tile.window[name] for tile in tiles], axis=1) for name in tiles[0].window},
        # Networks read centre values row by row.
        {name: np.concatenate([tile.centre[name].T for tile in tiles]).T for name in tiles[0].centre},
        np.concatenate([tile.scored + start for tile, start in zip(tiles, starts.tolist(), strict=True)]),
    )

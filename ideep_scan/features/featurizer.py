"""THE featurizer: from a walk and the positions to score to the tensors of a tile, for training and scanning alike.

It opens nothing and knows no network; what it reads from is handed in as `Sources`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features import modalities as make
from ideep_scan.features.sources import SequenceSource, SiteSource
from ideep_scan.features.spec import MODALITIES, FeatureSpec
from ideep_scan.features.structure import Folder
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.kernels.cluster_score import PackedMotifs
from ideep_scan.kernels.onehot import complement
from ideep_scan.records.walk import Walk


@dataclass(frozen=True)
class Sources:
    """What there is to read from; None or empty = not at hand."""

    sequence: SequenceSource
    regions: RegionMap | None = None
    sites: Mapping[str, SiteSource] = field(default_factory=dict)
    motifs: PackedMotifs | None = None
    folder: Folder | None = None

    def offered(self) -> tuple[str, ...]:
        """Modalities that can be made from these sources, in the order of `MODALITIES`."""
        at_hand = {
            "sequence": True,
            "region": self.regions is not None,
            "motifs": self.motifs is not None,
            "structure": self.folder is not None,
            "cobinding": bool(self.sites),
        }
        return tuple(name for name in MODALITIES if at_hand[name])


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """Features along a walk, 5'→3'. A modality that is in neither dictionary is absent.

    Attributes
    ----------
    window : modality -> float32 array (channels, length), a column per position of the walk.
    centre : modality -> float32 array (values, n), a column per scored position.
    scored : int64 array (n,), indices of the scored positions in the walk; each has its whole window in its block.
    """

    window: dict[str, np.ndarray]
    centre: dict[str, np.ndarray]
    scored: np.ndarray


class Featurizer:
    """Makes tiles.

    Parameters
    ----------
    spec : settings that training chose.
    sources : what to read from.
    modalities : the evidence to make; raises InputError where the sources do not offer it.
    """

    def __init__(self, spec: FeatureSpec, sources: Sources, modalities: Collection[str]):
        missing = [name for name in modalities if name not in sources.offered()]
        if missing:
            raise InputError(f"no input offers {', '.join(missing)}: give it, or leave it out of the modalities")
        self.spec, self.sources, self.modalities = spec, sources, frozenset(modalities)

    def reading(self, sequence: SequenceSource) -> Featurizer:
        """The same featurizer over another genome."""
        return Featurizer(self.spec, replace(self.sources, sequence=sequence), self.modalities)

    def tile(self, walk: Walk, scored: np.ndarray) -> Tile:
        """Features of a walk.

        Parameters
        ----------
        walk : where to look; blocks may reach past the contig's ends.
        scored : int64 array (n,), indices into `walk.positions()`, each `spec.half` or more inside of its block.
        """
        view = make.View(walk, walk.positions(), self.codes(walk), scored)
        spec, sources = self.spec, self.sources
        window: dict[str, np.ndarray] = {}
        centre: dict[str, np.ndarray] = {}
        if "sequence" in self.modalities:
            window["sequence"] = make.sequence(view)
        if "region" in self.modalities and sources.regions is not None:
            window["region"] = make.region(view, sources.regions)
            centre["region"] = make.landmarks(view, sources.regions, spec)
        if "motifs" in self.modalities and sources.motifs is not None:
            centre["motifs"] = make.motifs(view, sources.motifs, spec)
        if "structure" in self.modalities and sources.folder is not None:
            window["structure"] = make.structure(view, sources.folder)
        if "cobinding" in self.modalities:
            window["cobinding"] = make.cobinding(view, sources.sites, spec.experiments)
            centre["cobinding"] = make.cobinding_absent(view, sources.sites, spec.experiments)
        return Tile(window, centre, scored)

    def codes(self, walk: Walk) -> np.ndarray:
        """Bases of the RNA along a walk: int8 array (length,), 5'→3'."""
        source = self.sources.sequence
        parts = [source.codes(walk.chrom, start, end) for start, end in walk.blocks]
        genome_order = np.concatenate(parts) if parts else np.zeros(0, np.int8)
        return genome_order if walk.strand == "+" else complement(genome_order[::-1])

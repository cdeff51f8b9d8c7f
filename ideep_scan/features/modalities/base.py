"""Base class of a modality: one kind of evidence, from the inputs of a run to the tensors that a network reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.records.walk import Walk

NO_PLACE = "sequences of a FASTA have no place in a genome (BED sites with --fasta have)"


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A walk with its sequence, 5'→3'.

    Attributes
    ----------
    walk : Walk
        Blocks of RNA: each is one stretch of bases.
    place : Walk
        The same bases on the genome; it has more blocks if the RNA is spliced.
    positions : int64 array (length,)
        Genome positions.
    codes : int8 array (length,)
        Bases of the RNA, 0-4.
    scored : int64 array (n,)
        Indices into the walk of the positions to score.
    """

    walk: Walk
    place: Walk
    positions: np.ndarray
    codes: np.ndarray
    scored: np.ndarray

    def blocks(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Split codes and positions into the blocks of the walk, 5'→3' and in the order of the walk."""
        lengths = [end - start for start, end in self.walk.blocks]
        if self.walk.strand == "-":
            lengths.reverse()
        cuts = np.cumsum(lengths)[:-1]
        return list(zip(np.split(self.codes, cuts), np.split(self.positions, cuts), strict=True))


@dataclass(frozen=True)
class Inputs:
    """Inputs that a user gave, by their names alone.

    A modality can be named as absent before a large file is read.

    Attributes
    ----------
    annotation : bool
        Whether an annotation is given.
    cobinding : bool
        Whether CLIP sites of other proteins are given.
    genome : bool
        Whether sequences have a place in a genome.
    evidence : bool
        Whether a track is given that the models were trained with.
    trained_tracks : tuple of str
        Names of the tracks that the models were trained with.
    """

    annotation: bool
    cobinding: bool
    genome: bool = True
    evidence: bool = False
    trained_tracks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """Tensors of one modality along a walk, 5'→3'.

    Attributes
    ----------
    window : float32 array (channels, length) or None
        A column per position of the walk.
    centre : float32 array (values, n) or None
        A column per scored position.
    """

    window: np.ndarray | None = None
    centre: np.ndarray | None = None


class Modality(ABC):
    """One kind of evidence.

    A subclass defines everything that the program knows of the modality.
    `features/modalities/registry.py` lists one instance of each.

    Attributes
    ----------
    name : str
        Name in options, bundles and tables.
    follows : 'sequence' or 'position'
        Origin of the features of an edited sequence: the edited letters, or the genome positions that they replace.
    storage : dtype
        Smallest type that holds the window tensor without loss, for training.
    keep : float
        Default probability that a training example keeps the modality.
    centre_flags_channels : bool
        Whether a centre value of 1 says that the window channel with the same number has no file.
        Training drops single channels of such a modality, and a network can ignore some of them.
    real_valued : bool
        Whether values go beyond 0 to 1. Pretraining needs other units for them.
    """

    name: ClassVar[str]
    follows: ClassVar[Literal["sequence", "position"]]
    storage: ClassVar[type[np.generic]] = np.float32
    keep: ClassVar[float] = 1.0
    centre_flags_channels: ClassVar[bool] = False
    real_valued: ClassVar[bool] = False

    def is_in(self, spec: FeatureSpec) -> bool:
        """Return whether models of this spec can read the modality."""
        return True

    def window_shape(self, spec: FeatureSpec) -> tuple[int, int] | None:
        """Return channels and width of the window tensor, centred on the position; None if there is none."""
        return None

    def centre_size(self, spec: FeatureSpec) -> int | None:
        """Return the number of values of the centre tensor; None if there is none."""
        return None

    def is_offered(self, sources: Sources) -> bool:
        """Return whether the sources hold what `encode` reads."""
        return True

    def explain_absence(self, inputs: Inputs) -> str | None:
        """Say why the inputs of a run do not offer the modality; None if they do."""
        return None

    @abstractmethod
    def encode(self, view: View, sources: Sources, spec: FeatureSpec) -> Encoding:
        """Compute the tensors along a walk; `is_offered(sources)` is true."""

"""The five kinds of evidence, each from one view of a walk to its tensors. One function a tensor, nothing else.

A window tensor has a column per position of the walk, a centre tensor one per scored position. Absent evidence
never reaches this file: the featurizer asks only for what its sources offer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.features.sources import SiteSource
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.structure import Folder
from ideep_scan.features.transcript_regions import LANDMARKS, REGION_TYPES, RegionMap
from ideep_scan.kernels.cluster_score import PackedMotifs, cluster_scores
from ideep_scan.kernels.landmarks import nearest, spline_bases
from ideep_scan.kernels.onehot import onehot
from ideep_scan.records.walk import Walk


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A walk with its sequence, all 5'→3'.

    Attributes
    ----------
    positions : int64 array (length,), genome positions.
    codes : int8 array (length,), bases of the RNA, 0-4.
    scored : int64 array (n,), indices into the walk of the positions to score.
    """

    walk: Walk
    positions: np.ndarray
    codes: np.ndarray
    scored: np.ndarray

    def blocks(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Codes and positions of each block, 5'→3' and in the order of the walk."""
        lengths = [end - start for start, end in self.walk.blocks]
        if self.walk.strand == "-":
            lengths.reverse()
        cuts = np.cumsum(lengths)[:-1]
        return list(zip(np.split(self.codes, cuts), np.split(self.positions, cuts), strict=True))


def sequence(view: View) -> np.ndarray:
    """One-hot A C G U: float32 (4, length); 0.25 in each channel at unknown bases."""
    return onehot(view.codes)


def region(view: View, regions: RegionMap) -> np.ndarray:
    """Region types: float32 (5, length) of 0 and 1, in the order of `REGION_TYPES`; several may hold."""
    masks = regions.types(view.walk.chrom, view.walk.strand, view.positions)
    return ((masks >> np.arange(len(REGION_TYPES), dtype=np.uint8)[:, None]) & 1).astype(np.float32)


def landmarks(view: View, regions: RegionMap, spec: FeatureSpec) -> np.ndarray:
    """Spline bases of the signed distance to each landmark: float32 (8 * bases, n); zeros where there is none."""
    line = view.positions[view.scored] * (1 if view.walk.strand == "+" else -1)
    out = np.zeros((line.size, len(LANDMARKS), spec.landmark_bases), np.float32)  # row by row, as a network reads them
    for number, bases in enumerate(regions.landmarks(view.walk.chrom, view.walk.strand)):
        spline_bases(nearest(line, bases), spec.landmark_reach, out[:, number].T)
    return out.reshape(line.size, len(LANDMARKS) * spec.landmark_bases).T


def motifs(view: View, packed: PackedMotifs, spec: FeatureSpec) -> np.ndarray:
    """Cluster score of each PWM in the window of each scored position, own strand: float32 (motifs, n)."""
    scores = cluster_scores(view.codes, view.scored - spec.half, spec.window, packed, False)
    return scores.astype(np.float32).T  # row by row, as a network reads them


def structure(view: View, folder: Folder) -> np.ndarray:
    """Probability of being unpaired: float32 (1, length). Near the ends of a block it must not be read: `Folder`."""
    return np.concatenate(folder.fold(view.blocks()))[None]


def cobinding(view: View, sites: Mapping[str, SiteSource], experiments: Sequence[str]) -> np.ndarray:
    """Whether each experiment has a site there: float32 (experiments, length); 0 throughout without a file."""
    out = np.zeros((len(experiments), view.positions.size), np.float32)
    for row, name in zip(out, experiments, strict=True):
        if name in sites:
            row[:] = sites[name].covered(view.walk.chrom, view.walk.strand, view.positions)
    return out


def cobinding_absent(view: View, sites: Mapping[str, SiteSource], experiments: Sequence[str]) -> np.ndarray:
    """Which experiments have no file: float32 (experiments, n), 1 = absent, the same for every position."""
    absent = np.array([name not in sites for name in experiments], np.float32)
    return np.repeat(absent[:, None], view.scored.size, axis=1)

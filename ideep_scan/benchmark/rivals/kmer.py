"""iDeep-kmer: a deep-belief branch on positional tetramers in place of iDeep's convolution and motif scores.

(Pan & Shen 2017.) Alone, it is the paper's "k-mer" modality. Everything else is iDeep, trained as iDeep is.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ideep_scan.benchmark.ideep import IDeep
from ideep_scan.benchmark.rivals.tetramers import TETRAMERS, K
from ideep_scan.models.network import EvidenceBranch, IDeepNetwork, NetworkConfig
from ideep_scan.train.dataset import Features


class TetramerBranch(nn.Module):
    """Two fully connected layers over 0/1 columns, one for each tetramer at each position.

    The first is a sum of embeddings: only the columns that are 1 are touched. A tetramer with an unknown base has none.
    """

    first: Tensor
    powers: Tensor

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.places = config.window - K + 1
        columns = self.places * TETRAMERS
        self.columns = nn.EmbeddingBag(columns + 1, config.sequence_hidden, mode="sum", padding_idx=columns)
        nn.init.uniform_(self.columns.weight, -(columns**-0.5), columns**-0.5)  # as a fully connected layer starts
        self.finish = EvidenceBranch(None, None, config.sequence_hidden, config.dropout).finish
        self.register_buffer("first", torch.arange(self.places) * TETRAMERS, persistent=False)
        self.register_buffer("powers", 4 ** torch.arange(K - 1, -1, -1), persistent=False)

    def embed(self, window: Tensor | None, centre: Tensor | None) -> Tensor:
        """One-hot (n, 4, width) -> (n, sequence_hidden); it has no centre values."""
        assert window is not None
        certainty, base = window.max(1)
        parts = base.unfold(1, K, 1)
        known = (certainty == 1).unfold(1, K, 1).all(2)
        column = torch.where(known, self.first + (parts * self.powers).sum(2), self.places * TETRAMERS)
        return self.columns(column)


class TetramerNetwork(IDeepNetwork):
    """iDeep with the tetramer branch where the sequence is read."""

    def __init__(self, config: NetworkConfig):
        super().__init__(config)
        self.branches["sequence"] = TetramerBranch(config)


@dataclass(frozen=True)
class IDeepKmer(IDeep):
    """A `train.split.Method`: iDeep on tetramers."""

    def network(self, features: Features, window: int) -> IDeepNetwork:
        return TetramerNetwork(super().network(features, window).config)


IDEEP_KMER = IDeepKmer(("sequence", "region", "structure", "cobinding"))
KMER = IDeepKmer(("sequence",))

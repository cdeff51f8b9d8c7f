"""iDeep-kmer: iDeep with a deep-belief branch on positional tetramers (Pan & Shen 2017).

The branch replaces the convolution and the motif scores. Alone, it is the paper's "k-mer" modality.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ideep_scan.benchmark.ideep import IDeep
from ideep_scan.benchmark.rivals.tetramers import TETRAMERS, K
from ideep_scan.features.window_features import Features
from ideep_scan.models.network import EvidenceBranch, IDeepNetwork
from ideep_scan.models.network_config import NetworkConfig


class TetramerBranch(nn.Module):
    """Two fully connected layers over 0/1 columns, one for each tetramer at each position.

    The first layer is a sum of embeddings, so that only the columns of 1 are computed.
    A tetramer with an unknown base has no column.

    Parameters
    ----------
    config : NetworkConfig
        Shape of the network.
    """

    first: Tensor
    powers: Tensor

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.places = config.window - K + 1
        columns = self.places * TETRAMERS
        self.columns = nn.EmbeddingBag(columns + 1, config.sequence_hidden, mode="sum", padding_idx=columns)
        nn.init.uniform_(self.columns.weight, -(columns**-0.5), columns**-0.5)  # as in nn.Linear
        self.finish = EvidenceBranch(None, None, config.sequence_hidden, config.dropout).finish
        self.register_buffer("first", torch.arange(self.places) * TETRAMERS, persistent=False)
        self.register_buffer("powers", 4 ** torch.arange(K - 1, -1, -1), persistent=False)

    def embed(self, window: Tensor | None, centre: Tensor | None) -> Tensor:
        """Compute the first layer: one-hot (n, 4, width) to (n, sequence_hidden). There are no centre values."""
        assert window is not None
        certainty, base = window.max(1)
        parts = base.unfold(1, K, 1)
        complete = (certainty == 1).unfold(1, K, 1).all(2)
        column = torch.where(complete, self.first + (parts * self.powers).sum(2), self.places * TETRAMERS)
        return self.columns(column)


class TetramerNetwork(IDeepNetwork):
    """iDeep with the tetramer branch for the sequence."""

    def __init__(self, config: NetworkConfig):
        super().__init__(config)
        self.branches["sequence"] = TetramerBranch(config)


@dataclass(frozen=True)
class IDeepKmer(IDeep):
    """Score the test windows with iDeep on tetramers. An instance is a `split.Method`."""

    def network(self, features: Features, window: int) -> IDeepNetwork:
        """Build an untrained network for features of windows of this width."""
        return TetramerNetwork(super().network(features, window).config)


IDEEP_KMER = IDeepKmer(("sequence", "region", "structure", "cobinding"))
KMER = IDeepKmer(("sequence",))

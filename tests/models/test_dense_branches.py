"""Branches of the dense network against the branches that read single windows."""

from __future__ import annotations

import pytest
import torch
from toys import SPEC, network

from ideep_scan.features.modalities.registry import list_window_shapes
from ideep_scan.models.dense_branches import DenseEvidence, DenseResidual, DenseSequence, Part
from ideep_scan.models.dense_layers import Positions

LENGTH, HALF = 300, SPEC.half
SCORED = torch.arange(HALF, LENGTH - HALF)


def windows_of(track: torch.Tensor, width: int) -> torch.Tensor:
    """Copy the window around each scored position: (n, channels, width)."""
    return torch.stack([track[:, i - width // 2 : i + width // 2 + 1] for i in SCORED.tolist()])


@pytest.mark.parametrize(
    ("shape", "kind"),
    [({"filters": 40}, DenseSequence), ({"channels": 32}, DenseResidual)],
    ids=["published", "residual"],
)
@torch.inference_mode()
def test_a_sequence_branch_at_every_position(shape, kind):
    branch = dict(network(**shape).double().each_branch())["sequence"]
    track = torch.eye(4).double()[:, torch.randint(0, 4, (LENGTH,))]
    rows = kind(branch, plain=False, half=False)(track, Positions.of(SCORED - HALF))
    expected = branch.finish(branch.embed(windows_of(track, SPEC.window), None))
    torch.testing.assert_close(rows, expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("changes", [0, 5, 250])
@torch.inference_mode()
def test_an_evidence_branch_at_every_position(changes):
    branch = dict(network().double().each_branch())["cobinding"]
    channels, width = list_window_shapes(SPEC)["cobinding"]
    track = torch.zeros(channels, LENGTH).double()
    track[:, :1] = 1.0
    for column in torch.randperm(LENGTH)[:changes].tolist():
        track[column % channels, column:] = 1.0 - track[column % channels, column - 1 : column].sum()
    centre = torch.ones(channels, len(SCORED)).double()
    shared = torch.randn(5, branch.finish[1].out_features).double()
    part = DenseEvidence(branch, plain=False)(shared, track, centre, scored=Positions.of(SCORED))
    rows = part.rows if part.index is None else part.rows[part.index]
    expected = branch.finish(branch.embed(windows_of(track, width), centre.T)) @ shared.T
    torch.testing.assert_close(rows.expand(len(SCORED), -1), expected, rtol=1e-8, atol=1e-8)


def test_a_part_selects_positions():
    rows, columns = torch.arange(12.0).view(4, 3), torch.tensor([2, 0])
    index = torch.tensor([1, 1, 3, 0])
    assert torch.equal(Part(rows).select(columns).rows, rows[columns])
    assert Part(rows, index).select(columns).index.tolist() == [3, 1]
    alone = Part(rows[:1])
    assert alone.select(columns) is alone

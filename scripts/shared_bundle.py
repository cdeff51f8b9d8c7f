"""The bundle of the shared network: its models, with their cards and calibrations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shared_labels import Head
from shared_training import SPEC, SharedWork

from ideep_scan.models.bundle import ModelBundle, save_bundle
from ideep_scan.models.network import IDeepNetwork


def write_shared(work: SharedWork, network: IDeepNetwork, heads: Sequence[Head], out: Path) -> None:
    """Write the bundle of a trained network.

    Parameters
    ----------
    work : SharedWork
        The data and caches that the network was trained from.
    network : IDeepNetwork
        The trained network: output `i` is the score of experiment `i`, output `len(heads) + i` that within bound genes.
    heads : sequence of Head
        The experiments.
    out : Path
        File to write.
    """
    models = [
        ModelBundle(head.name, head.protein, SPEC, network, row=row, within_row=len(heads) + row)
        for row, head in enumerate(heads)
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    save_bundle(out, models, half=True)

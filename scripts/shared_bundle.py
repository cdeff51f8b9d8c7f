"""The bundle of the shared network: its models, with their cards and calibrations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from shared_calibration import calibrate_region
from shared_cards import describe_truth, read_aliases, write_cards
from shared_outputs import PlannedModel, build_network, plan_models
from shared_points import SitePoints
from shared_region import scan_region
from shared_ship import read_figures, select_models
from shared_training import MODALITIES, SPEC, SharedWork, say

from ideep_scan.jobs.train.calibration import MAIN, ModelCalibration, describe_inside
from ideep_scan.jobs.train.locus_scores import LocusScores
from ideep_scan.models.bundle import ModelBundle, load_models, save_bundle
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.regions import CALIBRATION

REGION = f"{CALIBRATION[0]}:{CALIBRATION[1] / 1e6:.0f}-{CALIBRATION[2] / 1e6:.0f} Mb"


def write_shared(work: SharedWork, network: IDeepNetwork, out: Path, within: Path | None = None) -> None:
    """Write the bundle of a trained network.

    The work folder caches a draft with all models, from which the models that ship are selected.

    Parameters
    ----------
    work : SharedWork
        The data and caches that the network was trained from.
    network : IDeepNetwork
        The trained network: output `i` is the score of experiment `i`, output `experiments + i` that in bound genes.
    out : Path
        File to write.
    within : Path or None
        The `within.tsv` of a benchmark of the draft, which selects the models; None writes all of them.
    """
    draft = work.folder / "draft.safetensors"
    if not draft.exists():
        save_bundle(draft, make_models(work, network), half=True)
    models, figures = load_models(draft), None if within is None else read_figures(within)
    selection = select_models(models, figures)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_bundle(out, selection.models, selection.absent, half=True)
    say(f"{out.name}: {len(selection.models)} of {len(models)} models, {out.stat().st_size / 1e6:.2f} MB")


def make_models(work: SharedWork, network: IDeepNetwork) -> list[ModelBundle]:
    """Choose, calibrate and describe all models of a trained network.

    Parameters
    ----------
    work : SharedWork
        The data and caches that the network was trained from.
    network : IDeepNetwork
        The trained network, with two outputs per experiment.

    Returns
    -------
    list of ModelBundle
        The models, which share one network; a score of 0.5 is the default threshold of each.
    """
    plans = plan_models(work, network)
    say(f"{len(plans)} models")
    joined = build_network(network, plans)
    scores = scan_models(work, joined, plans, region=CALIBRATION)
    calibrations = calibrate_models(scores, plans)
    cards = write_cards(work, network, plans, calibrations=calibrations)
    for card, item, plan in zip(cards, scores, plans, strict=True):
        if plan.experiment is None:
            card |= describe_inside(item[MAIN], describe_truth(plan, REGION))
    _shift(joined, [calibration.shift for calibration in calibrations])
    aliases = read_aliases()
    return [
        ModelBundle(
            plan.name,
            plan.protein,
            SPEC,
            joined,
            aliases.get(plan.protein, ()),
            modalities=MODALITIES,
            card=card,
            calibration=calibration.table,
            row=row,
            within_row=len(plans) + row,
        )
        for row, (plan, card, calibration) in enumerate(zip(plans, cards, calibrations, strict=True))
    ]


def scan_models(
    work: SharedWork, network: IDeepNetwork, plans: Sequence[PlannedModel], *, region: tuple[str, int, int]
) -> list[dict[str, LocusScores]]:
    """Scan a region that no training read with all models.

    Parameters
    ----------
    work : SharedWork
        The data.
    network : IDeepNetwork
        A network whose first outputs are the models.
    plans : sequence of PlannedModel
        The models.
    region : tuple[str, int, int]
        Contig, start and end.

    Returns
    -------
    list of dict[str, LocusScores]
        By combination of modalities, for each model.
    """
    sites = SitePoints(work.data, region[0])
    keep_rows = [plan.experiment is None for plan in plans]
    return scan_region(work, network, region, [sites.list_points(plan.heads) for plan in plans], keep_rows=keep_rows)


def calibrate_models(scores: Sequence[dict[str, LocusScores]], plans: Sequence[PlannedModel]) -> list[ModelCalibration]:
    """Calibrate all models; the parameters are those of `scan_models` and its result."""
    return [
        calibrate_region(item, describe_truth(plan, REGION), REGION) for item, plan in zip(scores, plans, strict=True)
    ]


def _shift(network: IDeepNetwork, shifts: Sequence[float]) -> None:
    """Subtract each model's shift from both of its outputs."""
    with torch.no_grad():
        network.output.bias.sub_(torch.tensor([*shifts, *shifts]))

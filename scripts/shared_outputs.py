"""Models of the shared network: which outputs each one averages, chosen on the validation windows.

A protein has one recommended model, and each published experiment has a model of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from shared_labels import Head
from shared_training import MODALITIES, SharedWork
from shared_windows import DENSE

from ideep_scan.formats.experiments import Experiment, read_experiments
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.fit import predict_outputs
from ideep_scan.train.labels import POSITIVE
from ideep_scan.train.output_choice import OutputChoice, choose_outputs

# Their eCLIP has at most 0.1 % of the published sites, so lists of peaks do not stand for them.
WINDOWS_ONLY = ("EWSR1", "FUS", "TAF15")


@dataclass(frozen=True)
class PlannedModel:
    """A model, before it is measured.

    Attributes
    ----------
    name : str
        Name of the model.
    protein : str
        Its protein.
    choice : OutputChoice
        The outputs that it averages.
    heads : tuple of Head
        The experiments of these outputs.
    sites : tuple of int
        Experiments whose sites describe it on its card.
    experiment : Experiment or None
        The published experiment of a model that stands for one; None for the recommended model of a protein.
    """

    name: str
    protein: str
    choice: OutputChoice
    heads: tuple[Head, ...]
    sites: tuple[int, ...]
    experiment: Experiment | None = None

    @property
    def learned_from_peaks(self) -> bool:
        """True if one of the experiments is a list of peaks."""
        return not all(head.published for head in self.heads)


def plan_models(work: SharedWork, network: IDeepNetwork) -> list[PlannedModel]:
    """Choose the outputs of all models.

    Parameters
    ----------
    work : SharedWork
        Windows, labels and features.
    network : IDeepNetwork
        The trained network, with two outputs per experiment.

    Returns
    -------
    list of PlannedModel
        Recommended models by protein, then models of published experiments by name.
    """
    heads, targets = work.read_labels()
    rows = np.flatnonzero(work.parts == DENSE)
    logits = predict_outputs(network, work.read_features(), rows, MODALITIES)
    sites = targets.labels.dense(rows) == POSITIVE
    by_protein: dict[str, list[int]] = defaultdict(list)
    for number, head in enumerate(heads):
        by_protein[head.protein].append(number)
    models = []
    for protein, members in sorted(by_protein.items()):
        candidates, judges = _list_candidates(heads, members, protein)
        choice = OutputChoice(tuple(candidates[0]))
        if protein not in WINDOWS_ONLY:
            choice = choose_outputs(candidates, judges, logits=logits, sites=sites, loci=targets.loci[rows])
        chosen = tuple(heads[number] for number in choice.experiments)
        models.append(PlannedModel(protein, protein, choice, chosen, sites=tuple(judges)))
    return models + _plan_experiments(heads)


def _list_candidates(
    heads: Sequence[Head], members: Sequence[int], protein: str
) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    """List the sets of experiments of a protein, the default first, and the experiments that judge them."""
    peaks = tuple(number for number in members if not heads[number].published)
    windows = tuple(number for number in members if heads[number].published)
    if peaks and windows:
        sets = [peaks, windows, (*peaks, *windows)]
        return ([windows] if protein in WINDOWS_ONLY else sets), peaks
    return [peaks or windows], peaks or windows


def _plan_experiments(heads: Sequence[Head]) -> list[PlannedModel]:
    """Plan a model for each published experiment: its score alone."""
    experiments = {item.experiment: item for item in read_experiments()}
    models = []
    for number, head in enumerate(heads):
        if head.published:
            experiment, choice = experiments[head.name], OutputChoice((number,), "score")
            name = experiment.model_name(False)
            models.append(PlannedModel(name, head.protein, choice, (head,), sites=(number,), experiment=experiment))
    return models


def build_network(network: IDeepNetwork, models: Sequence[PlannedModel]) -> IDeepNetwork:
    """Replace the output layer by one with the rows of all models, rounded as in a bundle.

    Parameters
    ----------
    network : IDeepNetwork
        The trained network, with two outputs per experiment.
    models : sequence of PlannedModel
        M models.

    Returns
    -------
    IDeepNetwork
        A network with 2 M outputs: the score of each model, then its score within bound genes.
    """
    state = network.state_dict()
    within = [replace(model.choice, kind="within") for model in models]
    for name in ("output.weight", "output.bias"):
        values = state[name].double().cpu().numpy()
        rows = [choice.mix(values.T) for choice in (*(model.choice for model in models), *within)]
        state[name] = torch.from_numpy(np.array(rows)).float()
    joined = IDeepNetwork(replace(network.config, outputs=2 * len(models)))
    joined.load_state_dict(state)
    return joined.half().float().eval()

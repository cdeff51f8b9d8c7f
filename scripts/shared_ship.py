"""Selection of the models that ship: those whose scores rank sites inside transcripts that no training read."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ideep_scan.jobs.train.calibration import INSIDE, RATIO
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.network import IDeepNetwork

LEAST_RATIO = 5.0  # average precision inside held-out transcripts, over that of a random order
_ALL = "all"
# Part and column of within.tsv, and the name of the figure on a card.
_FIGURES = (
    (_ALL, "prevalence", "prevalence"),
    (_ALL, "auPRC", "auPRC"),
    (_ALL, "auPRC_ratio", RATIO),
    (_ALL, "AUC_genes", "AUC in gene"),
    ("chr19+chr20", "called_precision", "precision of called sites"),
)
_FACTS = ("list", "part", "predictor", "source", "model", "genes", "peaks")
_COLUMNS = (*_FACTS, *(f"{column}{end}" for _, column, _ in _FIGURES for end in ("", "_low", "_high")))
Card = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Selection:
    """Models that ship, and why others do not.

    Attributes
    ----------
    models : list of ModelBundle
        The models, which share one network.
    absent : dict[str, str]
        Reason by name of the model that is left out.
    """

    models: list[ModelBundle] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)


def read_figures(path: Path) -> dict[str, Card]:
    """Read how well each model ranks held-out positions.

    Parameters
    ----------
    path : Path
        The `within.tsv` of `ideep-scan benchmark --within`, which judged a bundle of all models.

    Returns
    -------
    dict[str, dict[str, Any]]
        For each model the entry `inside transcripts` of its card: means over its lists of peaks.
    """
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8") as table:
        reader = csv.DictReader(table, delimiter="\t")
        missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise SystemExit(
                f"{path}: has no column {missing[0]}; name the within.tsv of a benchmark of the draft bundle"
            )
        for row in reader:
            if row["predictor"] == row["source"]:
                rows[row["model"]].append(row)
    judged = {name: _describe(models) for name, models in rows.items() if any(row["part"] == _ALL for row in models)}
    if not judged:
        raise SystemExit(f"{path}: judges no model; name the within.tsv of a benchmark of the draft bundle")
    return judged


def _describe(rows: Sequence[Mapping[str, str]]) -> Card:
    """Average the figures of one model over its lists."""
    lists = [row for row in rows if row["part"] == _ALL]
    card: Card = {
        "regions": "chr19, chr20, chr22:16-22 Mb",
        "lists": [row["list"] for row in lists],
        "genes": sum(int(row["genes"]) for row in lists),
        "peaks": sum(int(row["peaks"]) for row in lists),
    }
    for part, column, name in _FIGURES:
        chosen = [row for row in rows if row["part"] == part and row[column] != "."]
        if chosen:
            ends = {"value": column, "low": f"{column}_low", "high": f"{column}_high"}
            card[name] = {
                end: round(float(np.mean([float(row[key]) for row in chosen])), 4) for end, key in ends.items()
            }
    return card


def select_models(models: Sequence[ModelBundle], figures: Mapping[str, Card] | None) -> Selection:
    """Select the models that ship.

    A recommended model ships if it ranks held-out positions at least `LEAST_RATIO` times better than a random order.
    The benchmark's lists of peaks judge it; without one, its sites in the calibration region do.
    A model of one published experiment always ships, because its test windows judge it.

    Parameters
    ----------
    models : sequence of ModelBundle
        All models of a bundle.
    figures : Mapping[str, dict[str, Any]] or None
        Result of `read_figures`; None keeps all models.

    Returns
    -------
    Selection
        Models on a network with their outputs only, and the reasons for the others.
    """
    if figures is None:
        return Selection(_join(models))
    described = [
        replace(model, card=model.card | {INSIDE: figures[model.name]})
        if model.card["recommended"] and model.name in figures
        else model
        for model in models
    ]
    reasons = {model.name: _find_reason(model) for model in described}
    kept = [model for model in described if reasons[model.name] is None]
    if not kept:
        raise SystemExit("no model ranks held-out positions well enough to ship")
    return Selection(_join(kept), {name: reason for name, reason in reasons.items() if reason is not None})


def _find_reason(model: ModelBundle) -> str | None:
    """Tell why a model does not ship; None if it does."""
    if not model.card["recommended"]:
        return None
    if INSIDE not in model.card:
        return "the held-out transcripts have fewer than 10 peaks of it, so its accuracy cannot be measured"
    ratio = model.card[INSIDE][RATIO]["value"]
    if ratio < LEAST_RATIO:
        return (
            f"its average precision inside held-out transcripts is {ratio:.1f} times that of a random order; "
            f"models ship from {LEAST_RATIO:g} times on"
        )
    return None


def _join(models: Sequence[ModelBundle]) -> list[ModelBundle]:
    """Give models a network with their outputs only: their scores, then their scores within bound genes."""
    network = models[0].network
    within = [model.within_row for model in models if model.within_row is not None]
    rows = torch.tensor([*(model.row for model in models), *within])
    state = network.state_dict()
    for name in ("output.weight", "output.bias"):
        state[name] = state[name][rows]
    joined = IDeepNetwork(replace(network.config, outputs=len(rows)))
    joined.load_state_dict(state)
    joined.eval()
    aliases = settle_aliases(models)
    place = iter(range(len(models), len(rows)))
    return [
        replace(
            model,
            network=joined,
            aliases=aliases[model.protein],
            row=row,
            within_row=None if model.within_row is None else next(place),
        )
        for row, model in enumerate(models)
    ]


def settle_aliases(models: Iterable[ModelBundle]) -> dict[str, tuple[str, ...]]:
    """Leave each name to one protein, so that no name means two models.

    A protein keeps its own name.
    An alias of several proteins stays with the one that has fewest, as a complex has the aliases of all its members.

    Parameters
    ----------
    models : iterable of ModelBundle
        Models.

    Returns
    -------
    dict[str, tuple[str, ...]]
        Aliases by protein.
    """
    by_protein = {model.protein: model.aliases for model in models}
    taken = {_key(protein) for protein in by_protein}
    settled = {}
    for protein, aliases in sorted(by_protein.items(), key=lambda item: (len(item[1]), item[0])):
        settled[protein] = tuple(alias for alias in aliases if _key(alias) not in taken)
        taken |= {_key(alias) for alias in settled[protein]}
    return settled


def _key(name: str) -> str:
    return name.replace(" ", "").replace("-", "").upper()

"""Figures of a card: the accuracy of a trained model on held-out windows. train_zoo.py uses it."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from zoo_data import Windows

from ideep_scan.features.transcript_regions import REGION_TYPES
from ideep_scan.features.window_features import Features
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.records.estimate import Estimate
from ideep_scan.train.fit import predict
from ideep_scan.train.metrics import auc, auc_and_auprc, bootstrap

KINDS = {
    "FASTA": ("sequence",),
    "FASTA + annotation": ("sequence", "region"),
    "FASTA + structure": ("sequence", "structure"),
    "FASTA + co-binding": ("sequence", "cobinding"),
    "FASTA + annotation + structure": ("sequence", "region", "structure"),
    "FASTA + annotation + co-binding": ("sequence", "region", "cobinding"),
    "all but motif scores": ("sequence", "region", "structure", "cobinding"),
    "all": ("sequence", "region", "motifs", "structure", "cobinding"),
}
# Least gain in validation AUC, at the lower end of its interval, of a modality that is used by default.
# Folding and cluster scores take longer than everything else together.
# A user's co-binding sites are not the capped samples of the training. So these must gain more.
LEAST_GAIN = {"region": 0.0, "cobinding": 0.005, "structure": 0.005, "motifs": 0.005}


def round_estimate(estimate: Estimate) -> dict[str, float]:
    """Return an estimate as JSON values with 4 decimals."""
    return {name: round(value, 4) for name, value in asdict(estimate).items()}


def measure_gains(network: IDeepNetwork, features: Features, windows: Windows) -> dict[str, Any]:
    """Measure the gain in validation AUC by each modality, over sequence (region) or sequence and region (others)."""
    out = {}
    for name in LEAST_GAIN:
        rows = windows.validation[features.has(name, windows.validation)]
        label = windows.labels[rows]
        base = ("sequence",) if name == "region" else ("sequence", "region")
        baseline = predict(network, features, rows, base)
        addition = predict(network, features, rows, (*base, name))
        gain = bootstrap(lambda y, a, b: auc(y, a) - auc(y, b), label, addition, baseline)
        out[name] = {"beside": " + ".join(base), "windows": len(rows), **round_estimate(gain)}
    return out


def select_modalities(gains: dict[str, Any]) -> tuple[str, ...]:
    """Select the modalities that `--modalities auto` uses."""
    return ("sequence", *(name for name, minimum in LEAST_GAIN.items() if gains[name]["low"] > minimum))


def measure_published(network: IDeepNetwork, features: Features, windows: Windows) -> dict[str, Any]:
    """Measure AUC and auPRC on the published test windows, by kind of input."""
    label, out = windows.labels[windows.test], {}
    for kind, modalities in KINDS.items():
        curves = auc_and_auprc(label, predict(network, features, windows.test, modalities))
        out[kind] = {name: round_estimate(figure) for name, figure in zip(("AUC", "auPRC"), curves, strict=True)}
    return out


def measure_bare_windows(network: IDeepNetwork, features: Features, windows: Windows) -> dict[str, Any]:
    """Measure the AUC from 101 nt alone, on windows of the 30,000 set in held-out genes."""
    is_held_out = windows.held_out["RefSeq genes with a test window of the experiment"]
    rows = np.flatnonzero(is_held_out & windows.of_30000)
    estimate = bootstrap(auc, windows.labels[rows], predict(network, features, rows, ("sequence",)))
    return {"AUC": round_estimate(estimate), "windows": len(rows), "positives": int(windows.labels[rows].sum())}


def find_top_region(features: Features, windows: Windows) -> dict[str, Any]:
    """Find the region type that is most over-represented at the centre of sites."""
    middle = features.windows["region"].shape[2] // 2
    types = features.windows["region"][:, :, middle].astype(bool)
    site = windows.labels == 1
    share, background = types[site].mean(0), types[~site].mean(0)
    top = int(np.argmax(share - background))
    return {
        "region": REGION_TYPES[top],
        "share": round(float(share[top]), 4),
        "background share": round(float(background[top]), 4),
    }


def find_strongest_motif(features: Features, windows: Windows) -> dict[str, Any]:
    """Find the PWM whose cluster score best separates sites from other windows; return its AUC on the test windows."""
    train, test = windows.train, windows.test
    scores = features.centres["motifs"]
    aucs = [auc(windows.labels[train], scores[train, column]) for column in range(scores.shape[1])]
    top = int(np.argmax(aucs))
    pwm = read_pwms()[top]
    estimate = bootstrap(auc, windows.labels[test], scores[test, top])
    return {"id": pwm.id, "match": pwm.symbol, "figure": "AUC of its score alone", **round_estimate(estimate)}


def site_logits(network: IDeepNetwork, features: Features, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Compute the log odds of rows by kind of input, e.g. "sequence+region"; NaN where a modality is unknown."""
    out = {}
    for modalities in KINDS.values():
        logits = predict(network, features, rows, modalities).astype(np.float32)
        for name in modalities:
            logits[~features.has(name, rows)] = np.nan
        out["+".join(modalities)] = logits
    return out


def read_anchors(data: Path) -> dict[int, dict[str, Any]]:
    """Read independent figures for the same windows, by number of the experiment."""
    with (data / "anchors" / "rbp31_anchor.tsv").open() as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["id"].isdecimal()]
    return {
        int(row["id"]): {
            "iDeep re-run": {"AUC": float(row["iDeep_rerun_AUC"]), "auPRC": float(row["iDeep_rerun_auPRC"])},
            "with landmarks": {"AUC": float(row["iDeep+spline_AUC"]), "auPRC": float(row["spline_auPRC"])},
            "DeepRKE": {"AUC": float(row["DeepRKE"])},
        }
        for row in rows
    }

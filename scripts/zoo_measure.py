"""Figures of a card: the accuracy of a trained model on held-out windows. train_zoo.py uses it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from zoo_data import Windows

from ideep_scan.features.transcript_regions import REGION_TYPES
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.records.estimate import Estimate
from ideep_scan.train.dataset import Features
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
# What a modality must add to the validation AUC, at the lower end of its interval, to be used without being asked for.
# Folding and cluster scores take longer than all else together, and the co-binding of a user is not the capped samples
# that were learned from, so these must earn it.
PAYS = {"region": 0.0, "cobinding": 0.005, "structure": 0.005, "motifs": 0.005}


def shown(estimate: Estimate) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(estimate).items()}


def gains(network: IDeepNetwork, features: Features, windows: Windows) -> dict[str, Any]:
    """Measure the gain in validation AUC by each modality, over sequence (region) or sequence and region (others)."""
    out = {}
    for name in PAYS:
        rows = windows.validation[features.has(name, windows.validation)]
        label = windows.labels[rows]
        base = ("sequence",) if name == "region" else ("sequence", "region")
        before = predict(network, features, rows, base)
        after = predict(network, features, rows, (*base, name))
        gain = bootstrap(lambda y, a, b: auc(y, a) - auc(y, b), label, after, before)
        out[name] = {"beside": " + ".join(base), "windows": len(rows), **shown(gain)}
    return out


def paying(gained: dict[str, Any]) -> tuple[str, ...]:
    """Select the modalities that `--modalities auto` uses."""
    return ("sequence", *(name for name, least in PAYS.items() if gained[name]["low"] > least))


def against_published(network: IDeepNetwork, features: Features, windows: Windows) -> dict[str, Any]:
    """AUC and auPRC on the published test windows, by kind of input."""
    label, out = windows.labels[windows.test], {}
    for kind, used in KINDS.items():
        curves = auc_and_auprc(label, predict(network, features, windows.test, used))
        out[kind] = {name: shown(figure) for name, figure in zip(("AUC", "auPRC"), curves, strict=True)}
    return out


def bare_windows(network: IDeepNetwork, features: Features, windows: Windows) -> dict[str, Any]:
    """AUC given nothing but 101 nt, on windows of the 30,000 kind in genes that were held out."""
    held = windows.held["RefSeq genes with a test window of the experiment"]
    rows = np.flatnonzero(held & windows.many)
    estimate = bootstrap(auc, windows.labels[rows], predict(network, features, rows, ("sequence",)))
    return {"AUC": shown(estimate), "windows": len(rows), "positives": int(windows.labels[rows].sum())}


def top_region(features: Features, windows: Windows) -> dict[str, Any]:
    """Find the region type that is most over-represented at the centre of sites."""
    middle = features.windows["region"].shape[2] // 2
    types = features.windows["region"][:, :, middle].astype(bool)
    site = windows.labels == 1
    share, background = types[site].mean(0), types[~site].mean(0)
    best = int(np.argmax(share - background))
    return {
        "region": REGION_TYPES[best],
        "share": round(float(share[best]), 4),
        "background share": round(float(background[best]), 4),
    }


def strongest_motif(features: Features, windows: Windows) -> dict[str, Any]:
    """Find the PWM whose cluster score best separates sites from other windows; return its AUC on the test windows."""
    train, test = windows.train, windows.test
    scores = features.centres["motifs"]
    each = [auc(windows.labels[train], scores[train, column]) for column in range(scores.shape[1])]
    best = int(np.argmax(each))
    pwm = read_pwms()[best]
    estimate = bootstrap(auc, windows.labels[test], scores[test, best])
    return {"id": pwm.id, "match": pwm.symbol, "figure": "AUC of its score alone", **shown(estimate)}


def site_logits(network: IDeepNetwork, features: Features, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Log odds at some rows by kind of input, e.g. "sequence+region"; NaN where a modality is not known."""
    out = {}
    for used in KINDS.values():
        logits = predict(network, features, rows, used).astype(np.float32)
        for name in used:
            logits[~features.has(name, rows)] = np.nan
        out["+".join(used)] = logits
    return out

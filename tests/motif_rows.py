"""Content of pages of motifs to test with. No test stands here."""

from __future__ import annotations

from typing import Any

from track_hubs.manifest import Row
from track_hubs.motif_page.rows import (
    Cluster,
    Effect,
    Enrichment,
    FilterTree,
    KnownMotif,
    LearnedMotif,
    ModelMotifs,
    OwnMatch,
    Shared,
    Sharing,
)

ODD = "</script><b id='in'>\"x\"</b> & <!-- ü #%?"
BASES: dict[str, Row] = {"A": (1, 0, 0, 0), "C": (0, 1, 0, 0), "G": (0, 0, 1, 0), "U": (0, 0, 0, 1)}
KNOWN = KnownMotif("M1", "ELAVL1", "RNAcompete", [BASES[base] for base in "UUU"], 1e-6, 1e-4, offset=1, is_found=True)
ENRICHMENT = Enrichment(160, 200, 80, 800, 36.0, 1e-30, 1e-28, is_enriched=True)


def motif(name: str = "ELAVL1.filter000", consensus: str = "UUUA", **changes: Any) -> LearnedMotif:
    values = {
        "id": name,
        "consensus": consensus,
        "origin": "filter",
        "sites": 1234,
        "information": 8.0,
        "shares": [BASES.get(base, BASES["A"]) for base in consensus],
        "contributions": None,
        "enrichment": ENRICHMENT,
        "distances": [0] * 40 + [3] * 21 + [0] * 40,
        "matches": [KNOWN],
        "planted": Effect(1.5, 1.2, 1.8),
        "removed": Effect(-0.75, -1.0, -0.5),
    }
    return LearnedMotif(**(values | changes))


def cluster(*motifs: LearnedMotif) -> Cluster:
    return Cluster(motifs or (motif(),), (40, 100, 50, 10, 0, 0), (0, 0, 0, 0, 5, 9, 2) + (0,) * 94)


def report(model: str = "ELAVL1", **changes: Any) -> ModelMotifs:
    first, second = motif(), motif("ELAVL1.filter002", "GGCA", matches=())
    pattern = motif("ELAVL1.pattern00", "UUU", origin="pattern", contributions=[(-0.1, 0, 0, 0.5)] * 3)
    values = {
        "model": model,
        "protein": "ELAVL1",
        "windows": "published windows",
        "bound": 200,
        "unbound": 800,
        "clusters": [cluster(first, pattern), cluster(second)],
        "tree": FilterTree(
            [[(0.5, -0.5, 0.0, 0.25)] * 2] * 3,
            [first.id, "", second.id],
            ["UUUA", "", "GGCA"],
            silent=[1],
            order=[1, 0, 2],
            merges=[(0, 2, 0.2), (1, 3, 0.7)],
        ),
        "agreement": 0.83,
        "has_known": True,
        "own": OwnMatch(first, KNOWN),
        "meme": "MEME version 5\n",
    }
    return ModelMotifs(**(values | changes))


def sharing(*models: str) -> Sharing:
    entries = [Shared(model, "ELAVL1", "ELAVL1.filter000", strength=3.0) for model in models]
    return Sharing(models, ["ELAVL1"] if models else [], entries)

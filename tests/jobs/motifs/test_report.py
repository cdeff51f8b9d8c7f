"""Pages of motifs from collections: files, missing numbers, filters."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.errors import OutputError
from ideep_scan.jobs.motifs.report import describe_model, describe_sharing, write_pages
from ideep_scan.records.learned_motif import (
    Enrichment,
    Importance,
    KnownMatch,
    LearnedMotif,
    MotifCluster,
    MotifCollection,
)
from ideep_scan.records.pwm import Pwm

KNOWN = Pwm("M1", "TIA-1", "TIA1", np.array([[1.0, 0, 0, 3], [0, 0, 0, 4]]))
MATCH = KnownMatch("M1", "TIA1", "RNAcompete", 1e-6, 1e-4, 1e-4, 1, 2)
COUNTS = np.array([[0.0, 0, 0, 8], [2, 2, 2, 2], [0, 8, 0, 0]])


def make_motif(name: str) -> LearnedMotif:
    return LearnedMotif(
        Pwm(name, "UNC", "TIA1", COUNTS),
        "filter",
        sites=8,
        information=4.0,
        contributions=None,
        enrichment=Enrichment(100, 200, 0, 800, inf, 0.0, 0.0),
        distances=np.arange(101),
        matches=(MATCH, replace_id(MATCH, "M9")),
        importance=Importance(1.0, 0.5, 1.5, nan, nan, nan, 0),
    )


def replace_id(match: KnownMatch, name: str) -> KnownMatch:
    return match._replace(id=name)


COLLECTION = MotifCollection(
    model="TIA1",
    protein="TIA1",
    digest="0" * 64,
    windows="Windows.",
    bound=200,
    unbound=800,
    filters=np.arange(3 * 4 * 3, dtype=np.float32).reshape(3, 4, 3),
    silent=(1,),
    agreement=nan,
    motifs=(make_motif("TIA1.filter000"), make_motif("TIA1.filter002")),
    clusters=(
        MotifCluster(("TIA1.filter002",), (100, 100, 0), (0,) * 101),
        MotifCluster(("TIA1.filter000",), (200, 0, 0), (0,) * 101),
    ),
)


def test_a_page_for_each_model_and_an_overview(tmp_path: Path) -> None:
    write_pages(tmp_path, [COLLECTION, replace(COLLECTION, model="TIAL1")], [KNOWN])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["TIA1.html", "TIAL1.html", "index.html"]
    assert "TIA1.html#TIA1.filter002" in (tmp_path / "index.html").read_text()
    assert "nan" not in (tmp_path / "TIA1.html").read_text().split("<script>")[0]


def test_numbers_reach_the_rows() -> None:
    report = describe_model(COLLECTION, {"M1": KNOWN}, has_known=True)
    assert [[motif.id for motif in cluster.motifs] for cluster in report.clusters] == [
        ["TIA1.filter002"],
        ["TIA1.filter000"],
    ]
    motif = report.clusters[0].motifs[0]
    assert motif.shares == [(0, 0, 0, 1), (0.25, 0.25, 0.25, 0.25), (0, 1, 0, 0)]
    assert motif.matches[0].shares == [(0.25, 0, 0, 0.75), (0, 0, 0, 1)]
    assert motif.matches[1].shares == ()
    assert motif.removed is None
    assert motif.planted
    assert (motif.planted.mean, motif.planted.low, motif.planted.high) == (1.0, 0.5, 1.5)
    assert motif.enrichment
    assert motif.enrichment.is_enriched
    assert motif.distances[100] == 100
    assert report.agreement is None
    assert report.meme.count("MOTIF TIA1.filter") == 2
    assert report.own
    assert report.own.known.is_found


def test_filters_keep_their_numbers() -> None:
    tree = describe_model(COLLECTION, {}, has_known=False).tree
    assert list(tree.ids) == ["TIA1.filter000", "", "TIA1.filter002"]
    assert list(tree.names) == ["UNC", "", "UNC"]
    assert sorted(tree.order) == [0, 1, 2]
    assert tree.weights[1][2] == tuple(COLLECTION.filters[1, :, 2])


def test_models_that_share_a_motif() -> None:
    sharing = describe_sharing([COLLECTION, replace(COLLECTION, model="TIAL1")])
    assert list(sharing.symbols) == ["TIA1"]
    assert {entry.model for entry in sharing.entries} == set(sharing.models) == {"TIA1", "TIAL1"}
    assert describe_sharing([]).entries == []


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        write_pages(tmp_path / "file", [COLLECTION], [KNOWN])

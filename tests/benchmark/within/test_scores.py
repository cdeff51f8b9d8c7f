"""Scores of all rows: those of a scan position by position, and their files."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import torch
import toy_within
from toy_within import ToyWithin

from ideep_scan.benchmark.within.scores import compute_scores, name_scores, open_scores, read_scores
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.places import Places
from ideep_scan.scan.place_scores import score_places


def test_rows_have_the_log_odds_of_single_positions(toy: ToyWithin) -> None:
    bundle = toy_within.make_models()[0].bundle
    ground = toy.ground
    with ExitStack() as stack:
        genome = toy.open(stack)
        assert genome.annotation is not None
        sources = Sources(genome.source, RegionMap(genome.annotation.transcripts))
        featurizer = Featurizer(toy_within.SPEC, sources, ("sequence", "region"))
        scorers = [Scorer(bundle, ("sequence", "region"), torch.device("cpu"))]
        done: list[int] = []
        scores = np.full(len(ground), np.nan, np.float16)
        compute_scores(ground, genome.source, featurizer, scorers, arrays=[scores], on_progress=done.append)
        rows = np.arange(0, len(ground), 601)
        strands = np.array([ground.spans[gene].strand for gene in ground.genes[rows]], object)
        places = Places(np.full(rows.size, "chr20", object), strands, ground.positions[rows])
        expected = score_places(places, np.ones(rows.size, np.bool_), featurizer, scorers)[:, 0].astype(np.float64)
    assert sum(done) == len(ground)
    assert np.isfinite(scores).all()
    assert np.allclose(1 / (1 + np.exp(-scores[rows].astype(np.float64))), expected, atol=2e-3)


def test_files_are_named_by_all_that_the_scores_depend_on(tmp_path: Path) -> None:
    path = name_scores(tmp_path, "ideep", "A", ("x", "y"))
    assert path.parent == tmp_path / "scores" / "ideep"
    assert path == name_scores(tmp_path, "ideep", "A", ("x", "y")) != name_scores(tmp_path, "ideep", "A", ("x", "z"))
    assert read_scores(path, 3) is None
    with open_scores(path, 3) as array:
        array[:] = 1, 2, 3
        assert read_scores(path, 3) is None
    values = read_scores(path, 3)
    assert values is not None
    assert values.tolist() == [1, 2, 3]
    assert read_scores(path, 4) is None
    path.write_bytes(path.read_bytes()[:20])
    assert read_scores(path, 3) is None

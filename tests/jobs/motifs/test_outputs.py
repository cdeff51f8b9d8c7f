"""Files of a report on motifs."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from ideep_scan.formats.motif_sets.meme import read_meme
from ideep_scan.jobs.motifs.outputs import write_outputs
from ideep_scan.records.learned_motif import LearnedMotif, MotifCluster, MotifCollection
from ideep_scan.records.pwm import Pwm


def test_the_meme_file_has_the_motifs_by_cluster(tmp_path: Path) -> None:
    counts = np.array([[1.0, 2, 3, 4], [10, 0, 0, 0]])
    motifs = tuple(
        LearnedMotif(Pwm(id, id, "X", counts), "filter", 10, 1.0, None, None, np.zeros(101, np.int64), (), None)
        for id in ("m.filter000", "m.filter001")
    )
    clusters = (MotifCluster(("m.filter001",), (), ()), MotifCluster(("m.filter000",), (), ()))
    weights = np.ones((2, 4, 2), np.float32)
    write_outputs(tmp_path, [MotifCollection("m", "X", "", "", 4, 0, weights, (), math.nan, motifs, clusters)], ())
    assert {path.name for path in tmp_path.iterdir()} == {"index.html", "m.html", "m.matches.tsv", "m.meme", "m.tsv"}
    read = read_meme(tmp_path / "m.meme").pwms
    assert [pwm.id for pwm in read] == ["m.filter001", "m.filter000"]
    assert np.allclose(read[0].counts, counts)

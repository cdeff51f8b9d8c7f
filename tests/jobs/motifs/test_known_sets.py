"""Known motifs of the package or of a file, and matching collections with them again."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from ideep_scan.formats.motif_sets.meme import write_meme
from ideep_scan.formats.pwm_table import read_known_sets, read_pwms
from ideep_scan.jobs.motifs.known_sets import MATCHES, match_known, open_known
from ideep_scan.records.learned_motif import KnownMatch, LearnedMotif, MotifCollection
from ideep_scan.records.pwm import Pwm


def _collection(pwm: Pwm, protein: str = "X") -> MotifCollection:
    earlier = (KnownMatch("old", "X", "old", 0.1, 1.0, 1.0, 0, 5),)
    motif = LearnedMotif(pwm, "filter", 1, 1.0, None, None, np.zeros(101, np.int64), earlier, None)
    return MotifCollection("m", protein, "", "", 0, 0, np.zeros((1, 4, 1)), (), math.nan, (motif,), ())


def test_a_known_motif_matches_itself_in_the_package_and_in_a_file(tmp_path: Path) -> None:
    pwm = read_pwms()[0]
    packaged = open_known(None)
    assert (list(packaged.sets), packaged.files) == (["CISBP-RNA", "RBNS"], {})
    path = tmp_path / "mine.meme"
    write_meme(path, [pwm])
    own = open_known(path)
    assert list(own.files) == ["known motifs"]
    for known, name in ((packaged, "CISBP-RNA"), (own, "mine.meme")):
        matches = match_known(_collection(pwm), known).motifs[0].matches
        assert (matches[0].id, matches[0].source, matches[0].offset) == (pwm.id, name, 0)
        assert len(matches) <= MATCHES


def test_matches_of_the_own_protein_are_kept() -> None:
    pwm = next(pwm for pwm in read_pwms() if pwm.symbol == "CPEB4")  # poly-U, like those of many proteins
    packaged = open_known(None)
    best = match_known(_collection(pwm), packaged).motifs[0].matches
    assert len(best) == MATCHES
    assert [match.p_value for match in best] == sorted(match.p_value for match in best)
    own = match_known(_collection(pwm, "TIA1"), packaged).motifs[0].matches
    assert own[:MATCHES] == best
    assert {(match.symbol, match.source) for match in own} >= {("TIA1", "CISBP-RNA"), ("TIA1", "RBNS")}
    assert len(own) <= MATCHES + len(packaged.sets)


def test_all_known_motifs_are_there_for_pictures() -> None:
    assert [pwm.id for pwm in open_known(None).pwms] == [pwm.id for pwms in read_known_sets().values() for pwm in pwms]

"""Names of motifs."""

from __future__ import annotations

import numpy as np

from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.motifs.labels import make_label
from ideep_scan.records.pwm import Pwm


def test_a_known_motif() -> None:
    labels = {label.id: label for label in map(make_label, read_pwms())}
    assert labels["RNCMPT00032"] == ("RNCMPT00032", "ELAVL1_UUWUUUU", "ELAVL1", "known")
    assert not any(set(label.name) & set(" \t") for label in labels.values())


def test_a_symbol_with_blanks() -> None:
    pwm = Pwm("x.filter007", "UU", "my protein", np.array([[0, 0, 0, 9.0]] * 2))
    assert make_label(pwm, "learned") == ("x.filter007", "my_protein_UU", "my protein", "learned")

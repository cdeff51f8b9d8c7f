"""Names of proteins in titles of motifs, and their current symbols."""

from __future__ import annotations

import pytest

from ideep_scan.formats.motif_sets.protein_names import find_symbols
from ideep_scan.formats.pwm_table import read_pwms


@pytest.mark.parametrize(
    ("title", "name", "symbols"),
    [
        ("HuR", "HuR", "ELAVL1"),
        ("RNCMPT00136-HuR", "HuR", "ELAVL1"),
        ("M159_0.6_A2BP1/RBFOX2/RBFOX3", "A2BP1/RBFOX2/RBFOX3", "RBFOX1/RBFOX2/RBFOX3"),
        ("M081_0.6_CSDA/YB-1", "CSDA/YB-1", "YBX3/YBX1"),
        ("242_7543047_SFRS1", "SFRS1", "SRSF1"),
        ("(QKI)_(Homo_sapiens)_(RBD_1.00)", "QKI", "QKI"),
        ("SFRS1/SRSF1", "SFRS1/SRSF1", "SRSF1"),
        ("RNCMPT00136", "RNCMPT00136", "RNCMPT00136"),
        ("M031_0.6_", "M031_0.6_", "M031_0.6_"),
        ("pum", "pum", "pum"),
    ],
)
def test_the_protein_of_a_title(title: str, name: str, symbols: str):
    assert find_symbols(title) == (name, symbols)


def test_symbols_are_those_of_the_packaged_motifs():
    assert all(find_symbols(pwm.name)[1] == pwm.symbol for pwm in read_pwms())
    assert all(find_symbols(pwm.symbol) == (pwm.symbol, pwm.symbol) for pwm in read_pwms())

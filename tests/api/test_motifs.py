"""Motifs of bundled models as a table and as records."""

from __future__ import annotations

import pytest

from ideep_scan import list_motifs, open_motifs
from ideep_scan.errors import InputError
from ideep_scan.models.store_names import IDEEP, SHARED


@pytest.mark.parametrize("store", [SHARED, IDEEP])
def test_the_table_has_the_motifs_of_the_collections(store: str) -> None:
    collections = open_motifs(["QKI", "PUM2"], model=store)
    table = list_motifs(["QKI", "PUM2"], model=store)
    assert table["model"].unique().tolist() == ["QKI", "PUM2"]
    assert sorted(table["id"]) == sorted(motif.pwm.id for item in collections for motif in item.motifs)
    assert table["q"].dropna().between(0, 1).all()
    assert table["planted"].dtype == float


@pytest.mark.parametrize(("protein", "letters"), [("QKI", "ACUAA"), ("PUM2", "UGUA"), ("TARDBP", "UGUGU")])
@pytest.mark.parametrize("store", [SHARED, IDEEP])
def test_proteins_have_the_motifs_that_biologists_know(protein: str, letters: str, store: str) -> None:
    table = list_motifs(protein, model=store)
    patterns = table[(table["origin"] == "pattern") & (table["planted_low"] > 0) & (table["q"] < 1e-4)]
    assert patterns["consensus"].str.contains(letters, regex=False).any()


def test_a_protein_without_motifs_is_one_line() -> None:
    with pytest.raises(InputError, match="no model for 'NOSUCH'"):
        list_motifs("NOSUCH")

"""Texts of the fields of sites."""

from __future__ import annotations

from ideep_scan.formats.site_texts import MOTIF_FIELDS, SiteTexts, clean, format_site, join_motif
from ideep_scan.records.scores import KNOWN, Hit, MotifLabel, SiteReport

HIT = Hit("chr1", 5, 9, "+", 6, 0.5, None)


def test_an_unknown_number_is_empty_and_an_unknown_name_a_dot() -> None:
    assert format_site(SiteReport(HIT, "A")) == SiteTexts("", "", ".", ".", ".")


def test_numbers_have_three_digits_and_names_no_tab() -> None:
    report = SiteReport(HIT, "A", "3'UTR", "5S\trRNA", "ENSG\n1", None, 0.0012345, 0.98765)
    assert format_site(report) == SiteTexts("0.00123", "0.9877", "5S rRNA", "ENSG 1", "3'UTR")


def test_a_motif_has_all_its_fields() -> None:
    assert join_motif(None).split("\t") == ["."] * len(MOTIF_FIELDS)
    assert join_motif(MotifLabel("M1", "A_UUU", "A", KNOWN)) == "M1\tA_UUU\tA\tknown"
    assert clean("") == "."

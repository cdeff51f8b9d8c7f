"""Published figures inside 600 nt."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.benchmark.within.anchors import ProfileAnchor, read_profile_anchors
from ideep_scan.errors import InputError

HEADER = "rbp_cell\tother\tparnet_has_positive\tsingle_has_positive\n"


def test_figures_by_protein_and_cell(tmp_path: Path) -> None:
    path = tmp_path / "anchors.tsv"
    path.write_text(f"# source\n{HEADER}QKI_K562\t9\t0.25\t0.125\n\n")
    assert read_profile_anchors(path) == {"QKI_K562": ProfileAnchor(0.25, 0.125)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rbp_cell\tother\nA\t1\n", "column parnet_has_positive is missing"),
        (f"{HEADER}A\t1\tx\t0.1\n", "should be numbers"),
        (f"{HEADER}A\t1\tnan\t0.1\n", "should be numbers"),
        (f"{HEADER}A\t1\n", "should be numbers"),
        (HEADER, "has no figures"),
    ],
)
def test_other_tables_are_errors(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "anchors.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_profile_anchors(path)

"""The packaged motif table, and tables that are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.pwm_table import COLUMNS, read_known_sets, read_pwms

HEADER = "\t".join(COLUMNS)


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "motifs.tsv"
    path.write_text("\n".join(["# a comment", header, *(row.replace(" ", "\t") for row in rows)]) + "\n")
    return path


def test_the_packaged_table():
    pwms = read_pwms()
    assert len(pwms) == len({pwm.id for pwm in pwms}) == 102
    assert [pwm.id for pwm in pwms] == sorted(pwm.id for pwm in pwms)
    assert {len(pwm) for pwm in pwms} == {7, 8}
    assert all(97 <= row.sum() <= 101 for pwm in pwms for row in pwm.counts)
    by_id = {pwm.id: pwm for pwm in pwms}
    assert (by_id["RNCMPT00136"].name, by_id["RNCMPT00136"].symbol) == ("HuR", "ELAVL1")
    assert by_id["RNCMPT00178"].symbol == "HNRNPLL"
    assert by_id["RNCMPT00187"].symbol == "CELF6"
    assert by_id["RNCMPT00001"].counts[1].tolist() == [1, 1, 1, 98]


def test_the_packaged_table_holds_the_published_counts(shared: Path):
    for pwm in read_pwms():
        source = shared / f"data/motifs/cisbp_rna_102_cb/{pwm.id}-{pwm.name}.cb"
        np.testing.assert_array_equal(pwm.counts, np.loadtxt(source, comments=">"))


def test_packaged_sets():
    sets = read_known_sets()
    assert list(sets) == ["CISBP-RNA", "RBNS"]
    assert [pwm.id for pwm in sets["CISBP-RNA"]] == [pwm.id for pwm in read_pwms()]
    rbns = {pwm.id: pwm for pwm in sets["RBNS"]}
    assert len(rbns) == len(sets["RBNS"]) == 39
    assert {len(pwm) for pwm in rbns.values()} == {5, 6, 7, 8, 9}
    assert all(99.5 <= row.sum() <= 100.5 for pwm in rbns.values() for row in pwm.counts)
    best = {id: "".join("ACGU"[base] for base in pwm.counts.argmax(axis=1)) for id, pwm in rbns.items()}
    assert (best["RBNS.RBFOX2.1"], best["RBNS.PUM1.1"], best["RBNS.HNRNPC.1"]) == ("GCAUG", "UGUAU", "UUUUU")


def test_rows_become_motifs(tmp_path: Path):
    first, second = read_pwms(
        table(tmp_path, "m1 HuR ELAVL1 1 1 2 3 4", "m1 HuR ELAVL1 2 5 6 7 8.5", "m2 X X 1 0 0 0 9")
    )
    assert (first.id, first.name, first.symbol, len(first)) == ("m1", "HuR", "ELAVL1", 2)
    assert first.counts.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8.5]]
    assert second.id == "m2"


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        (["m HuR ELAVL1 1 1 2 3"], 3, "7 columns"),
        (["m HuR ELAVL1 1 1 2 3 x"], 3, "must be numbers"),
        (["m HuR ELAVL1 one 1 2 3 4"], 3, "must be numbers"),
        (["m HuR ELAVL1 1 1 2 3 -4"], 3, "not below 0"),
        (["m HuR ELAVL1 1 1 2 3 nan"], 3, "not below 0"),
        (["m HuR ELAVL1 1 0 0 0 0"], 3, "not all 0"),
        (["m HuR ELAVL1 1 1 2 3 4", "m HuR ELAVL1 3 1 2 3 4"], 4, "position 3 should be 2"),
        (["m HuR ELAVL1 1 1 2 3 4", "m HuR HUR 2 1 2 3 4"], 4, "has several proteins"),
        (["m H H 1 1 2 3 4", "n X X 1 1 2 3 4", "m H H 2 1 2 3 4"], 5, "two places"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, rows: list[str], line: int, message: str):
    with pytest.raises(InputError, match=message) as caught:
        read_pwms(table(tmp_path, *rows))
    assert caught.value.line == line


def test_another_header_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="header must be motif"):
        read_pwms(table(tmp_path, header="a\tb"))


def test_a_table_without_motifs_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="has no motifs"):
        read_pwms(table(tmp_path))


def test_a_missing_table_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        read_pwms(tmp_path / "none.tsv")

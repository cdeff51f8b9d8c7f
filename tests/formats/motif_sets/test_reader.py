"""Sets of motifs in any format, the real ones whole, and files of something else."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.motif_sets.meme import format_meme
from ideep_scan.formats.motif_sets.reader import read_motifs
from ideep_scan.formats.pwm_table import read_pwms

MEME = format_meme(read_pwms()[:2])
TRANSFAC = "AC  HuR\nID  HuR\nP0 a c g t\n1 1 2 3 4\n//\n"
CLUSTER_BUSTER = ">M1 HuR\n1 2 3 4\n"
TABLE = "# x\nmotif\tprotein\tsymbol\tposition\tA\tC\tG\tU\nM1\tHuR\tELAVL1\t1\t1\t2\t3\t4\n"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (MEME, ["RNCMPT00001", "RNCMPT00002"]),
        ("\n\n" + MEME, ["RNCMPT00001", "RNCMPT00002"]),
        ("*****\nMEME - Motif discovery tool\n" + MEME, ["RNCMPT00001", "RNCMPT00002"]),
        (TRANSFAC, ["HuR"]),
        (CLUSTER_BUSTER, ["M1"]),
        (TABLE, ["M1"]),
    ],
)
def test_the_format_is_recognised(tmp_path: Path, text: str, ids: list[str]):
    plain, packed = tmp_path / "motifs.txt", tmp_path / "motifs.gz"
    plain.write_text(text)
    packed.write_bytes(gzip.compress(text.replace("\n", "\r\n").encode("utf-8-sig")))
    for path in (plain, packed):
        assert [pwm.id for pwm in read_motifs(path)] == ids


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path):
    (tmp_path / "b.tf").write_text(TRANSFAC)
    (tmp_path / "a.cb").write_text(CLUSTER_BUSTER)
    (tmp_path / "c.cb").write_text(CLUSTER_BUSTER)
    (tmp_path / ".hidden").write_text("x")
    assert [pwm.id for pwm in read_motifs(tmp_path)] == ["M1", "HuR", "M1.2"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n\n# x\n", "has no motifs"),
        (b"MEME version 4\n\nALPHABET= ACGU\n", "has no motifs"),
        (b"MOTIF M1\n", "M1 has no letter-probability matrix"),
        (b"ALPHABET= ACGU\n", "has no line `MEME version 5`"),
        (b"<!DOCTYPE HTML>\n<html>MEME version 5\n", "is an HTML or XML file"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n", "is an HTML or XML file"),
        (b"\x89PNG\0\1\2", "is a picture"),
        (b"\x1f\x8b\x08xx", "gzip file is (truncated|damaged)"),
        (b">chr1\nACGTNACGT\n", "looks like a FASTA of sequences"),
        (b"chr1\t1\t2\n", "is not in a known format of motifs"),
        (b"XX\n//\n", "has no motifs"),
    ],
)
def test_something_else_is_refused_in_one_line(tmp_path: Path, data: bytes, message: str):
    path = tmp_path / "motifs"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        read_motifs(path)
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        read_motifs(tmp_path / "none.meme")
    with pytest.raises(InputError, match="the folder has no files"):
        read_motifs(tmp_path)


@pytest.mark.parametrize(
    ("name", "count", "columns"),
    [
        ("cisbp_rna_102_cb", 102, 721),
        ("Ray2013_rbp_RNA.meme", 102, 721),
        ("transite_174.meme", 174, 1343),
        ("ATtRACT_2017_12.tf", 1322, 9476),
        ("RBPDB_2017_12.tf", 71, 618),
    ],
)
def test_real_sets_are_read_whole(shared: Path, name: str, count: int, columns: int):
    pwms = read_motifs(shared / "data/motifs" / name)
    assert len(pwms) == len({pwm.id for pwm in pwms}) == count
    assert sum(map(len, pwms)) == columns


def test_the_packaged_motifs_are_those_of_the_folder(shared: Path):
    for ours, theirs in zip(read_pwms(), read_motifs(shared / "data/motifs/cisbp_rna_102_cb"), strict=True):
        assert (ours.id, ours.name, ours.symbol) == (theirs.id, theirs.name, theirs.symbol)
        np.testing.assert_array_equal(ours.counts, theirs.counts)

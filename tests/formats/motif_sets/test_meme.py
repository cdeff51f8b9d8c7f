"""MEME files: what is read of them, what is refused, and what another reader reads of ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.motif_sets.meme import format_meme, is_meme, read_meme, write_meme
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.records.pwm import Pwm

HEAD = "MEME version 4\n\nALPHABET= ACGU\n\n"
ROWS = "0.1 0.2 0.3 0.4\n0 0 0 1\n"
MOTIF = f"MOTIF M1 HuR\nletter-probability matrix: alength= 4 w= 2 nsites= 10 E= 0\n{ROWS}"
RNA_LIKE = """\
ALPHABET "My RNA" RNA-LIKE
A "Adenine" CC0000
C "Cytosine" 0000CC
G "Guanine" FFB300
U "Uracil" 008000
N "Any" = ACGU
T = U
END ALPHABET
"""
OUTPUT = """\
********************************************************************************
MEME - Motif discovery tool
********************************************************************************
MEME version 5.5.5 (Release date: 2023)

ALPHABET= ACGU
Sequence name            Weight Length
seq1                     1.0000    101
Letter frequencies in dataset:
A 0.25 C 0.25 G 0.25 U 0.25
Background letter frequencies (from file dataset):
A 0.3 C 0.2 G 0.2 U 0.3
********************************************************************************
MOTIF UGU MEME-1	width =   2  sites =  12  llr = 50  E-value = 1.1e-004
********************************************************************************
	Motif UGU MEME-1 position-specific scoring matrix
log-odds matrix: alength= 4 w= 2 n= 900 bayes= 8.4 E= 1.1e-004
  -100   -10     5   120
    10    10    10  -100
	Motif UGU MEME-1 position-specific probability matrix
letter-probability matrix: alength= 4 w= 2 nsites= 12 E= 1.1e-004
 0.000000  0.250000  0.250000  0.500000
 0.250000  0.250000  0.250000  0.250000
--------------------------------------------------------------------------------
MOTIF  2	width =   1  sites =  3
letter-probability matrix: alength= 4 w= 1 nsites= 3 E= 1
 1 0 0 0
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "m.meme"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_minimal_format(tmp_path: Path):
    text = HEAD + "strands: + -\n\nBackground letter frequencies (from x):\nA 0.3 C 0.2\nG 0.1 U 0.4\n\n" + MOTIF
    motifs = read_meme(write(tmp_path, text + "\nURL http://example.org\n\n" + MOTIF.replace("M1", "M2")))
    assert motifs.background == (0.3, 0.2, 0.1, 0.4)
    first, second = motifs.pwms
    assert (first.id, first.name, first.symbol, second.id) == ("M1", "HuR", "ELAVL1", "M2")
    assert first.counts.tolist() == [[1, 2, 3, 4], [0, 0, 0, 10]]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("version 4", "version 5.5.1 (Release date: x)"),
        lambda text: text.replace("ACGU", "ACGT"),
        lambda text: text.replace("ALPHABET= ACGU\n", RNA_LIKE),
        lambda text: text.replace("ALPHABET= ACGU\n", RNA_LIKE.replace('U "Uracil" 008000', 'A "x" ~ U "y"')),
        lambda text: text.replace("ALPHABET= ACGU\n", ""),
        lambda text: text.replace(" w= 2", ""),
        lambda text: text.replace("alength= 4 w= 2", "w=2"),
        lambda text: text.replace("M1 HuR", "\tM1\t HuR \t"),
        lambda text: text.removesuffix("\n"),
    ],
)
def test_spellings_of_one_file(tmp_path: Path, change):
    (pwm,) = read_meme(write(tmp_path, change(HEAD + MOTIF))).pwms
    assert (pwm.id, pwm.name) == ("M1", "HuR")
    assert pwm.counts.tolist() == [[1, 2, 3, 4], [0, 0, 0, 10]]


@pytest.mark.parametrize("sites", ["", "nsites= 0", "nsites= 0.5"])
def test_an_unknown_number_of_sites_is_20(tmp_path: Path, sites: str):
    (pwm,) = read_meme(write(tmp_path, HEAD + MOTIF.replace("nsites= 10", sites))).pwms
    assert pwm.counts.tolist() == [[2, 4, 6, 8], [0, 0, 0, 20]]


def test_the_output_of_meme_is_read_without_its_log_odds(tmp_path: Path):
    motifs = read_meme(write(tmp_path, OUTPUT))
    assert [(pwm.id, pwm.name) for pwm in motifs.pwms] == [("UGU", "MEME-1"), ("2", "2")]
    assert motifs.pwms[0].counts.tolist() == [[0, 3, 3, 6], [3, 3, 3, 3]]
    assert motifs.background == (0.3, 0.2, 0.2, 0.3)


def test_two_motifs_of_one_id_are_both_kept(tmp_path: Path):
    assert [pwm.id for pwm in read_meme(write(tmp_path, HEAD + MOTIF + MOTIF)).pwms] == ["M1", "M1.2"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (MOTIF, None, "has no line `MEME version 5`"),
        (HEAD.replace("4", "3") + MOTIF, 1, "is of MEME version 3"),
        (HEAD.replace("ACGU", "ACDEFGHIKLMNPQRSTVWY") + MOTIF, 3, "the motifs are of proteins"),
        (HEAD + MOTIF.replace("alength= 4", "alength= 20"), 6, "the motifs are of proteins"),
        (HEAD + MOTIF.replace("alength= 4", "alength= 5"), 6, "alength= 5; give motifs of 4"),
        (HEAD.replace("ACGU", "AGCU") + MOTIF, 3, "the alphabet is AGCU"),
        (HEAD.replace("ALPHABET= ACGU\n", RNA_LIKE.replace("END ALPHABET\n", "")) + MOTIF, 3, "END ALPHABET"),
        (HEAD.replace("ALPHABET= ACGU\n", RNA_LIKE.replace('U "Ur', 'X "Ur')) + MOTIF, 3, "the alphabet is ACGX"),
        (HEAD + "MOTIF\n" + MOTIF, 5, "has no name"),
        (HEAD + "MOTIF M0\n" + MOTIF, 5, "motif M0 has no letter-probability matrix"),
        (HEAD + MOTIF + "MOTIF M2\nlog-odds matrix: alength= 4 w= 1\n1 2 3 4\n", 9, "motif M2 has no letter-prob"),
        (HEAD + MOTIF.replace("w= 2", "w= 3"), 6, "motif M1 has 2 rows, but its width is w= 3"),
        (HEAD + MOTIF.replace("w= 2", "w= 1"), 6, "has 2 rows, but its width is w= 1"),
        (HEAD + MOTIF.replace(ROWS, ""), 6, "has 0 rows"),
        (HEAD + MOTIF.replace("0.4", "0.6"), 7, "the row sums to 1.2, not to 1"),
        (HEAD + MOTIF.replace("0.4", "-0.4"), 7, "negative"),
        (HEAD + MOTIF.replace("0.4", "nan"), 7, "not a number"),
        (HEAD + MOTIF.replace("0.3 ", ""), 7, "has 3 numbers"),
        (HEAD + MOTIF.replace("= 10", "= many"), 6, "nsites= many is not a number of sites"),
        (HEAD + MOTIF.replace("= 10", "= -3"), 6, "nsites= -3"),
        (HEAD + MOTIF.removeprefix("MOTIF M1 HuR\n"), 5, "a matrix without a motif"),
        (HEAD + "Background letter frequencies\nA 0.5 C 0.5\n" + MOTIF, 5, "the background is not"),
        (HEAD + "Background letter frequencies\nA x C 0.5 G 0 U 0\n" + MOTIF, 5, "the background is not"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, line: int | None, message: str):
    with pytest.raises(InputError, match=message) as caught:
        read_meme(write(tmp_path, text))
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_lines_that_state_a_version():
    assert all(map(is_meme, ("MEME version 4", " MEME version: 5.0")))
    assert not any(map(is_meme, ("MEME", "<html>")))


@st.composite
def motifs(draw: st.DrawFn) -> Pwm:
    """Draw a motif whose rows have one sum."""
    sites, width = draw(st.integers(1, 100_000)), draw(st.integers(1, 12))
    cuts = draw(st.lists(st.lists(st.integers(0, sites), min_size=3, max_size=3), min_size=width, max_size=width))
    counts = [np.diff([0, *sorted(row), sites]) for row in cuts]
    word = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=8)
    name = draw(word.filter(lambda text: not text.startswith("width")))
    return Pwm(draw(word), name, name, np.array(counts, np.float64))


@given(st.lists(motifs(), min_size=1, max_size=4, unique_by=lambda pwm: pwm.id))
def test_a_written_file_is_read_back(tmp_path_factory: pytest.TempPathFactory, pwms: list[Pwm]):
    path = tmp_path_factory.mktemp("meme") / "m.meme"
    write_meme(path, pwms, (0.3, 0.2, 0.2, 0.3))
    back = read_meme(path)
    assert back.background == (0.3, 0.2, 0.2, 0.3)
    assert [pwm.id for pwm in back.pwms] == [pwm.id for pwm in pwms]
    for one, other in zip(back.pwms, pwms, strict=True):
        np.testing.assert_array_equal(one.counts, other.counts)
    assert format_meme(back.pwms, back.background) == path.read_text(encoding="utf-8")


def test_rows_of_different_sums_keep_their_frequencies(tmp_path: Path):
    path = tmp_path / "m.meme"
    write_meme(path, [Pwm("M 1", "two words", "x", np.array([[1, 1, 0, 0], [0, 0, 0, 8], [0.25, 0, 0, 0]]))])
    (pwm,) = read_meme(path).pwms
    assert (pwm.id, pwm.name) == ("M_1", "two_words")
    assert pwm.counts.tolist() == [[4, 4, 0, 0], [0, 0, 0, 8], [8, 0, 0, 0]]


def test_the_number_of_sites_is_an_integer():
    (pwm, *_) = read_pwms()
    parts = {share: Pwm("M", "M", "M", pwm.counts * share) for share in (0.001, 0.4999, 1.3)}
    sites = {share: format_meme([part]).split("nsites= ")[1].split()[0] for share, part in parts.items()}
    assert sites == {0.001: "1", 0.4999: "50", 1.3: "131"}


def test_another_reader_reads_the_packaged_motifs_from_our_file(tmp_path: Path):
    reader = pytest.importorskip("memelite.io")
    path, pwms = tmp_path / "m.meme", read_pwms()
    write_meme(path, pwms)
    theirs = reader.read_meme(str(path))
    assert list(theirs) == [f"{pwm.id} {pwm.name}" for pwm in pwms]
    for matrix, pwm in zip(theirs.values(), pwms, strict=True):
        np.testing.assert_allclose(matrix.T, pwm.counts / pwm.counts.sum(axis=1, keepdims=True), atol=1e-8)


def test_our_reader_reads_the_file_of_another_writer(tmp_path: Path):
    writer = pytest.importorskip("memelite.io")
    path, matrix = tmp_path / "m.meme", np.array([[0.1, 0.2], [0.2, 0.3], [0.3, 0.5], [0.4, 0.0]])
    writer.write_meme(str(path), {"M1": matrix})
    np.testing.assert_allclose(read_meme(path).pwms[0].counts, matrix.T)


def test_a_path_below_a_file_cannot_be_written(tmp_path: Path):
    with pytest.raises(OutputError):
        write_meme(write(tmp_path, MOTIF) / "m.meme", read_pwms()[:1])

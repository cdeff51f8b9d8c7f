"""Columns of sites and gene models, read from files that the tests write."""

from __future__ import annotations

import gzip
from pathlib import Path

import pybigtools
import pytest

from track_hubs.manifest import HubError
from track_hubs.run_page.loci import Site, Window, fit_to_scores, read_genes, read_site_columns, read_sites

ROWS = [
    ("chrA", 100, 160, "one", "+", "intron"),
    ("chrA", 100, 160, "one", "-", "CDS"),
    ("chrA", 100, 160, "two", "+", "3'UTR"),
    ("chrA", 150, 155, "inside", "+", ""),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A bigBed 9 + 2."""
    file = tmp_path / "sites.bb"
    rows = ((c, a, b, f"{n}\t900\t{s}\t{a + 5}\t{a + 6}\t0,0,0\t{r}\tx y") for c, a, b, n, s, r in ROWS)
    pybigtools.open(str(file), "w").write({"chrA": 1000}, rows)
    return file


def site(chrom: str, start: int, end: int, name: str, strand: str) -> Site:
    return Site(chrom, start, end, name, 0.9, strand, start + 5)


def test_the_columns_of_just_this_site(path: Path) -> None:
    site_columns = read_site_columns(path, [site(*row[:5]) for row in ROWS], ("region", "text"), bed_fields=9)
    assert site_columns == [{"region": row[5], "text": "x y"} for row in ROWS]


@pytest.mark.parametrize(
    "place", [("chrA", 101, 160, "one", "+"), ("chrA", 700, 800, "one", "+"), ("chrB", 1, 9, "one", "+")]
)
def test_a_site_that_is_not_there_has_none(path: Path, place: tuple[str, int, int, str, str]) -> None:
    assert read_site_columns(path, [site(*place)], ("region", "text"), bed_fields=9) == [{}]


def test_the_columns_follow_the_blocks_of_a_bigbed_12(tmp_path: Path) -> None:
    place = "one\t900\t-\t105\t106\t0,0,0\t2\t10,20,\t0,40,"
    pybigtools.open(str(tmp_path / "s.bb"), "w").write({"chrA": 1000}, [("chrA", 100, 160, f"{place}\tCDS\tx y")])
    (tmp_path / "s.bed").write_text(f"chrA\t100\t160\t{place}\n")
    (spliced,) = read_sites(tmp_path / "s.bed")
    assert (spliced.summit, spliced.parts) == (105, ((100, 110), (140, 160)))
    assert site(*ROWS[0][:5]).parts == ((100, 160),)
    columns = read_site_columns(tmp_path / "s.bb", [spliced], ("region", "text"), bed_fields=12)
    assert columns == [{"region": "CDS", "text": "x y"}]


def test_a_damaged_file_is_named(tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    (tmp_path / "broken.bb").write_bytes(b"nothing of the kind")
    with pytest.raises(HubError, match=r"broken\.bb: cannot be read as bigBed"):
        read_site_columns(tmp_path / "broken.bb", [site(*ROWS[0][:5])], (), bed_fields=9)
    capfd.readouterr()


def test_genes_are_called_by_their_symbols(tmp_path: Path) -> None:
    row = "chrA\t5\t9\t{}\t0\t+\t5\t9\t0\t1\t4,\t0,\n"
    names = "Name=A%3BB;transcript_id=NM_1.2;id=NM_1", "NM_1|TNF", "TNF"
    (tmp_path / "genes.bed").write_text("#gffTags\n" + "".join(map(row.format, names)))
    genes = read_genes(tmp_path / "genes.bed", [Window("chrA", 0, 20)])
    assert [gene.name for gene in genes] == ["A;B", "TNF", "TNF"]


def test_a_gzip_file_with_any_damaged_byte_is_read_or_named(tmp_path: Path) -> None:
    row = "chrA\t5\t90\tname\t900\t+\t5\t90\t0\t2\t10,20\t0,60\n"
    content, path = gzip.compress(row.encode() * 50), tmp_path / "x.bed.gz"
    for place in range(2, len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        for read in (lambda: list(read_sites(path)), lambda: read_genes(path, [Window("chrA", 0, 99)])):
            try:
                read()
            except HubError as error:
                assert str(error).startswith(str(path))  # noqa: PT017


@pytest.mark.parametrize(
    ("start", "end", "fitted"),
    [
        (0, 1500, (380, 620)),  # scores of 400-600, with 20 nt on both sides
        (500, 1500, (500, 620)),
        (450, 550, (450, 550)),
        (700, 900, (700, 900)),  # no scores
    ],
)
def test_a_window_is_fitted_to_its_scores(tmp_path: Path, start: int, end: int, fitted: tuple[int, int]) -> None:
    path = str(tmp_path / "a.bw")
    pybigtools.open(path, "w").write({"chr1": 2000}, [("chr1", 400, 600, 0.5)])
    assert fit_to_scores([Path(path)], Window("chr1", start, end)) == Window("chr1", *fitted)

"""Lists of sites in every format: the base that is the site, its strength, and each way a list cannot be used."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_tracks import write_bigbed, write_bigwig

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats import bigbed
from ideep_scan.formats.bigbed import Schema
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.training_sites import SiteBase, SiteList, read_training_sites

RESOLVER = ContigResolver({"chr1": 1000, "chr2": 500})
NARROW = "chr1\t10\t20\tp\t1000\t+\t4.5\t9.1\t-1\t{}\n"


def read(folder: Path, text: str, base: SiteBase = "auto", strict: bool = False) -> list[tuple[str, str, int, float]]:
    (folder / "sites.bed").write_text(text)
    sites = read_training_sites(folder / "sites.bed", RESOLVER, base, strict)
    columns = (sites.places.chrom, sites.places.strand, sites.places.centre, sites.strength)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize(
    ("base", "plus", "minus"), [("auto", 15, 14), ("centre", 15, 14), ("start", 10, 19), ("end", 19, 10)]
)
def test_the_base_that_is_the_site(tmp_path: Path, base: SiteBase, plus: int, minus: int) -> None:
    rows = read(tmp_path, "chr1\t10\t20\ta\t3\t+\nchr1\t10\t20\tb\t2\t-\n", base)
    assert rows == [("chr1", "+", plus, 3), ("chr1", "-", minus, 2)]


@given(st.integers(0, 900), st.integers(1, 99), st.sampled_from(["centre", "start", "end"]))
def test_a_mirrored_site_has_the_mirrored_base(
    tmp_path_factory: pytest.TempPathFactory, start: int, length: int, base: SiteBase
) -> None:
    folder = tmp_path_factory.mktemp("mirror")
    mirrored = 1000 - start - length
    text = f"chr1\t{start}\t{start + length}\ta\t1\t+\nchr1\t{mirrored}\t{mirrored + length}\ta\t1\t-\n"
    (_, _, plus, _), (_, _, minus, _) = read(folder, text, base)
    assert plus == 999 - minus
    assert start <= plus < start + length


def test_summits_of_narrow_peaks(tmp_path: Path) -> None:
    assert read(tmp_path, NARROW.format(3)) == [("chr1", "+", 13, 4.5)]
    assert read(tmp_path, NARROW.format(3), "centre") == [("chr1", "+", 15, 4.5)]
    assert read(tmp_path, NARROW.format(3) + NARROW.format(-1)) == [("chr1", "+", 15, 4.5)] * 2
    assert read(tmp_path, NARROW.format(3) + NARROW.format(-1), "summit") == [("chr1", "+", 13, 4.5)]
    assert read(tmp_path, NARROW.format(10)) == [("chr1", "+", 15, 4.5)]  # beyond the peak


@pytest.mark.parametrize(
    ("row", "strength"),
    [
        ("chr1\t10\t20\tn\t7\t+\t4.25\t9.5\t-1", 4.25),  # broadPeak
        ("chr1\t10\t20\tn\t7\t+\t12\t18\t0", 7),  # BED9
        ("chr1\t10\t20\tn\t7\t+\t12\t18\t0\t2\t2,2\t0,8\t9", 7),
        ("chr1\t10\t11\tn\t7.5\t+\t0.001", 7.5),  # Piranha
        ("chr1\t10\t11\t3\t7.5\t+\t1.5;2.0;A", 7.5),  # PureCLIP
        ("chr1\t10\t20\tn\t7\t+\t12\t13", 7),  # CLIPper, omniCLIP
        ("chr1\t10\t20\tn\t.\t+", np.nan),
        ("chr1\t10\t20\tn\tinf\t+", np.nan),
    ],
)
def test_the_strength_of_each_format(tmp_path: Path, row: str, strength: float) -> None:
    np.testing.assert_equal(read(tmp_path, row)[0][3], strength)


def test_p_values_rank_the_smallest_first(tmp_path: Path) -> None:
    row = "chr1\t{0}\t{1}\tENSG1_1_9\t{2}\t+\t{0}\t{1}\n"
    text = "".join(row.format(10 * i, 10 * i + 4, p) for i, p in enumerate(["1e-12", "0.04", "0", "1"]))
    (tmp_path / "sites.bed").write_text(text)
    sites = read_training_sites(tmp_path / "sites.bed", RESOLVER)
    np.testing.assert_allclose(sites.strength, [12, 1.39794, 13, 0], rtol=1e-5)
    assert "4 sites whose strength is read as a p-value" in sites.exclusions.notes()[0]


@pytest.mark.parametrize("values", [["0.2", "0.9"], ["1e-6", "2"], ["-0.5", "1e-6"], ["0", "0"], [".", "0.5"]])
def test_other_strengths_stay(tmp_path: Path, values: list[str]) -> None:
    rows = (f"chr1\t{10 * i}\t{10 * i + 4}\tx\t{value}\t+\n" for i, value in enumerate(values))
    expected = [np.nan if value == "." else float(value) for value in values]
    (tmp_path / "sites.bed").write_text("".join(rows))
    sites = read_training_sites(tmp_path / "sites.bed", RESOLVER)
    np.testing.assert_allclose(sites.strength, expected, rtol=1e-6)
    assert sites.exclusions.notes() == ()


def test_gff3(tmp_path: Path) -> None:
    text = "##gff-version 3\nchr1\tx\tsite\t11\t20\t2.5\t-\t.\tID=a\nchr1\tx\tsite\t0\t20\t2.5\t-\t.\tID=b\n"
    assert read(tmp_path, text, "start") == [("chr1", "-", 19, 2.5)]


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ("12\t13", 12),
        ("12\t16", 14),  # the centre of four bases is the one on the 3' side
        ("10\t20", 15),
        ("9\t13", None),  # begins before the interval
        ("12\t12", None),
        ("13\t12", None),
        ("0\t0", None),
        ("1.5\t13", None),
    ],
)
def test_a_short_thick_part_is_the_summit(tmp_path: Path, columns: str, place: int | None) -> None:
    row = f"chr1\t10\t20\tn\t7\t+\t{columns}\n"
    if place is None:
        assert read(tmp_path, row)[0][2] == 15
        with pytest.raises(InputError, match="a short thick part in columns 7 and 8"):
            read(tmp_path, row, "summit")
    else:
        assert read(tmp_path, row)[0][2] == read(tmp_path, row, "summit")[0][2] == place
        assert read(tmp_path, row, "centre")[0][2] == 15
    assert read(tmp_path, row.replace("\t+\t", "\t-\t"))[0][2] == {12: 12, 14: 13}.get(place or 0, 14)


def test_a_long_thick_part_is_not_a_summit(tmp_path: Path) -> None:
    row = "chr1\t10\t60\tn\t7\t+\t12\t{}\t0\n"
    assert read(tmp_path, row.format(23)) == [("chr1", "+", 17, 7)]
    assert read(tmp_path, row.format(24)) == [("chr1", "+", 35, 7)]


def test_bigbed_of_plain_bed(tmp_path: Path) -> None:
    rows = [("chr1", 10, 20, "n\t250\t-"), ("chr1", 30, 40, "n\tx\t+")]
    write_bigbed(tmp_path / "s.bb", {"chr1": 1000, "chr2": 500}, rows)
    sites = read_training_sites(tmp_path / "s.bb", RESOLVER, "start")
    assert sites.places.centre.tolist() == [19, 30]
    np.testing.assert_equal(sites.strength, [250, np.nan])


PEAK_FIELDS = tuple((kind, name, name) for kind, name in (("float", "signalValue"), ("float", "pValue"),
                                                          ("float", "qValue"), ("int", "peak")))  # fmt: skip


def read_rows(folder: Path, texts: list[str], schema: Schema) -> SiteList:
    rows = [("chr1", 10 + 50 * number, 20 + 50 * number, text) for number, text in enumerate(texts)]
    bigbed.write_bigbed(folder / "s.bb", {"chr1": 1000}, rows, schema)
    return read_training_sites(folder / "s.bb", RESOLVER)


@pytest.mark.parametrize(("fields", "centre"), [(PEAK_FIELDS, 13), (PEAK_FIELDS[:3], 15)])
def test_bigbed_of_narrow_and_broad_peaks(
    tmp_path: Path, fields: tuple[tuple[str, str, str], ...], centre: int
) -> None:
    values = ["n", "1000", "+", "4.5", "9.1", "-1", "3"][: 3 + len(fields)]
    sites = read_rows(tmp_path, ["\t".join(values)], Schema("peaks", "peaks", 6, fields))
    assert (sites.places.centre.tolist(), sites.strength.tolist()) == ([centre], [4.5])


@pytest.mark.parametrize("peak", ["-1", "10", "99999999999", "x"])
def test_a_bigbed_without_all_summits_has_centres(tmp_path: Path, peak: str) -> None:
    texts = [f"n\t0\t-\t2.5\t0\t0\t{value}" for value in ("3", peak)]
    sites = read_rows(tmp_path, texts, Schema("peaks", "peaks", 6, PEAK_FIELDS))
    assert (sites.base, sites.places.centre.tolist()) == ("centre", [14, 64])


def test_bigbed_of_sites_with_a_thick_summit(tmp_path: Path) -> None:
    sites = read_rows(tmp_path, ["n\t600\t-\t12\t13\t0,0,0"], Schema("sites", "sites", 9, ()))
    assert (sites.places.centre.tolist(), sites.strength.tolist()) == ([12], [600])


def test_line_ends_headers_gzip_and_other_names(tmp_path: Path) -> None:
    text = "track name=x\r\nbrowser position\r\n#c\r\n\r\n1\t10\t20\ta\t3\t+\r\n"
    (tmp_path / "s.gz").write_bytes(gzip.compress(text.encode()))
    sites = read_training_sites(tmp_path / "s.gz", RESOLVER)
    assert sites.places.chrom.tolist() == ["chr1"]
    assert (sites.starts.tolist(), sites.ends.tolist(), sites.read) == ([10], [20], 1)


def test_rows_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    good = "chr1\t10\t20\ta\t3\t+\n" * 40
    (tmp_path / "s.bed").write_text(
        good + "chr1\t10\nchr9\t1\t2\ta\t0\t+\nchr2\t400\t600\ta\t0\t+\nchr1\t1\t2\ta\t0\t.\n"
    )
    sites = read_training_sites(tmp_path / "s.bed", RESOLVER)
    assert (len(sites.places), sites.read, sites.exclusions.count) == (40, 44, 4)
    with pytest.raises(InputError, match="line 41"):
        read_training_sites(tmp_path / "s.bed", RESOLVER, strict=True)


@pytest.mark.parametrize(
    ("text", "base", "message"),
    [
        ("chr1\t10\t20\n" * 3, "auto", "3 of 3 sites have no strand.*write \\+ or - into column 6"),
        ("chr1\t10\t20\ta\t0\t.\n", "auto", "no strand"),
        ("chr1\t10\t20\ta\t0\t+\n" * 9 + "chr1\t10\t20\ta\t0\t.\n" * 2, "auto", "2 of 11 sites have no strand"),
        ("chr1\t10\t20\ta\t0\t+\n", "summit", "no summits"),
        (NARROW.format(-1), "summit", "no summits.*--site start"),
        ("#only\n", "auto", "has no sites"),
        ("", "auto", "is empty"),
        ("chr1\t20\t10\ta\t0\t+\n", "auto", "start and end"),
        ("chr1\tx\ty\ta\t0\t+\n", "auto", "not a whole number"),
        ("chr1\t900\t1001\ta\t0\t+\n", "auto", "past the end of a contig.*another assembly"),
        ("chr1\t10\t20\ta\t0\tplus\n" * 2, "auto", "strand other than"),
        (">a\nACGT\n", "auto", "is a FASTA"),
        ("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n", "auto", "is a VCF"),
        ("hello world\n", "auto", "fewer than 3 columns"),
    ],
)
def test_lists_that_cannot_be_used(tmp_path: Path, text: str, base: SiteBase, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        read(tmp_path, text, base)
    assert "\n" not in str(raised.value)


def test_contigs_of_another_genome(tmp_path: Path) -> None:
    with pytest.raises(ContigMismatch, match="no contig of the list of sites is in the FASTA"):
        read(tmp_path, "scaffold_7\t10\t20\ta\t0\t+\n")


def test_a_bigwig_has_no_strand(tmp_path: Path) -> None:
    write_bigwig(tmp_path / "x.bw", [1.0, 2.0])
    with pytest.raises(InputError, match="is a bigWig"):
        read_training_sites(tmp_path / "x.bw", RESOLVER)


def test_blocks_of_a_bed12_are_noted(tmp_path: Path) -> None:
    (tmp_path / "s.bed").write_text("chr1\t10\t90\tn\t0\t+\t10\t90\t0\t2\t5,5,\t0,75,\n")
    sites = read_training_sites(tmp_path / "s.bed", ContigResolver({"chr1": 1000}))
    (note,) = sites.exclusions.notes()
    assert "with several blocks (BED12), read as one interval with the introns between them" in note

"""Sites from BED, bigBed and bigWig, the table that names them, and all that is neither."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_tracks import write_bigbed, write_bigwig

from ideep_scan.errors import ContigMismatch, InputError, MissingTrack
from ideep_scan.features.sources import SiteSource
from ideep_scan.formats.clip_sites import IntervalSites, read_cobinding_table, read_sites
from ideep_scan.formats.contigs import ContigResolver

RESOLVER = ContigResolver({"chr1": 100, "chr2": 50})
SITES = [
    ("chr1", 10, 20, "+"),
    ("chr1", 15, 30, "-"),
    ("chr1", 40, 45, None),
    ("chr2", 0, 50, "+"),
    ("chr1", 18, 22, "+"),
]


def bits(sites: SiteSource, chrom: str, strand: str) -> list[int]:
    return np.flatnonzero(sites.covered(chrom, "+" if strand == "+" else "-", np.arange(60))).tolist()


def expected(chrom: str, strand: str, with_strands: bool = True) -> list[int]:
    kept = [site for site in SITES if site[0] == chrom and (not with_strands or site[3] in (None, strand))]
    return sorted({position for _, start, end, _ in kept for position in range(start, end)})


def write_bed(path: Path, contig: str, with_strands: bool) -> None:
    rows = [
        f"{contig}{chrom[3:]}\t{start}\t{end}" + f"\tn\t0\t{strand or '.'}" * with_strands
        for chrom, start, end, strand in SITES
    ]
    path.write_bytes(gzip.compress("\n".join(rows).encode()))


def write_site_bigbed(path: Path, contig: str, with_strands: bool) -> None:
    rows = [
        (f"{contig}{chrom[3:]}", start, end, f"n\t0\t{strand or '.'}" if with_strands else "")
        for chrom, start, end, strand in SITES
    ]
    write_bigbed(path, {f"{contig}1": 100, f"{contig}2": 50}, rows)


@pytest.mark.parametrize("contig", ["chr", "", "CHR"])
@pytest.mark.parametrize("with_strands", [False, True])
@pytest.mark.parametrize("write", [write_bed, write_site_bigbed])
def test_intervals_and_strands(
    tmp_path: Path, write: Callable[[Path, str, bool], None], contig: str, with_strands: bool
) -> None:
    write(tmp_path / "sites", contig, with_strands)
    sites = read_sites(tmp_path / "sites", RESOLVER)
    for chrom in ("chr1", "chr2"):
        for strand in "+-":
            assert bits(sites, chrom, strand) == expected(chrom, strand, with_strands)
    assert sites.notes == ()
    assert bits(sites, "chr3", "+") == []


def test_bigwig_counts_where_its_value_is_above_zero(tmp_path: Path) -> None:
    write_bigwig(tmp_path / "x", [1.0, 0.0, -2.0, 0.5])
    sites = read_sites(tmp_path / "x", RESOLVER)
    assert bits(sites, "chr1", "+") == bits(sites, "chr1", "-") == [0, 1, 2, 15, 16, 17]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9), st.sampled_from(["+", "-", None])), max_size=12),
    st.lists(st.integers(-5, 60), max_size=20),
)
def test_membership_is_that_of_the_sets(rows: list[tuple[int, int, str | None]], positions: list[int]) -> None:
    sites = IntervalSites(("c", start, start + length, strand) for start, length, strand in rows)
    for strand in ("+", "-"):
        inside = {p for start, length, side in rows if side in (None, strand) for p in range(start, start + length)}
        results = sites.covered("c", "+" if strand == "+" else "-", np.array(positions, np.int64))
        assert results.tolist() == [position in inside for position in positions]


def test_contigs_that_the_fasta_lacks_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.bed").write_text("HG1\t5\t900\n1\t5\t9\nHG2\t1\t2\n")
    sites = read_sites(tmp_path / "x.bed", RESOLVER)
    assert sites.notes == ("x.bed: 2 sites on contigs that the FASTA lacks are left out, the first is HG1:6-900",)
    assert bits(sites, "chr1", "-") == [5, 6, 7, 8]
    with pytest.raises(InputError, match="HG1:6-900"):
        read_sites(tmp_path / "x.bed", RESOLVER, strict=True)


def test_a_site_past_the_end_of_its_contig_is_left_out(tmp_path: Path) -> None:
    """A single one is; of more than a tenth it is another assembly."""
    rows = ["chr1\t5\t9\n"] * 10
    (tmp_path / "x.bed").write_text("".join([*rows, "chr1\t90\t101\n"]))
    assert read_sites(tmp_path / "x.bed", RESOLVER).notes == (
        "x.bed: 1 site past the end of a contig of the FASTA is left out, the first is chr1:91-101",
    )
    (tmp_path / "x.bed").write_text("".join([*rows, "chr1\t90\t101\n", "chr2\t51\t60\n"]))
    with pytest.raises(InputError, match="2 of 12 sites cannot be used, more than a tenth"):
        read_sites(tmp_path / "x.bed", RESOLVER)


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("NC_003070.9\t5\t9\n", ContigMismatch, r"NC_003070\.9.*chr1, chr2"),
        ("chr1\t5\t101\n", InputError, "no site can be used: 1 site past the end .* chr1:6-101"),
        ("# none\n", InputError, "has no sites"),
        ("chr1\t5\n", InputError, "line 1: 2 columns"),
        ("chr1\t5\t9\tn\t0\t+-\n", InputError, "line 1: strand"),
    ],
)
def test_sites_that_cannot_be_used(tmp_path: Path, text: str, error: type[InputError], reason: str) -> None:
    (tmp_path / "x.bed").write_text(text)
    with pytest.raises(error, match=reason):
        read_sites(tmp_path / "x.bed", RESOLVER)


def test_missing_empty_and_worthless_files(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    write_bigwig(tmp_path / "zero.bw", [0.0, -1.0])
    with pytest.raises(MissingTrack, match="no such file"):
        read_sites(tmp_path / "no.bed", RESOLVER)
    for name, reason in [("empty", "is empty"), (".", "is a folder"), ("zero.bw", "no sites .*above 0")]:
        with pytest.raises(InputError, match=reason):
            read_sites(tmp_path / name, RESOLVER)


def test_truncated_bigwig_and_bigbed_say_so_and_print_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_bigwig(tmp_path / "whole.bw", [float(i + 1) for i in range(19)])
    write_site_bigbed(tmp_path / "whole.bb", "chr", True)
    capfd.readouterr()
    for name in ("whole.bw", "whole.bb"):
        whole = (tmp_path / name).read_bytes()
        for size in (4, 10, 60, 70, len(whole) // 2):
            (tmp_path / "cut").write_bytes(whole[:size])
            with pytest.raises(InputError, match="is truncated or damaged"):
                read_sites(tmp_path / "cut", RESOLVER)
    assert capfd.readouterr() == ("", "")


KNOWN = ("8_PARCLIP_ELAVL1_hg19", "13_PARCLIP_FUS_hg19", "27_ICLIP_TDP43_hg19")


def table(tmp_path: Path, text: str) -> dict[str, Path]:
    (tmp_path / "tracks").mkdir(exist_ok=True)
    for name in ("a.bed", "b c.bb"):
        (tmp_path / "tracks" / name).touch()
    (tmp_path / "table.tsv").write_text(text)
    return read_cobinding_table(tmp_path / "table.tsv", KNOWN)


def test_a_table_is_read_relative_to_its_folder(tmp_path: Path) -> None:
    absolute = tmp_path / "tracks" / "a.bed"
    results = table(
        tmp_path,
        f"# experiment\tsites\n\n{KNOWN[0]}\ttracks/b c.bb\n{KNOWN[1]}   tracks/a.bed\r\n{KNOWN[2]}\t{absolute}\n",
    )
    assert results == {KNOWN[0]: tmp_path / "tracks" / "b c.bb", KNOWN[1]: absolute, KNOWN[2]: absolute}


@pytest.mark.parametrize(
    ("line", "error", "reason"),
    [
        (
            "13_PARCLIP_FUS\ttracks/a.bed",
            InputError,
            "unknown experiment '13_PARCLIP_FUS'; did you mean 13_PARCLIP_FUS_hg19",
        ),
        ("27_iclip_tdp43_HG19\ttracks/a.bed", InputError, "did you mean 27_ICLIP_TDP43_hg19"),
        ("zzz\ttracks/a.bed", InputError, "known are 13_PARCLIP_FUS_hg19, 27_ICLIP"),
        (f"{KNOWN[1]}\ttracks/no.bed", MissingTrack, r"no such file: .*tracks/no\.bed"),
        (f"{KNOWN[1]}\ttracks", MissingTrack, "no such file"),
        (f"{KNOWN[0]}\ttracks/a.bed", InputError, "named twice"),
        (KNOWN[1], InputError, "has 1 columns"),
        (f"{KNOWN[1]}\t", InputError, "has 1 columns"),
        (f"{KNOWN[1]}\ttracks/a.bed\tmore", InputError, "has 3 columns"),
    ],
)
def test_a_table_line_that_cannot_be_used_is_named(
    tmp_path: Path, line: str, error: type[InputError], reason: str
) -> None:
    with pytest.raises(error, match=reason) as caught:
        table(tmp_path, f"{KNOWN[0]}\ttracks/a.bed\n{line}\n")
    assert (caught.value.path, caught.value.line) == (tmp_path / "table.tsv", 2)
    assert "\n" not in str(caught.value)


def test_a_table_that_names_nothing_or_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no experiments"):
        table(tmp_path, "# only a comment\n")
    with pytest.raises(InputError, match="no such file"):
        read_cobinding_table(tmp_path / "no.tsv", KNOWN)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_damaged_big_file_is_refused_or_read(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.unlink(missing_ok=True)
    if data.draw(st.booleans()):
        write_bigwig(path, [1.0, 2.0])
    else:
        write_site_bigbed(path, "chr", True)
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(4, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        results = read_sites(path, RESOLVER)
    except InputError:
        return
    assert results.covered("chr1", "+", np.arange(100)).shape == (100,)


@pytest.mark.parametrize("is_bigbed", [False, True])
def test_a_track_of_another_assembly_is_noted(is_bigbed: bool, tmp_path: Path) -> None:
    path = tmp_path / "track"
    if is_bigbed:
        write_site_bigbed(path, "chr", True)
    else:
        write_bigwig(path, [1.0, 2.0])
    assert read_sites(path, ContigResolver({"chr1": 100, "chr2": 50})).notes == ()
    (note,) = read_sites(path, ContigResolver({"chr1": 101, "chr2": 50})).notes
    assert note.startswith("track: 1 of 2 contigs have another length than in the FASTA, the first is ")
    assert note.endswith("1 (100 nt, there 101); unless the FASTA is an excerpt, give files of one assembly")

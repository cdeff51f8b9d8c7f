"""Files of a hub: each misfit of type, columns or contigs yields a one-line finding."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pyBigWig
import pytest
from hubs import change, findings

from track_hubs.check.hub_check import check
from track_hubs.hub_builder import build_hub
from track_hubs.manifest import HubError
from track_hubs.render import render

BROKEN = {
    "data not there": ("tracks/ELAVL1.plus.bw", "tracks/ELAVL2.plus.bw", "bigDataUrl tracks/ELAVL2.plus.bw is missing"),
    "the wrong type": (
        "bigDataUrl hits/ELAVL1.bb",
        "bigDataUrl tracks/ELAVL1.plus.bw",
        "is bigBed, but ELAVL1.plus.bw",
    ),
    "too few columns": ("type bigBed 9 +\nshortLabel ELAVL1", "type bigBed 6 +\nshortLabel ELAVL1", "gives 6 BED"),
    "columns hidden": ("type bigBed 9 +\nshortLabel ELAVL1", "type bigBed 9 .\nshortLabel ELAVL1", "has 23 columns"),
    "a filter on nothing": ("filter.rawScore", "filter.raw", "filter.raw names the column raw, which ELAVL1.bb"),
    "a filter of text on nothing": ("filterText.geneName", "filterText.gene", "names the column gene"),
    "a mouse-over of nothing": ("${motifName}", "${q}", "mouseOver names the column q, which"),
    "a bare mouse-over of nothing": ("${motifName}", "$q", "mouseOver names the column q, which"),
    "an index that is not": (
        "itemRgb on",
        "itemRgb on\nsearchIndex name",
        "searchIndex names name, but ELAVL1.bb has no",
    ),
    "a page not there": (
        "html descriptions/ELAVL1.html",
        "html descriptions/x.html",
        "html descriptions/x.html is missing",
    ),
    "no page of the hub": ("descriptionUrl descriptions/run", "descriptionUrl descriptions/x", "descriptionUrl desc"),
    "a trix not there": ("itemRgb on", "itemRgb on\nsearchTrix a.ix", "searchTrix a.ix is missing"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_each_wrong_edit_is_found(hub: Path, what: str) -> None:
    old, new, says = BROKEN[what]
    change(hub, old, new)
    lines = findings(hub)
    assert any(says in line for line in lines), lines


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ("chrA 12001\nchrB 4000\n", "contig chrA is 12,000 nt long, but 12,001 nt in the assembly"),
        ("chrA 12000\n", "the assembly has no contig chrB"),
    ],
)
def test_contigs_of_another_assembly(hub: Path, sizes: str, says: str) -> None:
    (hub / "chrom.sizes").write_text(sizes)
    results = findings(hub)
    assert results
    assert all(says in line for line in results)


def test_a_chr_more_or_less_is_no_misfit(hub: Path) -> None:
    (hub / "chrom.sizes").write_text("A 12000\nB 4000\n")
    assert findings(hub) == []


def test_hg19_is_known(hub: Path) -> None:
    """Without a table: the contigs of these tracks are not those of the assembly that they claim."""
    report = check(hub, hubcheck=False)
    assert report.findings
    assert all("has no chromosome of the assembly" in finding.problem for finding in report.findings)


@pytest.mark.parametrize("length", [249250621, 248956422])
def test_lengths_of_hg38_in_a_hub_of_hg19(hub: Path, length: int) -> None:
    with pyBigWig.open(str(hub / "tracks/ELAVL1.plus.bw"), "w") as track:
        track.addHeader([("1", length), ("GL000192.1", 500)])
        track.addEntries("1", [10], values=[0.5], span=1)
    results = [
        finding.problem for finding in check(hub, hubcheck=False).findings if "ELAVL1.plus.bw" in finding.problem
    ]
    says = f"ELAVL1.plus.bw: contig 1 is {length:,} nt long, but 249,250,621 nt in the assembly"
    assert results == ([] if length == 249250621 else [says] * 2)


def test_an_assembly_of_ones_own_is_that_of_its_manifest(own_genome_run: Path) -> None:
    render(own_genome_run)
    (unknown,) = check(own_genome_run, hubcheck=False).findings
    assert "UCSC does not host the genome mini; name it" in str(unknown)
    change(own_genome_run, "genome mini", "genome calJac4")
    assert check(own_genome_run, hubcheck=False).findings == ()
    manifest = own_genome_run / "manifest.json"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"chrA": 12000', '"chrA": 11000'), encoding="utf-8"
    )
    assert "but 11,000 nt in the assembly" in check(own_genome_run, hubcheck=False).findings[0].problem
    manifest.unlink()
    assert check(own_genome_run, hubcheck=False).findings == ()
    with pyBigWig.open(str(own_genome_run / "tracks/ELAVL1.minus.bw"), "w") as track:
        track.addHeader([("chrB", 4000), ("chrA", 11_000)])
        track.addEntries("chrB", [10], values=[0.5], span=1)
    (results,) = check(own_genome_run, hubcheck=False).findings
    assert results.problem == "contig chrA is 11,000 nt long, but 12,000 nt in ELAVL1.plus.bw"


def test_an_assembly_hub_is_held_to_the_lengths_it_brings(own_genome_run: Path, tmp_path: Path) -> None:
    (own_genome_run / "mini.fa").write_text(f">chrA\n{'A' * 12_000}\n>chrB\n{'C' * 4_000}\n")
    hub = build_hub([own_genome_run], tmp_path / "hub", own_genome=True)[0]
    assert check(hub, hubcheck=False).findings == ()
    (hub.parent / "genome/mini.chrom.sizes").write_text("chrA\t12000\n")
    results = check(hub, hubcheck=False).findings
    assert results
    assert all("the assembly has no contig chrB" in finding.problem for finding in results)
    (hub.parent / "genome/mini.2bit").write_bytes(b"not a genome")
    assert "twoBitPath genome/mini.2bit is not a 2bit file" in check(hub, hubcheck=False).findings[0].problem


def set_bytes(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def all_fields_plain(path: Path) -> None:
    set_bytes(path, 34, path.read_bytes()[32:34])


def sql_cut(path: Path) -> None:
    data = path.read_bytes()
    at = data.index(b"lstring")
    set_bytes(path, at, b"\0")


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (all_fields_plain, "type gives 9 BED columns, but ELAVL1.bb has 23 (definedFieldCount)"),
        (sql_cut, "ELAVL1.bb has 23 columns, but its autoSql has 22"),
        (
            lambda path: path.write_bytes(b"nothing of the kind, but long enough for a header of 64 bytes......"),
            "neither",
        ),
        (lambda path: path.write_bytes(b"short"), "too short"),
        (lambda path: path.write_bytes(path.read_bytes()[:200]), "is truncated or damaged"),
        (lambda path: path.unlink(), "is missing"),
    ],
)
def test_a_file_that_is_broken(
    hub: Path, breaks: Callable[[Path], object], says: str, capfd: pytest.CaptureFixture
) -> None:
    breaks(hub / "hits/ELAVL1.bb")
    results = findings(hub)
    assert any(says in line for line in results), results
    capfd.readouterr()


def with_index(path: Path, field: int) -> None:
    """Add an extension that says that a column has an index (which is not there: only the header is looked at)."""
    at = path.stat().st_size
    with path.open("ab") as file:
        file.write(struct.pack("<HHQ52x", 64, 1, at + 64) + struct.pack("<HHQ4xH2x", 0, 1, 0, field))
    set_bytes(path, 56, struct.pack("<Q", at))


def test_an_index_that_is_there(hub: Path) -> None:
    with_index(hub / "hits/ELAVL1.bb", 3)
    change(hub, "itemRgb on", "itemRgb on\nsearchIndex name")
    assert findings(hub) == []
    change(hub, "searchIndex name", "searchIndex name,geneName")
    assert [line for line in findings(hub) if "searchIndex names geneName" in line]


def test_a_trix_comes_in_two_files(hub: Path) -> None:
    change(hub, "itemRgb on", "itemRgb on\nsearchTrix a.ix")
    (hub / "a.ix").touch()
    assert any("has no a.ixx beside it" in line for line in findings(hub))
    (hub / "a.ixx").touch()
    assert findings(hub) == []


def test_files_elsewhere_are_counted(hub: Path) -> None:
    change(hub, "bigDataUrl tracks/ELAVL1.plus.bw", "bigDataUrl https://example.org/ELAVL1.plus.bw", 2)
    report = check(hub, hub / "chrom.sizes", hubcheck=False)
    assert (report.findings, report.unopened) == ((), 1)
    assert "1 files at other URLs were not opened" in report.summary


@pytest.mark.parametrize(
    ("sizes", "says"), [(None, "cannot be read"), ("", "has no contigs"), ("chrA\n", "line 1: is not a contig")]
)
def test_sizes_that_cannot_be_used(hub: Path, sizes: str | None, says: str) -> None:
    table = hub / "chrom.sizes"
    table.unlink()
    if sizes is not None:
        table.write_text(sizes)
    with pytest.raises(HubError, match=says):
        check(hub, table)


def with_contigs(hub: Path, contigs: dict[str, int]) -> None:
    for path in [*hub.glob("tracks/*.bw")]:
        with pyBigWig.open(str(path), "w") as track:
            track.addHeader(list(contigs.items()))
            track.addEntries(next(iter(contigs)), [10], values=[0.5], span=1)


def test_contigs_as_ensembl_names_them_are_a_note_and_as_nobody_does_a_finding(hub: Path) -> None:
    with_contigs(hub, {"1": 249250621, "MT": 16569})
    report = check(hub, hub / "chrom.sizes", hubcheck=False)
    assert any("contigs are named 1, but chr1, ... in hg19" in note for note in report.notes)
    with_contigs(hub, {"Chr1": 249250621})
    results = [str(finding) for finding in check(hub, hub / "chrom.sizes", hubcheck=False).findings]
    assert any("a contig is named Chr1, but chr1 at UCSC" in line for line in results)

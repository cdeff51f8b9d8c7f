"""Check of hubs: a sound hub has no findings, and each kind of damage yields a one-line finding."""

from __future__ import annotations

import re
import stat
import struct
from collections.abc import Callable
from pathlib import Path

import pyBigWig
import pytest

from track_hubs.__main__ import main
from track_hubs.check.hub_check import check
from track_hubs.check.ucsc_hubcheck import run_hubcheck
from track_hubs.hub_builder import build_hub
from track_hubs.manifest import HubError
from track_hubs.render import render
from track_hubs.stanzas import stanzas_of, text_of

SIZES = "chrA 12000\nchrB\t4000\n"


@pytest.fixture
def hub(run: Path) -> Path:
    """A sound hub with a table of its contigs beside it."""
    render(run)
    (run / "chrom.sizes").write_text(SIZES)
    return run


def findings(hub: Path) -> list[str]:
    report = check(hub, hub / "chrom.sizes", hubcheck=False)
    found = [str(finding) for finding in report.findings]
    assert not any("\n" in line for line in found)
    assert report.tracks == len(re.findall(r"^track ", (hub / "hub.txt").read_text(encoding="utf-8"), re.MULTILINE))
    return found


def change(hub: Path, old: str, new: str, count: int = 1) -> None:
    text = (hub / "hub.txt").read_text(encoding="utf-8")
    assert old in text
    (hub / "hub.txt").write_text(text.replace(old, new, count), encoding="utf-8")


def drop(hub: Path, name: str) -> None:
    """Take a whole stanza away."""
    stanzas = [
        list(stanza.settings.items())
        for stanza in stanzas_of((hub / "hub.txt").read_text(encoding="utf-8"))
        if stanza.name != name
    ]
    (hub / "hub.txt").write_text(text_of(stanzas), encoding="utf-8")


def test_a_sound_hub_has_no_findings(hub: Path) -> None:
    assert findings(hub) == []


BROKEN = {
    "no hub": ("hub An_example_run\n", "track first\n", "does not begin with a hub and a genome"),
    "several files": ("useOneFile on", "useOneFile off", "useOneFile cannot be 'off'"),
    "several genomes": ("genome hg19\n", "genome hg19\n\ngenome hg38\n", "several genomes"),
    "no e-mail": ("email none\n", "", "email is missing"),
    "another kind": ("genome hg19\n", "genome hg19\n\ntrak x\n", "must begin with hub, genome or track, not trak"),
    "a name twice": ("track hnRNP_C_co_plus\n", "track ELAVL1_plus\n", "another track has this name"),
    "an ill name": ("track ELAVL1_plus\n", "track ELAVL1+\n", "must be letters, digits and _"),
    "no short label": ("shortLabel ELAVL1 +\n", "", "track ELAVL1_plus: shortLabel is missing"),
    "no long label": ("longLabel ELAVL1: sites\n", "", "track ELAVL1_sites: longLabel is missing"),
    "a long short label": ("shortLabel ELAVL1 +\n", f"shortLabel {'x' * 18}\n", "18 characters, UCSC shows 17"),
    "a long long label": ("longLabel ELAVL1: sites\n", f"longLabel {'x' * 77}\n", "77 characters, UCSC shows 76"),
    "an unknown setting": ("windowingFunction max", "windowFunction max", "windowFunction is not a known setting"),
    "a setting twice": ("autoScale off\n", "autoScale off\nautoScale on\n", "autoScale is set more than once"),
    "a wrong value": ("visibility full", "visibility open", "visibility cannot be 'open'"),
    "a colour name": ("\ncolor 165,90,180", "\ncolor purple", "color cannot be 'purple'"),
    "a colour beyond": ("\ncolor 165,90,180", "\ncolor 165,90,300", "part above 255"),
    "limits in parts": ("viewLimits -1:1", "viewLimits -0.5:0.5", "igv.js reads viewLimits -0.5:0.5 as whole"),
    "data not there": ("tracks/ELAVL1.plus.bw", "tracks/ELAVL2.plus.bw", "bigDataUrl tracks/ELAVL2.plus.bw is missing"),
    "no data": ("bigDataUrl hits/ELAVL1.bb\n", "", "track ELAVL1_sites: bigDataUrl is missing"),
    "the wrong type": (
        "bigDataUrl hits/ELAVL1.bb",
        "bigDataUrl tracks/ELAVL1.plus.bw",
        "is bigBed, but ELAVL1.plus.bw",
    ),
    "no type": ("type bigBed 9 +\nshortLabel ELAVL1", "shortLabel ELAVL1", "track ELAVL1_sites: type is missing"),
    "two numbers for a type": (
        "type bigBed 9 +\nshortLabel ELAVL1",
        "type bigBed 9 9\nshortLabel ELAVL1",
        "type cannot",
    ),
    "too few columns": ("type bigBed 9 +\nshortLabel ELAVL1", "type bigBed 6 +\nshortLabel ELAVL1", "gives 6 BED"),
    "columns hidden": ("type bigBed 9 +\nshortLabel ELAVL1", "type bigBed 9 .\nshortLabel ELAVL1", "has 19 columns"),
    "columns unsaid": ("type bigBed 9 +\nshortLabel ELAVL1", "type bigBed\nshortLabel ELAVL1", "type cannot be"),
    "a filter on nothing": ("filter.rawScore", "filter.raw", "filter.raw names the column raw, which ELAVL1.bb"),
    "a filter of text on nothing": ("filterText.geneName", "filterText.gene", "names the column gene"),
    "a mouse-over of nothing": ("${motifProtein}", "${q}", "mouseOver names the column q, which"),
    "a bare mouse-over of nothing": ("${motifProtein}", "$q", "mouseOver names the column q, which"),
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
    "a blank in an address": ("hnRNP%20C.plus.bw", "hnRNP C.plus.bw", "bigDataUrl cannot be 'tracks/hnRNP C.plus.bw'"),
    "limits the wrong way round": ("viewLimits -1:1", "viewLimits 1:-1", "viewLimits 1:-1 are reversed"),
    "a trix not there": ("itemRgb on", "itemRgb on\nsearchTrix a.ix", "searchTrix a.ix is missing"),
    "an overlay without type": ("container multiWig\ntype bigWig -1 1\n", "container multiWig\n", "needs type bigWig"),
    "an overlay of sites": ("parent run_An_example_run_sites_sites on", "parent ELAVL1_score", "holds bigWigs only"),
    "an overlay in a composite": (
        "track hnRNP_C_co_score\nparent run_An_example_run",
        "track hnRNP_C_co_score\nparent ELAVL1_score",
        "UCSC does not allow a multiWig in a multiWig",
    ),
    "a container with data": ("superTrack on show", "superTrack on show\nbigDataUrl a.bw", "has no data of its own"),
    "a parent missing": ("parent ELAVL1_score\n", "parent ELAVL1_scores\n", "its parent ELAVL1_scores does not exist"),
    "a parent that holds nothing": ("parent ELAVL1_score\n", "parent hub\n", "its parent hub does not exist"),
    "hidden for lack of a word": ("visibility full\n", "", "without visibility stays hidden"),
    "a dimension of nothing": ("dimX=assay", "dimX=cell", "names the subgroup cell, which is not defined"),
    "an order of nothing": ("sortOrder protein=+", "sortOrder prot=+", "names the subgroup prot, which is not"),
    "a filter of no dimension": ("filterComposite dimA", "filterComposite dimB", "dimB, which is not a dimension"),
    "a member of nothing": (
        "subGroups view=sites protein=ELAVL1",
        "subGroups view=sites protein=X",
        "protein=X is not",
    ),
    "a member of too little": (" assay=PARCLIP\n", "\n", "it is in no assay, a subgroup of its composite"),
    "a view of nothing": ("\nview sites\n", "\nview hits\n", "the view hits is not in subGroup1"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_found(hub: Path, what: str) -> None:
    old, new, says = BROKEN[what]
    change(hub, old, new)
    assert any(says in line for line in findings(hub)), findings(hub)


def test_a_parent_that_comes_later(hub: Path) -> None:
    stanzas = [list(s.settings.items()) for s in stanzas_of((hub / "hub.txt").read_text(encoding="utf-8"))]
    (hub / "hub.txt").write_text(text_of([*stanzas[:3], stanzas[4], stanzas[3], *stanzas[5:]]), encoding="utf-8")
    assert [line for line in findings(hub) if "comes later" in line]


@pytest.mark.parametrize("side", ["plus", "minus"])
def test_an_overlay_needs_two_tracks(hub: Path, side: str) -> None:
    drop(hub, f"ELAVL1_{side}")
    drop(hub, f"ELAVL1_row_{side}")
    (finding,) = findings(hub)
    assert "a multiWig of one track" in finding


def test_an_empty_container(hub: Path) -> None:
    drop(hub, "ELAVL1_plus")
    drop(hub, "ELAVL1_minus")
    assert any("a multiWig without tracks" in line for line in findings(hub))


def test_a_hub_without_tracks(hub: Path) -> None:
    text = (hub / "hub.txt").read_text(encoding="utf-8")
    (hub / "hub.txt").write_text(text.split("\n\ntrack ")[0], encoding="utf-8")
    assert any("has no tracks" in line for line in findings(hub))


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ("chrA 12001\nchrB 4000\n", "contig chrA is 12,000 nt long, but 12,001 nt in the assembly"),
        ("chrA 12000\n", "the assembly has no contig chrB"),
    ],
)
def test_contigs_of_another_assembly(hub: Path, sizes: str, says: str) -> None:
    (hub / "chrom.sizes").write_text(sizes)
    found = findings(hub)
    assert found
    assert all(says in line for line in found)


def test_a_chr_more_or_less_is_no_misfit(hub: Path) -> None:
    (hub / "chrom.sizes").write_text("A 12000\nB 4000\n")
    assert findings(hub) == []


def test_hg19_is_known(hub: Path) -> None:
    """Without a table: the contigs of these tracks are not those of the assembly that they claim."""
    report = check(hub, hubcheck=False)
    assert report.findings
    assert all("has no chromosome of the assembly" in finding.what for finding in report.findings)


@pytest.mark.parametrize("length", [249250621, 248956422])
def test_lengths_of_hg38_in_a_hub_of_hg19(hub: Path, length: int) -> None:
    with pyBigWig.open(str(hub / "tracks/ELAVL1.plus.bw"), "w") as track:
        track.addHeader([("1", length), ("GL000192.1", 500)])
        track.addEntries("1", [10], values=[0.5], span=1)
    found = [finding.what for finding in check(hub, hubcheck=False).findings if "ELAVL1.plus.bw" in finding.what]
    says = f"ELAVL1.plus.bw: contig 1 is {length:,} nt long, but 249,250,621 nt in the assembly"
    assert found == ([] if length == 249250621 else [says] * 2)


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
    assert "but 11,000 nt in the assembly" in check(own_genome_run, hubcheck=False).findings[0].what
    manifest.unlink()
    assert check(own_genome_run, hubcheck=False).findings == ()
    with pyBigWig.open(str(own_genome_run / "tracks/ELAVL1.minus.bw"), "w") as track:
        track.addHeader([("chrB", 4000), ("chrA", 11_000)])
        track.addEntries("chrB", [10], values=[0.5], span=1)
    (found,) = check(own_genome_run, hubcheck=False).findings
    assert found.what == "contig chrA is 11,000 nt long, but 12,000 nt in ELAVL1.plus.bw"


def test_an_assembly_hub_is_held_to_the_lengths_it_brings(own_genome_run: Path, tmp_path: Path) -> None:
    (own_genome_run / "mini.fa").write_text(f">chrA\n{'A' * 12_000}\n>chrB\n{'C' * 4_000}\n")
    hub = build_hub([own_genome_run], tmp_path / "hub", own_genome=True)[0]
    assert check(hub, hubcheck=False).findings == ()
    (hub.parent / "genome/mini.chrom.sizes").write_text("chrA\t12000\n")
    found = check(hub, hubcheck=False).findings
    assert found
    assert all("the assembly has no contig chrB" in finding.what for finding in found)
    (hub.parent / "genome/mini.2bit").write_bytes(b"not a genome")
    assert "twoBitPath genome/mini.2bit is not a 2bit file" in check(hub, hubcheck=False).findings[0].what


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
        (all_fields_plain, "type gives 9 BED columns, but ELAVL1.bb has 19 (definedFieldCount)"),
        (sql_cut, "ELAVL1.bb has 19 columns, but its autoSql has 18"),
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
    found = findings(hub)
    assert any(says in line for line in found), found
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


def fake_hubcheck(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "bin" / "hubCheck"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def test_hubcheck_is_run_where_it_is(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_hubcheck(hub, 'echo "Found 1 problem:"; echo "cannot open $2"; exit 1', monkeypatch)
    report = check(hub, hub / "chrom.sizes")
    assert report.ran_hubcheck
    assert [str(finding) for finding in report.findings] == [
        f"hubCheck: cannot open {hub / 'hub.txt'}; see UCSC's documentation of hubs"
    ]
    assert check(hub, hub / "chrom.sizes", hubcheck=False).findings == ()


def test_hubcheck_that_is_content(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_hubcheck(hub, "exit 0", monkeypatch)
    assert check(hub, hub / "chrom.sizes").findings == ()


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


def test_the_command(hub: Path, capsys: pytest.CaptureFixture) -> None:
    asked = ["check", str(hub), "--chrom-sizes", str(hub / "chrom.sizes"), "--no-hubcheck"]
    assert main(asked) == 0
    assert capsys.readouterr().out == ""
    (hub / "tracks/ELAVL1.plus.bw").unlink()
    assert main(asked) == 1
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 2
    assert "19 tracks checked, 2 findings; UCSC's hubCheck was not run" in said.err
    assert main(["check", str(hub / "nowhere")]) == 2
    assert "no such hub" in capsys.readouterr().err
    (hub / "hub.txt").write_bytes(b"\xff\xfe")
    assert main(["check", str(hub / "hub.txt")]) == 2


def test_stanzas_are_read_as_ucsc_does() -> None:
    text = "hub a\n  shortLabel  b c \n# no\n\n\ntrack x\nsubGroup1 view V a=A \\\n  b=B\ntype\n\n\n"
    first, second = stanzas_of(text)
    assert (first.line, first.settings) == (1, {"hub": "a", "shortLabel": "b c"})
    assert (second.line, second.settings) == (6, {"track": "x", "subGroup1": "view V a=A b=B", "type": ""})
    assert stanzas_of("") == []


GOOD_TO_ABSOLUTE = 'case "$2" in /*) test -f "$2";; *) echo "Error: couldn\'t open $2"; exit 1;; esac'


def test_hubcheck_gets_an_absolute_path(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """UCSC's program takes a relative path for a web address, and fails every hub."""
    fake_hubcheck(hub, GOOD_TO_ABSOLUTE, monkeypatch)
    monkeypatch.chdir(hub.parent)
    for given in (hub.name, f"{hub.name}/hub.txt", f"./{hub.name}"):
        report = check(given, hub / "chrom.sizes")
        assert (report.findings, report.ran_hubcheck) == ((), True)


@pytest.mark.parametrize(
    ("script", "says"),
    [("kill -9 $$", "was ended by signal 9"), ("exec sleep 60", "did not finish in 0.2 s")],
)
def test_hubcheck_that_fails_is_no_finding(hub: Path, script: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_hubcheck(hub, script, monkeypatch)
    found = run_hubcheck(hub / "hub.txt", timeout=0.2 if "sleep" in script else 60)
    assert (found.findings, found.finished) == ((), False)
    assert says in found.notes[0]


def test_hubcheck_that_cannot_be_run_is_said(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_hubcheck(hub, "", monkeypatch)
    (hub / "bin" / "hubCheck").write_bytes(b"\x7fELF not a program")
    report = check(hub, hub / "chrom.sizes")
    assert (report.findings, report.ran_hubcheck) == ((), False)
    assert any("hubCheck cannot be run" in note for note in report.notes)
    assert "UCSC's hubCheck was not run" in report.summary


def test_hubcheck_may_say_anything(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_hubcheck(hub, r"printf '\377\376 broken\n'; exit 1", monkeypatch)
    (found,) = check(hub, hub / "chrom.sizes").findings
    assert "broken" in found.what


def test_a_genome_that_ucsc_does_not_know(hub: Path) -> None:
    change(hub, "genome hg19", "genome GRCh37")
    (found,) = findings(hub)
    assert "genome GRCh37: UCSC does not host the genome GRCh37; name it (ideep-scan hub OUT --assembly hg19)" in found
    report = check(hub, hub / "chrom.sizes", hubcheck=False, unknown_genome=False)
    assert report.findings == ()
    assert any("UCSC does not host the genome GRCh37" in note for note in report.notes)


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
    found = [str(finding) for finding in check(hub, hub / "chrom.sizes", hubcheck=False).findings]
    assert any("a contig is named Chr1, but chr1 at UCSC" in line for line in found)


def test_a_hub_without_an_address_is_a_note(hub: Path) -> None:
    assert any("has no contact address" in note for note in check(hub, hub / "chrom.sizes", hubcheck=False).notes)
    change(hub, "email none", "email me@a.org")
    assert check(hub, hub / "chrom.sizes", hubcheck=False).notes == ()

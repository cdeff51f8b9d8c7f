"""Check of hubs: a sound hub has no findings, and each kind of damage yields a one-line finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from hubs import change, findings

from track_hubs.__main__ import main
from track_hubs.check.hub_check import check


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
    "two numbers for a type": (
        "type bigBed 9 +\nshortLabel ELAVL1",
        "type bigBed 9 9\nshortLabel ELAVL1",
        "type cannot",
    ),
    "columns unsaid": ("type bigBed 9 +\nshortLabel ELAVL1", "type bigBed\nshortLabel ELAVL1", "type cannot be"),
    "a blank in an address": ("hnRNP%20C.plus.bw", "hnRNP C.plus.bw", "bigDataUrl cannot be 'tracks/hnRNP C.plus.bw'"),
    "limits the wrong way round": ("viewLimits -1:1", "viewLimits 1:-1", "viewLimits 1:-1 are reversed"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_found(hub: Path, what: str) -> None:
    old, new, says = BROKEN[what]
    change(hub, old, new)
    assert any(says in line for line in findings(hub)), findings(hub)


def test_a_hub_without_tracks(hub: Path) -> None:
    text = (hub / "hub.txt").read_text(encoding="utf-8")
    (hub / "hub.txt").write_text(text.split("\n\ntrack ")[0], encoding="utf-8")
    assert any("has no tracks" in line for line in findings(hub))


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


def test_a_genome_that_ucsc_does_not_know(hub: Path) -> None:
    change(hub, "genome hg19", "genome GRCh37")
    (results,) = findings(hub)
    assert (
        "genome GRCh37: UCSC does not host the genome GRCh37; name it (ideep-scan hub OUT --assembly hg19)" in results
    )
    report = check(hub, hub / "chrom.sizes", hubcheck=False, unknown_genome=False)
    assert report.findings == ()
    assert any("UCSC does not host the genome GRCh37" in note for note in report.notes)


def test_a_hub_without_an_address_is_a_note(hub: Path) -> None:
    assert any("has no contact address" in note for note in check(hub, hub / "chrom.sizes", hubcheck=False).notes)
    change(hub, "email none", "email me@a.org")
    assert check(hub, hub / "chrom.sizes", hubcheck=False).notes == ()

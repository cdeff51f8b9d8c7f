"""UCSC's hubCheck: its output becomes findings, its failures become notes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from track_hubs.check.hub_check import check
from track_hubs.check.ucsc_hubcheck import HubCheck, run_hubcheck


def test_without_the_program_nothing_is_found(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(hub))
    assert run_hubcheck(hub / "hub.txt") == HubCheck(findings=(), finished=False, notes=())


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
    results = run_hubcheck(hub / "hub.txt", timeout=0.2 if "sleep" in script else 60)
    assert (results.findings, results.finished) == ((), False)
    assert says in results.notes[0]


def test_hubcheck_that_cannot_be_run_is_said(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_hubcheck(hub, "", monkeypatch)
    (hub / "bin" / "hubCheck").write_bytes(b"\x7fELF not a program")
    report = check(hub, hub / "chrom.sizes")
    assert (report.findings, report.ran_hubcheck) == ((), False)
    assert any("hubCheck cannot be run" in note for note in report.notes)
    assert "UCSC's hubCheck was not run" in report.summary


def test_hubcheck_may_say_anything(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_hubcheck(hub, r"printf '\377\376 broken\n'; exit 1", monkeypatch)
    (results,) = check(hub, hub / "chrom.sizes").findings
    assert "broken" in results.problem


def test_a_failure_without_output_is_a_finding(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_hubcheck(hub, "exit 3", monkeypatch)
    result = run_hubcheck(hub / "hub.txt")
    assert ([finding.problem for finding in result.findings], result.finished) == (["found a problem"], True)

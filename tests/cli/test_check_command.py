"""Command `check`: its lines, its JSON and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import toy_bad_files
from runs import Command


def test_lines_and_exit_codes(command: Command, example: Path, tmp_path: Path) -> None:
    genome = toy_bad_files.write_genome(tmp_path)
    (tmp_path / "good.bed").write_text(toy_bad_files.bed())
    said = command("check", genome, tmp_path / "good.bed")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].startswith(f"{genome}: note unknown-assembly: the contig lengths fit no assembly")
    assert lines[1:] == [
        f"{genome}: FASTA: contigs 2, nt 9,000, assembly unknown, soft-masked 0.0%, N 0.0%, other letters 0.0%; 1 note",
        f"{tmp_path}/good.bed: BED: sites 20, usable with a strand 20; no findings",
    ]
    (tmp_path / "odd.bed").write_text(toy_bad_files.bed("chrT 5990 6010 x 0 +"))
    said = command("check", genome, tmp_path / "odd.bed")
    assert (said.code, said.err) == (1, "")
    assert f"{tmp_path}/odd.bed, line 21: warning past-end: 1 site past the end of its contig" in said.out
    said = command("check", genome, tmp_path / "absent.bed")
    assert (said.code, said.err) == (2, "")
    assert f"{tmp_path}/absent.bed: unusable unreadable: no such file; check the path" in said.out


def test_json_has_everything(command: Command, example: Path, tmp_path: Path) -> None:
    (tmp_path / "odd.bed").write_text(toy_bad_files.bed("chrT 20 10 x 0 +"))
    said = command("check", f"bed={tmp_path}/odd.bed", "--json")
    assert said.code == 1
    report = json.loads(said.out)
    assert (report["version"], report["exit_code"], len(report["files"])) == (1, 1, 1)
    file = report["files"][0]
    assert (file["file"], file["kind"], file["facts"]["sites"]) == (f"{tmp_path}/odd.bed", "BED", 21)
    finding = file["findings"][0]
    assert (finding["code"], finding["severity"], finding["line"], finding["count"]) == (
        "empty-interval",
        "warning",
        21,
        1,
    )
    assert set(finding) == {"code", "severity", "text", "line", "contig", "count", "effect", "remedy"}


def test_arguments_that_cannot_be_used_end_in_one_line(command: Command, tmp_path: Path) -> None:
    said = command("check", tmp_path / "a", tmp_path / "a")
    assert (said.code, said.out) == (2, "")
    assert "is named twice" in said.err
    assert said.err.count("\n") == 1
    assert command("check").code == 2

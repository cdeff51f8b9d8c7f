"""Commands of a job array: list the parts, score each, merge them."""

from __future__ import annotations

from pathlib import Path

import runs
from runs import Command


def options(example: Path, out: Path) -> list[str]:
    fasta, gtf = example / "example.fa.gz", example / "genes.gtf"
    return ["--rbp", "ELAVL1", str(fasta), "--gtf", str(gtf), "--device", "cpu", "-o", str(out)]


def test_parts_are_listed_scored_and_merged(command: Command, example: Path, tmp_path: Path) -> None:
    given = options(example, tmp_path / "out")
    listed = command("shards", *given, "--count", "2")
    assert listed.code == 0
    header, *rows = [line.split("\t") for line in listed.out.splitlines()]
    assert header == ["part", "shards", "positions", "begins"]
    assert [row[0] for row in rows] == ["1/2", "2/2"]
    assert sum(int(row[2]) for row in rows) == 164_780
    for row in rows:
        said = command("genome", *given, "--shard", row[0])
        assert said.code == 0
        assert f"part {row[0]}: " in said.out
    merged = command("merge", *given)
    assert merged.code == 0
    assert "164,523 positions scored" in merged.out
    assert (tmp_path / "out" / "manifest.json").exists()
    assert runs.files(tmp_path / "out") & {".shards/plan.json", ".lock"} == set()


def test_a_merge_before_the_parts_is_refused(command: Command, example: Path, tmp_path: Path) -> None:
    said = command("merge", *options(example, tmp_path / "out"))
    assert said.code == 2
    assert "1 of 1 shards are missing" in said.err
    assert not (tmp_path / "out").exists()


def test_a_count_below_one_is_refused(command: Command, example: Path, tmp_path: Path) -> None:
    for count in ("0", "-3", "9999999"):
        said = command("shards", *options(example, tmp_path / "out"), "--count", count)
        assert said.code == 2
        assert said.err.count("\n") == 1
        assert f"--count {count}: give 1 to" in said.err
        assert said.out == ""
